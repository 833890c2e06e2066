package dev.mcpgateway.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "dev.mcpgateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule knowsNothingOfTheProductItself =
      noClasses()
          .that()
          .resideInAPackage("dev.mcpgateway.local..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.mcpgateway.controller..", "dev.mcpgateway.broker..", "dev.mcpgateway.webhook..");

  @ArchTest
  static final ArchRule roomsDoNotDependOnEachOtherInCircles =
      slices().matching("dev.mcpgateway.local.(*)..").should().beFreeOfCycles();

  @Test
  void nothingThatRunsOnThePlatformIsTreatedSpecially() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContain("mcp.kagenti.com")
            .doesNotContain("MCPGatewayExtension")
            .doesNotContain("MCPServerRegistration")
            .doesNotContain("MCPVirtualServer");
      }
    }
  }
}

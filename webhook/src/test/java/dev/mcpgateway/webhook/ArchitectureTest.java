package dev.mcpgateway.webhook;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.mcpgateway.webhook",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule decidersArePure =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Decider")
          .or()
          .haveSimpleNameEndingWith("Decision")
          .or()
          .haveSimpleNameEndingWith("Case")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.helidon..", "org.slf4j..", "io.micrometer..");

  @ArchTest
  static final ArchRule theCertificatePlannerAsksNobody =
      noClasses()
          .that()
          .haveSimpleName("CertificatePlanner")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "io.helidon..", "org.slf4j..");

  @ArchTest
  static final ArchRule onlyEdgesKnowHttp =
      noClasses()
          .that()
          .haveNameNotMatching(".*(Routes|BodyReader|Listener)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.helidon.webserver..");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("dev.mcpgateway.webhook.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule timeIsInjected =
      noClasses()
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}

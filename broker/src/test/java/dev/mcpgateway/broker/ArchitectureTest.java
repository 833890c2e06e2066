package dev.mcpgateway.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms, and which of them may touch the outside. */
class ArchitectureTest {
  private static final String ROOT = "dev.mcpgateway.broker";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void roomsKnowOnlyTheRoomsBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("main")
        .definedBy(ROOT)
        .layer("push")
        .definedBy(ROOT + ".push")
        .layer("status")
        .definedBy(ROOT + ".status")
        .layer("mcp")
        .definedBy(ROOT + ".mcp")
        .layer("extproc")
        .definedBy(ROOT + ".extproc")
        .layer("upstream")
        .definedBy(ROOT + ".upstream")
        .layer("backend")
        .definedBy(ROOT + ".backend")
        .layer("route")
        .definedBy(ROOT + ".route")
        .layer("session")
        .definedBy(ROOT + ".session")
        .layer("config")
        .definedBy(ROOT + ".config")
        .layer("catalog")
        .definedBy(ROOT + ".catalog")
        .layer("wire")
        .definedBy(ROOT + ".wire")
        .whereLayer("main")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("push")
        .mayOnlyBeAccessedByLayers("main")
        .whereLayer("status")
        .mayOnlyBeAccessedByLayers("main", "push")
        .whereLayer("mcp")
        .mayOnlyBeAccessedByLayers("main")
        .whereLayer("extproc")
        .mayOnlyBeAccessedByLayers("main")
        .whereLayer("upstream")
        .mayOnlyBeAccessedByLayers("main", "status", "push")
        .whereLayer("config")
        .mayOnlyBeAccessedByLayers("main", "status", "push")
        .whereLayer("backend")
        .mayOnlyBeAccessedByLayers("main", "extproc")
        .whereLayer("route")
        .mayOnlyBeAccessedByLayers("main", "extproc", "backend", "mcp")
        .check(CLASSES);
  }

  @Test
  void thereAreNoCircles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void whatDecidesDoesNoInputOrOutput() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Builder")
        .or()
        .haveSimpleNameEndingWith("Decider")
        .or()
        .haveSimpleNameEndingWith("Rules")
        .or()
        .haveSimpleNameEndingWith("Rule")
        .or()
        .haveSimpleName("Router")
        .or()
        .resideInAPackage(ROOT + ".catalog")
        .or()
        .resideInAPackage(ROOT + ".route")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.nio.file..", "java.net.http..", "io.helidon..", "io.grpc..", "org.slf4j..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.Clock.class)
        .check(CLASSES);
  }

  @Test
  void onlyTheEdgesKnowTheServer() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + ".wire",
            ROOT + ".session",
            ROOT + ".catalog",
            ROOT + ".config",
            ROOT + ".upstream",
            ROOT + ".route",
            ROOT + ".backend")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.helidon..", "io.envoyproxy..")
        .check(CLASSES);
  }

  @Test
  void nobodyButTheMainClassEndsTheProcess() {
    noClasses()
        .that()
        .doNotHaveSimpleName("BrokerMain")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }

  @Test
  void routesAreAtTheEdge() {
    classes()
        .that()
        .haveSimpleNameEndingWith("Routes")
        .should()
        .resideInAnyPackage(ROOT + ".mcp", ROOT + ".push", ROOT + ".status")
        .check(CLASSES);
  }
}

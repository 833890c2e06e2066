package dev.mcpgateway.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.mcpgateway.controller",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule whatDecidesDoesNotAct =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Planner")
          .or()
          .haveSimpleNameEndingWith("Conditions")
          .or()
          .haveSimpleNameEndingWith("Announcements")
          .or()
          .haveSimpleName("Observer")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.helidon..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.security.SecureRandom");

  @ArchTest
  static final ArchRule theQueueKnowsNothingOfKubernetes =
      noClasses()
          .that()
          .resideInAPackage("..controller.queue..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "..controller.api..", "io.helidon..");

  @ArchTest
  static final ArchRule eachSecretHasOneWriter =
      noClasses()
          .that()
          .doNotHaveSimpleName("ConfigSecretWriter")
          .and()
          .doNotHaveSimpleName("KeysSecretWriter")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.fabric8.kubernetes.api.model.SecretBuilder");

  @ArchTest
  static final ArchRule httpIsServedInOneRoom =
      noClasses()
          .that()
          .resideOutsideOfPackages("..controller.management..", "dev.mcpgateway.controller")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.helidon..");

  @ArchTest
  static final ArchRule inputsAndPlansAreValues =
      classes()
          .that()
          .haveSimpleNameEndingWith("Inputs")
          .or()
          .haveSimpleNameEndingWith("Plan")
          .or()
          .haveSimpleNameEndingWith("Snapshot")
          .should()
          .beRecords();

  @ArchTest
  static final ArchRule roomsFormNoCycle =
      slices().matching("dev.mcpgateway.controller.(*)..").should().beFreeOfCycles();
}

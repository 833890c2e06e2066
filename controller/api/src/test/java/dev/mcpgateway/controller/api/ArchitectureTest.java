package dev.mcpgateway.controller.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.mcpgateway.controller.api",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule rulesSeeFactsNeverClientObjects =
      noClasses()
          .that()
          .resideInAPackage("..rules..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8..", "..model..", "..cache..");

  @ArchTest
  static final ArchRule onlyMappersReadObjects =
      noClasses()
          .that()
          .resideInAPackage("..facts..")
          .and()
          .haveSimpleNameNotEndingWith("Mapper")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.fabric8..");

  @ArchTest
  static final ArchRule rulesDoNotKnowTheTime =
      noClasses()
          .that()
          .resideInAPackage("..rules..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.time.Clock");

  @ArchTest
  static final ArchRule rulesHaveNoState =
      classes()
          .that()
          .resideInAPackage("..rules..")
          .and()
          .haveSimpleNameEndingWith("Rules")
          .should()
          .haveOnlyPrivateConstructors();

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("dev.mcpgateway.controller.api.(*)..").should().beFreeOfCycles();
}

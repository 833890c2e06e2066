package dev.mcpgateway.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerPlannerTest {
  private final FakeObjects objects = new FakeObjects();

  @Test
  void argsAreAppendedToTheCommandOfTheImage() throws Exception {
    var plan =
        plan(
            "image: app:1, args: [--file=/config/c.yaml, $(POD_IP)], env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]");
    assertThat(plan.command())
        .containsExactly("/jdk/bin/java", "-jar", "--file=/host/config/c.yaml", "10.244.0.2");
  }

  @Test
  void aCommandReplacesThatOfTheImageButItsEnvironmentStays() throws Exception {
    var plan = plan("image: app, command: [sh, -c, 'x $(BIND)']");
    assertThat(plan.command()).containsExactly("sh", "-c", "x 127.244.0.2");
    assertThat(plan.env()).containsEntry("BIND", "127.244.0.2").containsEntry("PATH", "/bin");
  }

  @Test
  void laterVariablesSeeEarlierOnesAndTheContainerWinsOverTheImage() throws Exception {
    var plan =
        plan(
            "image: app, env: [{name: A, value: /config/x}, {name: B, value: '$(A)/y'}, {name: BIND,"
                + " value: own}, {name: EMPTY}]");
    assertThat(plan.env())
        .containsEntry("A", "/host/config/x")
        .containsEntry("B", "/host/config/x/y")
        .containsEntry("BIND", "own")
        .containsEntry("EMPTY", "");
  }

  @Test
  void secretsAndConfigMapsGiveVariables() throws Exception {
    objects.putSecret("s", "k", "v");
    objects.putConfigMap("c", "K", "V");
    var plan =
        plan(
            "image: app, envFrom: [{prefix: P_, configMapRef: {name: c}}, {secretRef: {name: no, optional:"
                + " true}}], env: [{name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: O,"
                + " valueFrom: {configMapKeyRef: {name: c, key: no, optional: true}}}]");
    assertThat(plan.env()).containsEntry("S", "v").containsEntry("P_K", "V").doesNotContainKey("O");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> plan("image: unknown:2"))
        .hasMessageContaining("unknown:2")
        .hasMessageContaining("app");
    assertThatThrownBy(() ->
            plan("image: app, env: [{name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}]"))
        .hasMessage("secret \"s\" not found");
    assertThatThrownBy(() -> plan("image: bare")).hasMessageContaining("no command");
  }

  @Test
  void limitsAreGivenInUnitsOfTheDivisor() throws Exception {
    var plan =
        plan(
            "image: app, resources: {limits: {memory: 64Mi, cpu: 1500m}}, env: [{name: M, valueFrom:"
                + " {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}, {name: C, valueFrom:"
                + " {resourceFieldRef: {resource: limits.cpu}}}]");
    assertThat(plan.env()).containsEntry("M", "64").containsEntry("C", "2");
  }

  @Test
  void environmentValuesAreNotPrinted() throws Exception {
    objects.putSecret("s", "k", "hush");
    assertThat(plan("image: app, env: [{name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}]"))
        .asString()
        .doesNotContain("hush");
  }

  private ContainerPlan plan(String container) throws Exception {
    var pod =
        Serialization.unmarshal(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: team-a}\nspec: {containers:"
                + " [{name: c, "
                + container
                + "}]}",
            Pod.class);
    var images =
        new ImageTable(
            List.of(
                new ImageTable.Image(
                    "app",
                    List.of("${JAVA_HOME}/bin/java", "-jar"),
                    Map.of("BIND", "${POD_LOOPBACK}")),
                new ImageTable.Image("bare", null, null)));
    return new ContainerPlanner(images, objects)
        .plan(
            pod,
            pod.getSpec().getContainers().getFirst(),
            Map.of("PATH", "/bin"),
            new Placeholders(Map.of("POD_LOOPBACK", "127.244.0.2"), Map.of("JAVA_HOME", "/jdk")),
            new MountPaths(Map.of("/config", Path.of("/host/config"))),
            new FieldRefs(pod, new PodStatuses.Place("10.244.0.1", "10.244.0.2", Instant.EPOCH)),
            Path.of("/work"));
  }
}

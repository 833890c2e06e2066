package dev.mcpgateway.controller.api.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whose routes a Gateway lets in, as far as it alone tells. */
class RouteSourcesTest {
  private static final RouteSources ANYWHERE = new RouteSources.Anywhere();

  @Test
  void aListenerThatSaysNothingLetsItsOwnNamespaceIn() {
    assertThat(sources("{name: mcp, protocol: HTTP, port: 80}")).isEqualTo(only("gateways"));
    assertThat(sources(allowing("{}"))).isEqualTo(only("gateways"));
    assertThat(sources(allowing("{from: Same}"))).isEqualTo(only("gateways"));
  }

  @Test
  void namesOfNamespacesAreReadFromASelector() {
    assertThat(sources(selecting("{matchLabels: {kubernetes.io/metadata.name: team-a}}")))
        .isEqualTo(only("team-a"));
    assertThat(sources(selecting(in("team-a, team-b")))).isEqualTo(only("team-a", "team-b"));
  }

  @Test
  void everyRequirementOfASelectorLeavesOutMore() {
    assertThat(
            sources(
                selecting(
                    """
                    {matchLabels: {kubernetes.io/metadata.name: team-a, stage: prod}, matchExpressions:
                      [{key: kubernetes.io/metadata.name, operator: In, values: [team-a, team-b]}]}\
                    """)))
        .isEqualTo(only("team-a"));
  }

  @Test
  void otherLabelsTellNothingAboutNames() {
    assertThat(sources(selecting("{matchLabels: {stage: prod}}"))).isEqualTo(ANYWHERE);
    assertThat(
            sources(
                selecting(
                    "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [team-a]}]}")))
        .isEqualTo(ANYWHERE);
    assertThat(sources(selecting("{}"))).isEqualTo(ANYWHERE);
  }

  @Test
  void listenersAddToEachOther() {
    assertThat(sources(selecting(in("team-a")), selecting(in("team-b")), allowing("{from: Same}")))
        .isEqualTo(only("team-a", "team-b", "gateways"));
    assertThat(sources(selecting(in("team-a")), allowing("{from: All}"))).isEqualTo(ANYWHERE);
    assertThat(sources(allowing("{from: All}"), selecting(in("team-a")))).isEqualTo(ANYWHERE);
  }

  @Test
  void whatNoHttpRouteCanBeAttachedToLetsNobodyIn() {
    assertThat(sources()).isEqualTo(RouteSources.nowhere());
    assertThat(sources(allowing("{from: None}"))).isEqualTo(RouteSources.nowhere());
    assertThat(
            sources(
                "{name: tcp, protocol: TCP, port: 80, allowedRoutes: {namespaces: {from: All}}}"))
        .isEqualTo(RouteSources.nowhere());
  }

  @Test
  void aWordOfALaterGatewayApiMayMeanAnything() {
    assertThat(sources(allowing("{from: Friends}"))).isEqualTo(ANYWHERE);
  }

  private static String in(String names) {
    return "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [%s]}]}"
        .formatted(names);
  }

  private static String selecting(String selector) {
    return allowing("{from: Selector, selector: %s}".formatted(selector));
  }

  private static String allowing(String namespaces) {
    return "{name: mcp, protocol: HTTP, port: 80, allowedRoutes: {namespaces: %s}}"
        .formatted(namespaces);
  }

  private static RouteSources sources(String... listeners) {
    Gateway gateway =
        Serialization.unmarshal(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {namespace: gateways, name: gw}
            spec:
              gatewayClassName: istio
              listeners: [%s]
            """
                .formatted(Arrays.stream(listeners).collect(Collectors.joining(", "))),
            Gateway.class);
    return FactsMapper.gateway(gateway).routes();
  }

  private static RouteSources only(String... namespaces) {
    return new RouteSources.Namespaces(Set.of(namespaces));
  }
}

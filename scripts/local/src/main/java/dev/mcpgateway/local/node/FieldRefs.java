package dev.mcpgateway.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The downward API: values of the pod itself for environment and files. */
final class FieldRefs {
  private static final Pattern KEYED =
      Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)'\\]");

  private final Pod pod;
  private final PodStatuses.Place place;

  FieldRefs(Pod pod, PodStatuses.Place place) {
    this.pod = pod;
    this.place = place;
  }

  String field(String path) throws ConfigException {
    var meta = pod.getMetadata();
    var keyed = KEYED.matcher(path);
    if (keyed.matches()) {
      var map = keyed.group(1).equals("labels") ? meta.getLabels() : meta.getAnnotations();
      return map == null ? "" : map.getOrDefault(keyed.group(2), "");
    }
    return switch (path) {
      case "metadata.name" -> meta.getName();
      case "metadata.namespace" -> meta.getNamespace();
      case "metadata.uid" -> meta.getUid();
      case "metadata.labels" -> lines(meta.getLabels());
      case "metadata.annotations" -> lines(meta.getAnnotations());
      case "spec.nodeName" -> Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
      case "spec.serviceAccountName" ->
          Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "default");
      case "status.podIP", "status.podIPs" -> place.podIp();
      case "status.hostIP", "status.hostIPs" -> place.nodeIp();
      default -> throw new ConfigException("the downward API has no field " + path);
    };
  }

  /**
   * Limits and requests in units of the divisor, rounded up; an absent limit counts as the
   * machine's.
   */
  String resource(ResourceFieldSelector selector, Container container) throws ConfigException {
    var path = selector.getResource().split("\\.", 2);
    var resources = container.getResources();
    Map<String, Quantity> from =
        resources == null
            ? Map.of()
            : path[0].equals("limits") ? resources.getLimits() : resources.getRequests();
    var amount = from == null ? null : from.get(path[1]);
    if (amount == null) {
      amount = machine(path[1]);
    }
    var divisor =
        selector.getDivisor() == null
            ? BigDecimal.ZERO
            : selector.getDivisor().getNumericalAmount();
    var unit = divisor.signum() == 0 ? BigDecimal.ONE : divisor;
    return amount.getNumericalAmount().divide(unit, 0, RoundingMode.CEILING).toPlainString();
  }

  private static Quantity machine(String resource) throws ConfigException {
    return switch (resource) {
      case "cpu" -> new Quantity(Integer.toString(Runtime.getRuntime().availableProcessors()));
      case "memory" -> Node.MEMORY;
      case "ephemeral-storage" -> new Quantity("0");
      default -> throw new ConfigException("the downward API has no resource " + resource);
    };
  }

  private static String lines(@Nullable Map<String, String> map) {
    var text = new StringBuilder();
    new TreeMap<>(map == null ? Map.of() : map)
        .forEach(
            (k, v) -> text.append(k).append("=\"").append(v.replace("\"", "\\\"")).append("\"\n"));
    return text.toString();
  }
}

package dev.mcpgateway.webhook.admission;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is read of an EnvoyFilter: which proxies it changes, not how. */
@Group("networking.istio.io")
@Version("v1alpha3")
@Kind("EnvoyFilter")
final class RouterFilter extends CustomResource<RouterFilter.Spec, Void> implements Namespaced {
  /** Istio allows one of both; without either, all proxies of the namespace are meant. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Spec(@Nullable WorkloadSelector workloadSelector, @Nullable List<TargetRef> targetRefs) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record WorkloadSelector(@Nullable Map<String, String> labels) {}

  /** Attaches a policy to an object of the same namespace (Gateway API, GEP-713). */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record TargetRef(@Nullable String group, @Nullable String kind, @Nullable String name) {}
}

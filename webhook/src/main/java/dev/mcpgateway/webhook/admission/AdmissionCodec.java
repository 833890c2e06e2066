package dev.mcpgateway.webhook.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.webhook.admission.AdmissionRequest.Operation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * AdmissionReview v1 from and to bytes (Kubernetes API, {@code admission.k8s.io/v1}). Strict: a
 * review that two parsers could read differently is refused.
 */
final class AdmissionCodec {
  /** Two objects of 3 MiB each, the API server's own limit, and room for the envelope. */
  static final int MAX_BYTES = 7 << 20;

  private static final String API_VERSION = "admission.k8s.io/v1";
  private static final String KIND = "AdmissionReview";
  private static final String OBJECT = "object";
  private static final String OLD_OBJECT = "oldObject";
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_LENGTH = 1000;

  /** What the API server sends is shorter: a UUID, and names as Kubernetes bounds them. */
  private static final int MAX_UID = 128;

  private static final int MAX_NAME = 253;

  /** Nothing bounds what authenticators call somebody; audit lines have to end somewhere. */
  private static final int MAX_USER = 1024;

  /**
   * Ten times what objects of 3 MiB have: bytes that are all brackets would take a hundred times
   * their length when parsed.
   */
  private static final int MAX_TOKENS = 1_000_000;

  private final JsonMapper mapper =
      JsonMapper.builder(factory())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Reads a review. */
  AdmissionCase read(byte[] body) throws MalformedReviewException {
    JsonNode review = tree(body);
    if (!KIND.equals(text(review, "kind")) || !API_VERSION.equals(text(review, "apiVersion"))) {
      throw new MalformedReviewException("The body is no " + KIND + " of " + API_VERSION + ".");
    }
    JsonNode request = review.path("request");
    if (!request.isObject() || text(request, "uid").isEmpty()) {
      throw new MalformedReviewException("The review has no request with a uid.");
    }
    return admissionCase(envelope(request), request);
  }

  /** Writes the answer; the uid is the request's, and nothing is ever patched. */
  byte[] write(String uid, AdmissionDecision decision) {
    ObjectNode review = mapper.createObjectNode().put("apiVersion", API_VERSION).put("kind", KIND);
    ObjectNode response =
        review.putObject("response").put("uid", uid).put("allowed", decision.allowed());
    if (!decision.allowed()) {
      response
          .putObject("status")
          .put("code", 403)
          .put("reason", "Forbidden")
          .put("message", decision.message());
    }
    var warnings = Warnings.fit(decision.warnings());
    if (!warnings.isEmpty()) {
      warnings.forEach(response.putArray("warnings")::add);
    }
    try {
      return mapper.writeValueAsBytes(review);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of strings cannot be written", e);
    }
  }

  private JsonNode tree(byte[] body) throws MalformedReviewException {
    try {
      return mapper.readTree(body);
    } catch (JsonProcessingException e) {
      // The parser's own message may quote the body, which may hold what is none of a log's
      // business.
      var at = e.getLocation();
      throw new MalformedReviewException(
          "The body is not acceptable JSON"
              + (at == null ? "." : " near byte " + at.getByteOffset() + "."));
    } catch (IOException e) {
      throw new MalformedReviewException("The body cannot be read.");
    }
  }

  private static AdmissionRequest envelope(JsonNode request) throws MalformedReviewException {
    JsonNode kind = request.path("kind");
    if (text(kind, "kind").isEmpty()) {
      throw new MalformedReviewException("The request names no kind.");
    }
    JsonNode user = request.path("userInfo");
    JsonNode metadata =
        (request.path(OBJECT).isObject() ? request.path(OBJECT) : request.path(OLD_OBJECT))
            .path("metadata");
    String name = bounded(request, "name", MAX_NAME);
    return new AdmissionRequest(
        bounded(request, "uid", MAX_UID),
        bounded(user, "username", MAX_USER),
        bounded(kind, "group", MAX_NAME),
        bounded(kind, "kind", MAX_NAME),
        operation(text(request, "operation")),
        new ObjectKey(
            bounded(request, "namespace", MAX_NAME),
            name.isEmpty() ? bounded(metadata, "name", MAX_NAME) : name),
        bounded(request, "subResource", MAX_NAME),
        request.path("dryRun").asBoolean(false));
  }

  /** A text of the envelope: it is logged and sent back, so it ends somewhere. */
  private static String bounded(JsonNode parent, String field, int max)
      throws MalformedReviewException {
    String text = text(parent, field);
    if (text.length() > max) {
      throw new MalformedReviewException(
          "The request's %s has more than %d characters.".formatted(field, max));
    }
    return text;
  }

  private AdmissionCase admissionCase(AdmissionRequest request, JsonNode json)
      throws MalformedReviewException {
    boolean stores =
        switch (request.operation()) {
          case CREATE, UPDATE -> request.subresource().isEmpty();
          case DELETE, CONNECT -> false;
        };
    if (!stores) {
      return new AdmissionCase.NotJudged(request);
    }
    AdmissionCase read = read(request, json);
    return asksForSomething(read) ? read : new AdmissionCase.NotJudged(request);
  }

  /**
   * What the match conditions of the shipped configuration say, for configurations whose conditions
   * were taken away: deletions in progress, labels and finalizers wait for nothing.
   */
  private static boolean asksForSomething(AdmissionCase read) {
    return switch (read) {
      case AdmissionCase.Extension c -> c.claims();
      case AdmissionCase.Registration c -> c.claims() || c.changesCredential();
      case AdmissionCase.VirtualServer c -> !c.after().deleting();
      case AdmissionCase.RouterFilter c -> !c.claims().isEmpty();
      case AdmissionCase.NotJudged _ -> false;
      case AdmissionCase.UnknownKind _ -> true;
    };
  }

  private AdmissionCase read(AdmissionRequest request, JsonNode json)
      throws MalformedReviewException {
    return switch (request.group() + "/" + request.kind()) {
      case McpGroup.GROUP + "/" + McpGroup.EXTENSION_KIND ->
          new AdmissionCase.Extension(
              request, before(request, json, this::extension), extension(request, json, OBJECT));
      case McpGroup.GROUP + "/" + McpGroup.REGISTRATION_KIND ->
          new AdmissionCase.Registration(
              request,
              before(request, json, this::registration),
              registration(request, json, OBJECT));
      case McpGroup.GROUP + "/" + McpGroup.VIRTUAL_SERVER_KIND ->
          new AdmissionCase.VirtualServer(
              request,
              FactsMapper.virtualServer(object(request, json, OBJECT, MCPVirtualServer.class)));
      case "networking.istio.io/EnvoyFilter" ->
          new AdmissionCase.RouterFilter(
              request,
              before(request, json, this::routerFilter),
              routerFilter(request, json, OBJECT));
      default -> new AdmissionCase.UnknownKind(request);
    };
  }

  /** Reads one object of a review. */
  private interface Reader<F> {
    F read(AdmissionRequest request, JsonNode json, String field) throws MalformedReviewException;
  }

  private static <F> @Nullable F before(AdmissionRequest request, JsonNode json, Reader<F> reader)
      throws MalformedReviewException {
    return request.operation() == Operation.CREATE ? null : reader.read(request, json, OLD_OBJECT);
  }

  private ExtensionFacts extension(AdmissionRequest request, JsonNode json, String field)
      throws MalformedReviewException {
    return FactsMapper.extension(object(request, json, field, MCPGatewayExtension.class));
  }

  private RegistrationFacts registration(AdmissionRequest request, JsonNode json, String field)
      throws MalformedReviewException {
    return FactsMapper.registration(object(request, json, field, MCPServerRegistration.class));
  }

  private RouterFilterFacts routerFilter(AdmissionRequest request, JsonNode json, String field)
      throws MalformedReviewException {
    return RouterFilterFacts.of(object(request, json, field, RouterFilter.class));
  }

  private <T extends HasMetadata> T object(
      AdmissionRequest request, JsonNode json, String field, Class<T> type)
      throws MalformedReviewException {
    T object;
    try {
      object = mapper.treeToValue(node(request, json, field), type);
    } catch (JsonProcessingException e) {
      throw new MalformedReviewException("request.%s is no %s.".formatted(field, request.kind()));
    }
    // The envelope is what the API server acts on.
    object.getMetadata().setNamespace(request.object().namespace());
    return object;
  }

  private static JsonNode node(AdmissionRequest request, JsonNode json, String field)
      throws MalformedReviewException {
    JsonNode node = json.path(field);
    if (!node.isObject() || !node.path("metadata").isObject()) {
      throw new MalformedReviewException(
          "A review of %s needs request.%s with metadata.".formatted(request.operation(), field));
    }
    return node;
  }

  private static Operation operation(String name) throws MalformedReviewException {
    try {
      return Operation.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new MalformedReviewException("The request's operation is unknown.");
    }
  }

  private static String text(JsonNode parent, String field) {
    @Nullable String value = parent.path(field).textValue();
    return value == null ? "" : value;
  }

  private static JsonFactory factory() {
    return new JsonFactoryBuilder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        // JSON between systems is UTF-8 (RFC 8259, section 8.1); guessing opens a second reading.
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(MAX_NUMBER_LENGTH)
                .maxTokenCount(MAX_TOKENS)
                .maxStringLength(MAX_BYTES)
                .maxDocumentLength(MAX_BYTES)
                .build())
        .build();
  }
}

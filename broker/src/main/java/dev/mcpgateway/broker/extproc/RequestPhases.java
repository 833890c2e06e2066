package dev.mcpgateway.broker.extproc;

import dev.mcpgateway.broker.api.InternalHeaders;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.backend.CallerHeaders;
import dev.mcpgateway.broker.backend.Opening;
import dev.mcpgateway.broker.extproc.Step.Next;
import dev.mcpgateway.broker.route.HeaderChanges;
import dev.mcpgateway.broker.route.RequestHead;
import dev.mcpgateway.broker.route.ResponseDecision;
import dev.mcpgateway.broker.route.ResponseRules;
import dev.mcpgateway.broker.route.RouteDecision.NeedBody;
import dev.mcpgateway.broker.route.RouteDecision.OpenSession;
import dev.mcpgateway.broker.route.RouteDecision.PassThrough;
import dev.mcpgateway.broker.route.RouteDecision.Reject;
import dev.mcpgateway.broker.route.RouteDecision.ToBroker;
import dev.mcpgateway.broker.route.RouteDecision.ToServer;
import dev.mcpgateway.broker.route.Router;
import dev.mcpgateway.broker.route.ServerSession;
import dev.mcpgateway.broker.session.ProofVerdict;
import dev.mcpgateway.broker.wire.JsonLimits;
import dev.mcpgateway.broker.wire.JsonRpcId;
import dev.mcpgateway.broker.wire.MessageParser;
import dev.mcpgateway.broker.wire.ParseResult;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** One HTTP request from its head to the head of its response: gather, decide, act, per phase. */
final class RequestPhases {
  private final RouterParts parts;
  private RequestHead head = RequestHead.builder().build(true);
  private @Nullable JsonRpcId requestId;
  private @Nullable Routed routed;

  RequestPhases(RouterParts parts) {
    this.parts = parts;
  }

  /** A call on its way to a server. */
  private record Routed(ToServer decision, ServerSession session, String clientSession) {}

  /** The request's id, once it is known. */
  @Nullable JsonRpcId requestId() {
    return requestId;
  }

  Step requestHeaders(HttpHeaders headers) {
    head = ProtoHeaders.head(headers);
    return switch (parts.router().atHead(head, proof())) {
      case PassThrough() -> new Step(ProtoResponses.passThrough(), Next.NOTHING, "foreign");
      case NeedBody(HeaderChanges changes) ->
          new Step(ProtoResponses.headersNeedBody(changes), Next.BODY, "body");
      case ToBroker(HeaderChanges changes) ->
          new Step(ProtoResponses.headersDecided(changes), Next.NOTHING, "broker");
      case OpenSession(HeaderChanges changes) ->
          new Step(ProtoResponses.headersDecided(changes), Next.NOTHING, "hairpin");
      case Reject reject -> rejected(reject);
    };
  }

  Step requestBody(HttpBody body) {
    if (body.getBody().size() > JsonLimits.MAX_BYTES) {
      return rejected(Router.tooLarge());
    }
    ParseResult message = MessageParser.parse(body.getBody().toByteArray());
    return switch (parts
        .router()
        .atBody(head, message, parts.catalog().get(), parts.sessionTokens()::verify)) {
      case ToBroker(HeaderChanges changes) ->
          new Step(ProtoResponses.bodyDecided(changes), Next.NOTHING, "broker");
      case ToServer decision -> toServer(decision);
      case Reject reject -> rejected(reject);
    };
  }

  Step responseHeaders(HttpHeaders headers) {
    Routed call = routed;
    if (call == null) {
      return new Step(ProtoResponses.responseHeaders(HeaderChanges.NONE), Next.NOTHING, "pass");
    }
    RequestHead response = ProtoHeaders.head(headers);
    ResponseDecision decision =
        ResponseRules.decide(
            status(response),
            response.has(InternalHeaders.SESSION_ID),
            call.clientSession(),
            call.session());
    return switch (decision) {
      case ResponseDecision.Pass(HeaderChanges changes) ->
          new Step(ProtoResponses.responseHeaders(changes), Next.NOTHING, "pass");
      case ResponseDecision.PassAndForget(HeaderChanges changes) -> {
        forget(call, true);
        yield new Step(ProtoResponses.responseHeaders(changes), Next.NOTHING, "forget");
      }
      case ResponseDecision.SessionEnded() -> {
        forget(call, false);
        Reject reject = Rejections.sessionEnded(call.decision().call().id());
        yield new Step(ProtoResponses.immediate(reject), Next.NOTHING, "session_ended");
      }
    };
  }

  /** The proof is used up by looking at it, so it is looked at once and only when there is one. */
  private ProofVerdict proof() {
    String proof = head.first(InternalHeaders.ROUTER_KEY);
    String host = head.first(InternalHeaders.INIT_HOST);
    if (proof == null && host == null) {
      return new ProofVerdict.Absent();
    }
    return proof == null || host == null
        ? new ProofVerdict.Denied("incomplete")
        : parts.routerTokens().verify(proof, host);
  }

  private Step toServer(ToServer decision) {
    ServerConfig server = decision.tool().server();
    JsonRpcId id = decision.call().id();
    requestId = id;
    Opening opening;
    try {
      opening =
          parts
              .backendSessions()
              .session(
                  decision.session(),
                  server,
                  CallerHeaders.of(head, server, parts.clientAuthorization()));
    } catch (InterruptedException e) {
      // The listener is being shut down.
      Thread.currentThread().interrupt();
      return rejected(Rejections.of(new Opening.Busy(), id));
    }
    if (!(opening instanceof Opening.Opened(ServerSession session))) {
      return rejected(Rejections.of(opening, id));
    }
    String clientSession = head.first(InternalHeaders.SESSION_ID);
    routed = new Routed(decision, session, clientSession == null ? "" : clientSession);
    return new Step(
        ProtoResponses.bodyReplaced(parts.router().forward(head, decision, session)),
        Next.RESPONSE,
        "server");
  }

  private void forget(Routed call, boolean tell) {
    parts
        .backendSessions()
        .forget(call.decision().session(), call.decision().tool().server(), call.session(), tell);
  }

  private static Step rejected(Reject reject) {
    return new Step(
        ProtoResponses.immediate(reject), Next.NOTHING, Rejections.outcome(reject.status()));
  }

  private static int status(RequestHead response) {
    String status = response.first(":status");
    return status != null && status.matches("[0-9]{3}") ? Integer.parseInt(status) : 0;
  }
}

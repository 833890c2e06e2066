#!/usr/bin/env bash
# Two isolated teams on one machine, end to end on real parts. Installs what it needs, shows what the guide promises,
# and fails when a shown fact does not hold.
#
#   scripts/demo.sh           shows everything, then stays up until Ctrl-C
#   scripts/demo.sh --once    shows everything, then takes the platform down
#
# MCP_DEMO_PORT_A, MCP_DEMO_PORT_B   NodePorts of the two gateways (30080 and 30471, as in the guide)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
once=no
case ${1-} in
  '') ;;
  --once) once=yes ;;
  *) echo "usage: scripts/demo.sh [--once]" >&2; exit 2 ;;
esac
PORT_A=${MCP_DEMO_PORT_A:-30080}
PORT_B=${MCP_DEMO_PORT_B:-30471}
export TEAM_A_HOST=team-a.127-0-0-1.sslip.io
export TEAM_B_HOST=team-b.127-0-0-1.sslip.io
out=$(mktemp -d)
started=$SECONDS

# ------------------------------------------------------------------------------------------------ how things are shown

bold=''; green=''; red=''; plain=''
if [[ -t 1 ]]; then bold=$'\e[1m'; green=$'\e[32m'; red=$'\e[31m'; plain=$'\e[0m'; fi

step() { printf '\n%s== %s%s  (%ds)\n' "$bold" "$*" "$plain" $((SECONDS - started)); }
note() { printf '   %s\n' "$*"; }
fail() { printf '%s!! %s%s\n' "$red" "$*" "$plain" >&2; exit 1; }
holds() { printf '%s   ok: %s%s\n' "$green" "$*" "$plain"; }

# Prints a command the way one would type it, then runs it. The command line always goes to the terminal, whatever happens
# to the command's own output.
exec 3>&1
show() {
  local word line='$'
  for word; do
    if [[ $word == --* && ${#line} -gt 60 ]]; then printf '%s \\\n' "$line" >&3; line='   '; fi
    if [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]]; then line+=" $word"; else line+=" '$word'"; fi
  done
  printf '%s\n' "$line" >&3
  "$@"
}

# Runs a command that must be refused, shows what it prints, and keeps it in $out/refusal.
refused() {
  if show "$@" >"$out/shown" 2>&1; then cat "$out/shown"; fail "this must have been refused: $*"; fi
  cat "$out/shown"
  cp "$out/shown" "$out/refusal"
}

must_contain() { grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "expected in the output: $2"; }; }
must_not_contain() { ! grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "unexpected in the output: $2"; }; }

# An MCP client (the official TypeScript SDK) that resolves sslip.io names without a DNS server.
mcp() { "$NODE" -r ./scripts/peers/sslip.cjs scripts/peers/mcp.mjs "$@"; }

# Repeats a command until it succeeds, for at most 60 seconds.
until_ok() {
  local deadline=$((SECONDS + 60))
  until "$@" >"$out/last" 2>&1; do
    ((SECONDS < deadline)) || { cat "$out/last" >&2; fail "still failing after 60 s: $*"; }
    sleep 0.3
  done
}

# As scripts/local.sh has it.
export MCP_LOCAL_DIR=${MCP_LOCAL_DIR:-$PWD/.local}
up=no
finish() {
  local code=$?
  trap - EXIT INT TERM
  # 130 and 143: somebody ended it.
  if ((code != 0 && code != 130 && code != 143)) && [[ $up == yes ]]; then
    printf '\n%sThe demo failed. Logs of the processes are in %s/log, pods:%s\n' "$red" "$MCP_LOCAL_DIR" "$plain" >&2
    kubectl get pods -A >&2 || true
    kubectl get events -A --sort-by=.lastTimestamp 2>/dev/null | tail -15 >&2 || true
  fi
  if [[ $up == yes ]]; then
    printf '\nTaking everything down …\n'
    scripts/local.sh down
  fi
  rm -rf "$out"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ------------------------------------------------------------------------------------------------------ preparation

step "Tools and programs"
exports=$(scripts/tools.sh env 2>/dev/null) || { scripts/tools.sh install; exports=$(scripts/tools.sh env); }
eval "$exports"
built() {
  local jar
  for jar in webhook/target/mcp-webhook.jar controller/target/mcp-controller.jar broker/target/mcp-broker.jar \
    scripts/local/target/mcp-local.jar; do
    [[ -f $jar ]] || return 1
    [[ -z $(find pom.xml {webhook,controller,broker,scripts/local,controller/api,broker/api}/{pom.xml,src} -newer "$jar" -print -quit) ]] || return 1
  done
}
built || show scripts/build.sh -DskipTests package
note "$("$KUBECTL" version --client | sed -n 's/Client Version: /kubectl /p'), helm $(helm version --template '{{.Version}}'), Envoy $("$ENVOY" --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | tail -1)"

step "A cluster on this machine: etcd, kube-apiserver, kube-controller-manager, istiod"
up=yes
show scripts/local.sh up --images scripts/demo/images.yaml
export KUBECONFIG=$MCP_LOCAL_DIR/kubeconfig

# ---------------------------------------------------------------------------------------------- the guide, step by step

step "Step 1: install the CRDs"
show kubectl apply -k manifests/crds
show kubectl create namespace gateway-system

step "Step 3: deploy the MCP controller, with the admission webhook"
show helm upgrade -i mcp-controller ./charts/mcp-gateway \
  --namespace mcp-system \
  --create-namespace \
  --set controller.enabled=true \
  --set gateway.create=false \
  --set httpRoute.create=false \
  --set mcpGatewayExtension.create=false \
  --set envoyFilter.create=false >"$out/notes"
sed -n 1,6p "$out/notes"
show kubectl rollout status deployment -n mcp-system --timeout=90s

# The guide's helm line for a team; further arguments are added to it.
install_team() {
  local team=$1 host=$2
  shift 2
  show helm upgrade -i "$team-mcp-gateway" ./charts/mcp-gateway \
    --namespace "$team" \
    --create-namespace \
    --set controller.enabled=false \
    --set broker.create=true \
    --set gateway.create=true \
    --set "gateway.name=$team-gateway" \
    --set gateway.namespace=gateway-system \
    --set "gateway.publicHost=$host" \
    --set "gateway.internalHostPattern=*.$team.mcp.local" \
    --set httpRoute.create=true \
    --set mcpGatewayExtension.create=true \
    --set "mcpGatewayExtension.gatewayRef.name=$team-gateway" \
    --set mcpGatewayExtension.gatewayRef.namespace=gateway-system \
    --set envoyFilter.create=true \
    --set "envoyFilter.name=$team-gateway" "$@" >"$out/notes"
  sed -n 1,6p "$out/notes"
}

step "Step 4: deploy team A's gateway instance"
install_team team-a "$TEAM_A_HOST"
step "Step 6: deploy team B's gateway instance"
install_team team-b "$TEAM_B_HOST"

step "Steps 5 and 7: verify"
show kubectl get gateway -n gateway-system
show kubectl wait --for=condition=Ready mcpgatewayextension/team-a-mcp-gateway -n team-a --timeout=60s
show kubectl wait --for=condition=Ready mcpgatewayextension/team-b-mcp-gateway -n team-b --timeout=60s
show kubectl get mcpgatewayextension -A

step "Step 8: expose the gateways by NodePort (the same commands with two more flags)"
install_team team-a "$TEAM_A_HOST" --set gateway.nodePort.create=true --set "gateway.nodePort.mcpPort=$PORT_A"
install_team team-b "$TEAM_B_HOST" --set gateway.nodePort.create=true --set "gateway.nodePort.mcpPort=$PORT_B"
A=http://$TEAM_A_HOST:$PORT_A/mcp
B=http://$TEAM_B_HOST:$PORT_B/mcp

step "Next steps: register an MCP server with each team, one from npm and one in Java"
show kubectl apply -f scripts/demo/team-a-server.yaml
show kubectl apply -f scripts/demo/team-b-server.yaml
show kubectl wait --for=condition=Ready mcpserverregistration/everything -n team-a --timeout=60s
show kubectl wait --for=condition=Ready mcpserverregistration/java -n team-b --timeout=60s
show kubectl get mcpserverregistration -A
show kubectl wait --for=condition=Available deployment --all -n team-a --timeout=60s
show kubectl wait --for=condition=Available deployment --all -n team-b --timeout=60s

# ------------------------------------------------------------------------------------------------------ what it does

serves() { mcp "$1" list >"$out/tools" && grep -qF "$2" "$out/tools"; }

step "Each team sees its own tools, through its own Envoy"
until_ok serves "$A" everything_echo
printf '$ tools/list %s\n' "$A"; mcp "$A" list | tee "$out/tools-a"
until_ok serves "$B" java_echo
printf '$ tools/list %s\n' "$B"; mcp "$B" list | tee "$out/tools-b"
must_contain "$out/tools-a" everything_echo
must_contain "$out/tools-b" java_echo
must_not_contain "$out/tools-a" java_
must_not_contain "$out/tools-b" everything_
holds "the two lists have nothing in common"

step "A call reaches the team's server, under the name the server knows"
printf '$ tools/call everything_echo %s\n' "$A"
mcp "$A" call everything_echo '{"message":"hello from team A"}' | tee "$out/call-a"
must_contain "$out/call-a" 'Echo: hello from team A'
printf '$ tools/call java_echo %s\n' "$B"
mcp "$B" call java_echo '{"message":"hello from team B"}' | tee "$out/call-b"
must_contain "$out/call-b" 'java:hello from team B'
mcp "$B" call java_headers >"$out/headers"
must_contain "$out/headers" 'tool=headers'
holds "the prefix is stripped on the way"

step "Team A's tools and sessions do not exist at team B"
printf '$ tools/call everything_echo %s\n' "$B"
if mcp "$B" call everything_echo '{"message":"x"}' >"$out/foreign"; then cat "$out/foreign"; fail "team B called team A's tool"; fi
cat "$out/foreign"
must_contain "$out/foreign" '-32602'
mcp "$A" session >"$out/session"
session=$("$NODE" -p 'JSON.parse(require("fs").readFileSync(0)).session' <"$out/session")
probe() {
  "$NODE" -r ./scripts/peers/sslip.cjs -e '
    fetch(process.argv[1], {method: "POST", headers: {"content-type": "application/json", accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25", "mcp-session-id": process.argv[2]}, body: "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"})
      .then(r => console.log(r.status))' "$1" "$session"
}
[[ $(probe "$A") == 200 ]] || fail "team A's session must work at team A"
[[ $(probe "$B") == 404 ]] || fail "team A's session must not exist at team B"
holds "team A's session: 200 at team A, 404 at team B"

step "Mistakes are refused while you apply them"
refused kubectl apply -f scripts/demo/second-in-team-a.yaml
must_contain "$out/refusal" 'Namespace team-a already has the MCPGatewayExtension team-a/team-a-mcp-gateway'
show kubectl create namespace team-c
refused kubectl apply -f scripts/demo/claim-of-team-c.yaml
must_contain "$out/refusal" 'Gateway gateway-system/team-a-gateway is already the target of another MCPGatewayExtension'
must_not_contain "$out/refusal" 'team-a-mcp-gateway'
[[ -z $(kubectl get mcpgatewayextension -n team-c -o name) ]] || fail "the refused extension was stored"
holds "nothing was stored"

step "All of it holds"
cat <<TXT
   Team A  $A
   Team B  $B
   Any MCP client works where *.127-0-0-1.sslip.io resolves, for example
     npx @modelcontextprotocol/inspector --cli $A --transport http --method tools/list
   and without DNS with a Host header:
     curl -s http://127.0.0.1:$PORT_A/mcp -H 'Host: $TEAM_A_HOST' -H 'Content-Type: application/json' \\
       -H 'Accept: application/json, text/event-stream' \\
       -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"1"}}}'
   Look around:
     export KUBECONFIG=$MCP_LOCAL_DIR/kubeconfig
     $KUBECTL get mcpge,mcpsr,gateways,httproutes,pods -A
     $KUBECTL logs -n team-a deploy/team-a-mcp-gateway-broker-router
TXT
if [[ $once == no ]]; then
  printf '\nCtrl-C takes everything down.\n'
  # In the background, so that the signal is handled at once.
  sleep infinity & wait $!
fi

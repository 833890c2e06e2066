#!/usr/bin/env bash
# Installs, upgrades and removes the chart on a real API server of its own, and applies the samples. About half a minute:
#
#   exports=$(scripts/tools.sh env) && eval "$exports" && scripts/chart-server-test.sh
#
# There is no controller behind the server: the test plays the parts of the programs where they write into objects of the chart.
# Needs ETCD, KUBE_APISERVER, KUBECTL, HELM (programs), GATEWAY_API_CRDS, ISTIO_CRDS (files or folders), openssl and python3;
# CERT_MANAGER_CRDS adds the cases with cert-manager.
set -euo pipefail
shopt -s nullglob

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
chart=$root/charts/mcp-gateway
for variable in ETCD KUBE_APISERVER KUBECTL HELM GATEWAY_API_CRDS ISTIO_CRDS; do
  if [[ -z ${!variable:-} ]]; then
    echo "chart-server-test: $variable is not set; run: exports=\$(scripts/tools.sh env) && eval \"\$exports\"" >&2
    exit 2
  fi
done
work=$(mktemp -d)
children=()
failures=0

stop() {
  kill "${children[@]}" 2>/dev/null || true
  wait "${children[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

kubectl() { "$KUBECTL" "$@"; }
helm() { "$HELM" "$@"; }

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# equal WHAT EXPECTED ACTUAL
equal() { [[ $2 == "$3" ]] || fail "$1: expected '$2' but got '$3'"; }

# refused WORDS COMMAND…: the command must fail and say the words.
refused() {
  local words=$1
  shift
  if "$@" >"$work/output" 2>&1; then
    fail "accepted: $*"
  elif ! grep --quiet --fixed-strings -e "$words" "$work/output"; then
    fail "refused with other words than '$words': $(<"$work/output")"
  fi
}

start_server() {
  local token ports etcd_port peer_port api_port
  ports=$(python3 -c '
import socket
sockets = [socket.socket() for _ in range(3)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in sockets])')
  read -r etcd_port peer_port api_port <<<"$ports"
  token=$(openssl rand -hex 16)
  echo "$token,admin,u1,\"system:masters\"" >"$work/tokens.csv"
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/sa.key" 2>/dev/null
  openssl pkey -in "$work/sa.key" -pubout -out "$work/sa.pub"
  "$ETCD" --name test --data-dir "$work/etcd" --listen-client-urls "http://127.0.0.1:$etcd_port" \
    --advertise-client-urls "http://127.0.0.1:$etcd_port" --listen-peer-urls "http://127.0.0.1:$peer_port" \
    --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" --initial-cluster "test=http://127.0.0.1:$peer_port" \
    --unsafe-no-fsync --log-level warn >"$work/etcd.log" 2>&1 &
  children+=($!)
  # Without the ServiceAccount plugin: nobody makes ServiceAccounts for the pods nobody starts.
  "$KUBE_APISERVER" --etcd-servers="http://127.0.0.1:$etcd_port" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 \
    --secure-port="$api_port" --cert-dir="$work/certs" --token-auth-file="$work/tokens.csv" \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local --service-account-key-file="$work/sa.pub" \
    --service-account-signing-key-file="$work/sa.key" --authorization-mode=RBAC --disable-admission-plugins=ServiceAccount \
    --service-cluster-ip-range=10.96.0.0/16 --endpoint-reconciler-type=none >"$work/apiserver.log" 2>&1 &
  children+=($!)
  export KUBECONFIG=$work/kubeconfig HELM_CACHE_HOME=$work/helm HELM_CONFIG_HOME=$work/helm HELM_DATA_HOME=$work/helm
  local deadline=$((SECONDS + 60))
  until [[ -s $work/certs/apiserver.crt ]] && write_kubeconfig "$api_port" "$token" && kubectl get --raw /readyz >/dev/null 2>&1; do
    if ((SECONDS > deadline)); then
      tail -n 5 "$work/apiserver.log" >&2
      echo "chart-server-test: the API server is not ready after a minute" >&2
      exit 1
    fi
    sleep 0.2
  done
}

write_kubeconfig() {
  cat >"$KUBECONFIG" <<YAML
apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: "https://127.0.0.1:$1", certificate-authority: $work/certs/apiserver.crt}}]
users: [{name: test, user: {token: $2}}]
contexts: [{name: test, context: {cluster: test, user: test}}]
current-context: test
YAML
}

install_platform() {
  kubectl apply --server-side --filename "$GATEWAY_API_CRDS" --filename "$ISTIO_CRDS" >/dev/null
  if [[ -n ${CERT_MANAGER_CRDS:-} ]]; then
    kubectl apply --server-side --filename "$CERT_MANAGER_CRDS" >/dev/null
  fi
  kubectl apply -k "$root/manifests/crds" >/dev/null
  kubectl wait --for=condition=Established crd --all >/dev/null
  kubectl create namespace gateway-system >/dev/null
}

# apply CASE [MORE…]: helm upgrade -i with the arguments of tests/CASE.args.
apply() {
  local words
  words=$(sed 's/^#.*//' "$chart/tests/$1.args")
  shift
  set -f
  # shellcheck disable=SC2206 # splitting is the point
  local args=($words)
  set +f
  helm upgrade --install "${args[0]}" "$chart" "${args[@]:1}" --create-namespace "$@"
}

# versions INSTANCE: every object of a release with its generation, or where there is none its resource version, except Helm's
# own records.
versions() {
  local kinds=secrets,services,serviceaccounts,deployments,poddisruptionbudgets,roles,rolebindings,clusterroles,clusterrolebindings
  kinds+=,validatingwebhookconfigurations,gateways,httproutes,referencegrants,envoyfilters,mcpgatewayextensions
  kubectl get "$kinds" --all-namespaces --selector "app.kubernetes.io/instance=$1" --output go-template='{{range .items -}}
    {{.kind}} {{.metadata.name}} {{or .metadata.generation .metadata.resourceVersion}}
{{end}}'
}

secret_data() { kubectl get secret "$2" --namespace "$1" --output jsonpath='{.data}'; }

samples() {
  kubectl create namespace samples >/dev/null
  local file words
  for file in "$root"/manifests/samples/valid-*.yaml; do
    kubectl apply --namespace samples --filename "$file" >"$work/output" 2>&1 || fail "${file##*/}: $(<"$work/output")"
  done
  for file in "$root"/manifests/samples/invalid-*.yaml; do
    words=$(sed -n '1s/^# expect: //p' "$file")
    [[ -n $words ]] || fail "${file##*/} does not begin with # expect:"
    refused "$words" kubectl apply --namespace samples --filename "$file"
  done
  equal "field selector on prefix" "mcpserverregistration.mcp.kagenti.com/prefix-set-later" \
    "$(kubectl get mcpsr --namespace samples --field-selector spec.toolPrefix=weather_,spec.targetRef.name=weather-v2 --output name)"
  equal "field selector on Gateway" "mcpgatewayextension.mcp.kagenti.com/own-gateway" \
    "$(kubectl get mcpge --namespace samples --field-selector spec.targetRef.name=own-gateway --output name)"
}

control_plane() {
  local name=mcp-controller-mcp-gateway before
  apply controller >"$work/notes"
  grep --quiet "rollout status deployment/$name-controller -n mcp-system" "$work/notes" || fail "notes of the control plane"

  # The webhook fills its Secret, makes itself known, and is promoted.
  kubectl patch secret "$name-webhook-tls" --namespace mcp-system --patch '{"stringData":{"tls.crt":"certificate"}}' >/dev/null
  kubectl patch validatingwebhookconfiguration "$name-webhook" --patch '{"webhooks":[{"name":
    "vmcpgatewayextension.mcp.kagenti.com","failurePolicy":"Fail","clientConfig":{"caBundle":"'"$(base64 -w0 "$work/certs/apiserver.crt")"'"}}]}' >/dev/null
  before=$(versions mcp-controller)
  apply controller >/dev/null
  apply controller >/dev/null
  equal "two upgrades of the control plane that change nothing" "$before" "$(versions mcp-controller)"
  apply controller --set webhook.failurePolicy=Ignore >/dev/null
  equal "a fixed failure policy" "Ignore" \
    "$(kubectl get validatingwebhookconfiguration "$name-webhook" --output jsonpath='{.webhooks[0].failurePolicy}')"
}

rights() {
  local -A users=(
    [controller]=system:serviceaccount:mcp-system:mcp-controller-mcp-gateway-controller
    [webhook]=system:serviceaccount:mcp-system:mcp-controller-mcp-gateway-webhook
    [broker]=system:serviceaccount:team-a:team-a-mcp-gateway-broker-router
  )
  local answer user rest
  while read -r answer user rest; do
    # shellcheck disable=SC2086 # splitting is the point
    equal "may $user $rest" "$answer" "$(kubectl auth can-i --as "${users[$user]}" $rest 2>/dev/null || true)"
  done <<'RIGHTS'
yes controller create secrets --namespace team-a
no controller delete secrets --namespace team-a
yes controller delete secrets/mcp-gateway-config --namespace team-a
no controller delete secrets/mcp-gateway-keys --namespace team-a
yes controller patch mcpgatewayextensions.mcp.kagenti.com/team-a-mcp-gateway --subresource status --namespace team-a
no controller patch mcpgatewayextensions.mcp.kagenti.com/team-a-mcp-gateway --namespace team-a
yes controller patch leases.coordination.k8s.io/mcp-controller-mcp-gateway-controller --namespace mcp-system
no controller patch leases.coordination.k8s.io/other --namespace mcp-system
no controller create leases.coordination.k8s.io --namespace team-a
no controller patch envoyfilters.networking.istio.io --namespace gateway-system
yes webhook list mcpgatewayextensions.mcp.kagenti.com --all-namespaces
yes webhook patch secrets/mcp-controller-mcp-gateway-webhook-tls --namespace mcp-system
no webhook create secrets --namespace mcp-system
no webhook get mcpgatewayextensions.mcp.kagenti.com --namespace team-a
yes webhook get secrets/credentials --namespace team-a
no webhook list secrets --namespace team-a
no webhook update secrets/mcp-gateway-config --namespace team-a
no webhook list secrets --namespace mcp-system
yes webhook patch validatingwebhookconfigurations/mcp-controller-mcp-gateway-webhook
no webhook update validatingwebhookconfigurations/mcp-controller-mcp-gateway-webhook
no webhook patch validatingwebhookconfigurations/other
no webhook create mcpgatewayextensions.mcp.kagenti.com --namespace team-a
no broker get secrets/mcp-gateway-config --namespace team-a
RIGHTS
}

teams() {
  local before
  # Helm first, then the controller.
  apply team >"$work/notes"
  grep --quiet "wait --for=condition=Ready mcpgatewayextension/team-a-mcp-gateway -n team-a" "$work/notes" || fail "notes of a team"
  kubectl patch secret mcp-gateway-config --namespace team-a --patch '{"metadata":{"annotations":{"helm.sh/resource-policy":"keep"}},
    "stringData":{"config.yaml":"servers: [one]","version":"7"}}' >/dev/null
  before=$(versions team-a-mcp-gateway)
  apply team >/dev/null
  apply team >/dev/null
  equal "two upgrades of a team that change nothing" "$before" "$(versions team-a-mcp-gateway)"
  before=$(secret_data team-a mcp-gateway-config)
  apply team --set broker.replicas=2 --set gateway.nodePort.create=true --set gateway.nodePort.mcpPort=30080 >/dev/null
  equal "configuration after a change" "$before" "$(secret_data team-a mcp-gateway-config)"
  # What a release once rendered and no longer does it would delete; what it renders again it takes back.
  apply team --set broker.create=false --set envoyFilter.create=false \
    --set httpRoute.create=false >/dev/null
  equal "configuration that is not rendered any more" "$before" "$(secret_data team-a mcp-gateway-config)"
  apply team >/dev/null
  equal "configuration that is rendered again" "$before" "$(secret_data team-a mcp-gateway-config)"

  # The controller first, then Helm.
  kubectl create namespace team-b >/dev/null
  kubectl create secret generic mcp-gateway-config --namespace team-b --from-literal 'config.yaml=servers: [two]' >/dev/null
  before=$(secret_data team-b mcp-gateway-config)
  apply team-nodeport >/dev/null
  apply team-nodeport >/dev/null
  equal "the controller's Secret" "$before" "$(secret_data team-b mcp-gateway-config)"
}

manual() {
  apply team-manual --namespace team-m --set gateway.name=team-m-gateway --set envoyFilter.name=team-m-gateway >"$work/notes"
  equal "extensions before the manual step" "" "$(kubectl get mcpge --namespace team-m --output name)"
  sed -n '/^kubectl apply/,/^EOF/p' "$work/notes" >"$work/manual.sh"
  PATH=$(dirname "$KUBECTL"):$PATH bash "$work/manual.sh" >/dev/null || fail "what the notes tell to apply"
  equal "extension of the manual step" "team-m-gateway" \
    "$(kubectl get mcpge team-a-mcp-gateway --namespace team-m --output jsonpath='{.spec.targetRef.name}')"
  kubectl get referencegrant allow-team-m-team-m-gateway --namespace gateway-system >/dev/null || fail "grant of the manual step"
  helm uninstall team-a-mcp-gateway --namespace team-m >/dev/null
}

cert_manager() {
  local name=mcp-controller-mcp-gateway-webhook before bundle
  apply cert-manager >/dev/null
  equal "the Secret of the other way" "" "$(kubectl get secret "$name-tls" --namespace mcp-system --ignore-not-found --output name)"
  # cert-manager makes a Secret of another name, cainjector fills in the authority.
  kubectl create secret generic "$name-cert-manager-tls" --namespace mcp-system --from-literal tls.crt=theirs >/dev/null
  bundle=$(base64 -w0 "$work/certs/apiserver.crt")
  kubectl patch validatingwebhookconfiguration "$name" --patch '{"webhooks":[{"name":
    "vmcpgatewayextension.mcp.kagenti.com","clientConfig":{"caBundle":"'"$bundle"'"}}]}' >/dev/null
  before=$(versions mcp-controller)
  apply cert-manager >/dev/null
  equal "an upgrade with cert-manager that changes nothing" "$before" "$(versions mcp-controller)"
  # Back again: the release has its own Secret, and cert-manager's stays as it is.
  before=$(secret_data mcp-system "$name-cert-manager-tls")
  apply controller >/dev/null
  equal "cert-manager's Secret" "$before" "$(secret_data mcp-system "$name-cert-manager-tls")"
  equal "the Secret of self-managed certificates" "$name-tls" \
    "$(kubectl get secret "$name-tls" --namespace mcp-system --output jsonpath='{.metadata.name}')"
  kubectl apply --dry-run=server --filename "$root/certs/issuer.yaml" --filename "$root/certs/certificate.yaml" >/dev/null || fail "certs"
}

removal() {
  helm uninstall team-b-mcp-gateway --namespace team-b >/dev/null
  helm uninstall team-a-mcp-gateway --namespace team-a >/dev/null
  helm uninstall mcp-controller --namespace mcp-system >/dev/null
  local instance
  for instance in team-a-mcp-gateway team-b-mcp-gateway mcp-controller; do
    equal "left of $instance" "" "$(versions "$instance")"
  done
  # The controller would, but there is none.
  equal "the controller's Secret after removal" "mcp-gateway-config" \
    "$(kubectl get secret mcp-gateway-config --namespace team-b --output jsonpath='{.metadata.name}')"
  kubectl get crd mcpgatewayextensions.mcp.kagenti.com >/dev/null || fail "the CRDs went with a release"
}

start_server
install_platform
samples
control_plane
teams
rights
manual
if [[ -n ${CERT_MANAGER_CRDS:-} ]]; then
  cert_manager
elif [[ ${CI:-} == true ]]; then
  fail "CERT_MANAGER_CRDS is not set; run: scripts/tools.sh install all"
else
  echo "chart-server-test: CERT_MANAGER_CRDS is not set: the cases with cert-manager are left out"
fi
kubectl apply --server-side --force-conflicts --dry-run=server --filename "$root/manifests/rbac/controller.yaml" \
  --filename "$root/manifests/rbac/webhook.yaml" >/dev/null || fail "manifests/rbac"
removal
if ((failures > 0)); then
  echo "chart-server-test: $failures failed" >&2
  exit 1
fi
echo "chart-server-test: passed"

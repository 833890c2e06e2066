#!/usr/bin/env bash
# Tests of charts, manifests and certs that need only helm, in a few seconds: scripts/chart-test.sh [--update]
#
#   lint          the chart and its values schema
#   renderings    every tests/NAME.args renders exactly tests/NAME.yaml; a rendering without arguments fails
#   refusals      every line of tests/refused.txt is refused, with its words
#   copies        the chart's crds are those of manifests; manifests/rbac and certs are what the chart renders
#   documentation every value stands in the chart's README
#
# --update writes renderings and copies anew; look at the difference before you commit it. HELM names the helm program.
set -euo pipefail
shopt -s nullglob

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
chart=$root/charts/mcp-gateway
tests=$chart/tests
helm=${HELM:-helm}
# A helm built from source believes in Kubernetes 1.20 when it has no cluster to ask.
render=("$helm" template --kube-version 1.34.0)
update=false
if [[ ${1:-} == --update ]]; then update=true; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# same EXPECTED ACTUAL: compares two files, or makes them equal with --update.
same() {
  if $update; then
    mkdir -p "$(dirname "$1")"
    cp "$2" "$1"
  elif [[ ! -f $1 ]]; then
    fail "${1#"$root"/} is missing; scripts/chart-test.sh --update writes it"
  else
    diff -u --label "${1#"$root"/}" --label actual "$1" "$2" || fail "${1#"$root"/} differs"
  fi
}

# arguments FILE: the words of an .args file, into the array args. Values hold no spaces; * is not expanded.
arguments() {
  local words
  words=$(sed 's/^#.*//' "$1")
  set -f
  # shellcheck disable=SC2206 # splitting is the point
  args=($words)
  set +f
}

# without_helm HEADER < RENDERING: as objects for kubectl, without the labels that say Helm manages them.
without_helm() {
  echo "# $1 Written by scripts/chart-test.sh --update from charts/mcp-gateway."
  sed -e '1{/^---$/d;}' -e '/^# Source: /d' -e '/^ *helm\.sh\/chart: /d' -e '/^ *app\.kubernetes\.io\/managed-by: /d' \
    -e '/^ *app\.kubernetes\.io\/version: /d'
}

lint() {
  "$helm" lint "$chart" --kube-version 1.34.0 --strict --quiet || fail "helm lint"
}

renderings() {
  local case name args
  for case in "$tests"/*.args; do
    name=${case%.args}
    arguments "$case"
    if "${render[@]}" "${args[0]}" "$chart" "${args[@]:1}" >"$work/rendering"; then
      same "$name.yaml" "$work/rendering"
    else
      fail "${case#"$root"/} does not render"
    fi
  done
  for case in "$tests"/*.yaml; do
    [[ -f ${case%.yaml}.args ]] || fail "${case#"$root"/} belongs to no .args file"
  done
}

refusals() {
  local line words args
  while IFS= read -r line; do
    [[ $line != '#'* && -n $line ]] || continue
    words=${line%% | *}
    echo "${line#* | }" >"$work/args"
    arguments "$work/args"
    if "${render[@]}" demo "$chart" --namespace demo "${args[@]}" >/dev/null 2>"$work/message"; then
      fail "accepted: ${args[*]}"
    elif ! grep --quiet --fixed-strings -e "$words" "$work/message"; then
      fail "refused ${args[*]} with other words: $(<"$work/message")"
    fi
  done <"$tests/refused.txt"
}

copies() {
  local crd file args program
  for crd in "$root"/manifests/crds/mcp.*.yaml; do
    same "$chart/crds/${crd##*/}" "$crd"
  done
  for file in "$chart"/crds/*; do
    [[ -f $root/manifests/crds/${file##*/} ]] || fail "${file#"$root"/} is not in manifests/crds"
  done
  arguments "$tests/controller.args"
  for program in controller webhook; do
    "${render[@]}" "${args[0]}" "$chart" "${args[@]:1}" --show-only "templates/$program/rbac.yaml" |
      without_helm "What the $program may do." >"$work/copy"
    same "$root/manifests/rbac/$program.yaml" "$work/copy"
  done
  arguments "$tests/cert-manager.args"
  for file in issuer certificate; do
    "${render[@]}" "${args[0]}" "$chart" "${args[@]:1}" --show-only "templates/webhook/$file.yaml" |
      without_helm "The webhook's certificate from cert-manager." >"$work/copy"
    same "$root/certs/$file.yaml" "$work/copy"
  done
}

documentation() {
  python3 - "$chart/values.schema.json" "$chart/README.md" <<'PY' >"$work/missing" || fail "cannot read the values schema"
import json, sys

def leaves(schema, path):
    for name, value in schema.get("properties", {}).items():
        here = path + [name]
        if "properties" in value:
            yield from leaves(value, here)
        elif here != ["global"]:
            yield ".".join(here)

readme = open(sys.argv[2], encoding="utf-8").read()
for leaf in leaves(json.load(open(sys.argv[1], encoding="utf-8")), []):
    if f"`{leaf}`" not in readme:
        print(leaf)
PY
  while IFS= read -r leaf; do
    fail "value $leaf is not in charts/mcp-gateway/README.md"
  done <"$work/missing"
}

lint
renderings
refusals
copies
documentation
if ((failures > 0)); then
  echo "chart-test: $failures failed" >&2
  exit 1
fi
echo "chart-test: passed"

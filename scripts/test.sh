#!/usr/bin/env bash
# All tests: shell parts, unit, integration on real API servers and a real Envoy, end-to-end on the local platform.
# Installs what it needs. With CI=true a missing peer is a failure; nothing is ever skipped.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exports=$(scripts/tools.sh env all 2>/dev/null) || { scripts/tools.sh install all; exports=$(scripts/tools.sh env all); }
eval "$exports"

step() { printf '\n== %s (%ds)\n' "$*" "$SECONDS"; }

step "tools.sh"
scripts/tools/test.sh
step "chart"
scripts/chart-test.sh
scripts/chart-server-test.sh
step "build, unit, integration and end-to-end tests"
"$MVN" --batch-mode --no-transfer-progress verify
printf '\nAll tests passed in %d s.\n' "$SECONDS"

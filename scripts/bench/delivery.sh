#!/usr/bin/env bash
# From a change of a registration to every replica of the broker, on the local platform: scripts/bench.sh delivery [ROUNDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exports=$(scripts/tools.sh env)
eval "$exports"
scripts/build.sh -DskipTests package
exec "$JAVA_HOME/bin/java" -cp "scripts/local/target/test-classes:scripts/local/target/classes:scripts/local/target/peers-lib/*" \
  dev.mcpgateway.local.e2e.DeliveryBench "${1:-100}" target/bench

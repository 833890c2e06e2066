#!/usr/bin/env bash
# From a change of a registration to every replica of the broker, on the local platform: scripts/bench.sh delivery [ROUNDS] [--check]
# --check ends with 1 when a target is missed.
set -euo pipefail
rounds=100
check=
for argument in "$@"; do
  case $argument in
    --check) check=check ;;
    [1-9]*) rounds=$argument ;;
    *)
      sed -n '2,3s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
done
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exports=$(scripts/tools.sh env)
eval "$exports"
scripts/build.sh -DskipTests package
exec "$JAVA_HOME/bin/java" -cp "scripts/local/target/test-classes:scripts/local/target/classes:scripts/local/target/peers-lib/*" \
  dev.mcpgateway.local.e2e.DeliveryBench "$rounds" target/bench $check

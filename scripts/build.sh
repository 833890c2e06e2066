#!/usr/bin/env bash
# Runs Maven on the JDK 25 that tools.sh finds, from the root of the checkout: scripts/build.sh [Maven arguments].
# Without arguments: compile, check, unit-test and package every module. The tools for the integration tests are put
# into the environment when they are all here; nothing is fetched.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exports=$("$scripts/tools.sh" env jdk maven)
eval "$exports"
if exports=$("$scripts/tools.sh" env 2>/dev/null); then
  eval "$exports"
fi
(($# > 0)) || set -- package
cd "$scripts/.."
# Maven 3 itself uses what JDK 25 warns about.
export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
exec "$MVN" --quiet --batch-mode --no-transfer-progress "$@"

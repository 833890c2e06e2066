#!/usr/bin/env bash
# Benchmarks, each a script in scripts/bench: scripts/bench.sh NAME [options]. --help after the name tells more.
# Raw data and a short report are written to target/bench.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

names() {
  local file
  for file in "$scripts"/bench/*.sh; do
    basename "$file" .sh
  done
}

name=${1:-}
if [[ ! $name =~ ^[a-z]+$ || ! -f $scripts/bench/$name.sh ]]; then
  echo "Usage: scripts/bench.sh NAME [options], NAME one of: $(names | paste -sd ' ')" >&2
  exit 2
fi
exec "$scripts/bench/$name.sh" "${@:2}"

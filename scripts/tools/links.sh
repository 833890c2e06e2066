# shellcheck shell=bash
# Folders of links, made by env: one for PATH, one in the layout that fabric8's kube-api-test expects.

# links KUBECTL HELM NODE ETCD KUBE_APISERVER (each may be empty): prints the folder of links to them.
links() {
  local key folder partial
  # The checkout is part of the key: kube-api-test writes its certificates there, and two checkouts test at once.
  key=$(printf '%s\n' "$HERE" "$@" | sha256)
  folder=$CACHE/links/${key:0:12}
  if [[ ! -d $folder ]]; then
    partial=$(umask 077 && mkdir -p "$CACHE/links" && mktemp -d "$CACHE/links/.partial.XXXXXX")
    fill_links "$partial" "$@"
    # Somebody else's is as good as ours.
    mv "$partial" "$folder" 2>/dev/null || true
    rm -rf "$partial" "${folder:?}/${partial##*/}"
  fi
  # kube-api-test makes certificates for 365 days and never looks at them again.
  find "$folder/kube-api-test" -maxdepth 1 \( -name '*.crt' -o -name '*.key' \) -mtime +300 -exec rm -f {} +
  printf '%s\n' "$folder"
}

# FOLDER KUBECTL HELM NODE ETCD KUBE_APISERVER
fill_links() {
  local layout=$1/kube-api-test/k8s/$KUBERNETES_VERSION-$OS-$ARCH
  mkdir -p "$1/bin" "$layout"
  [[ -z $2 ]] || ln -s "$2" "$1/bin/kubectl"
  [[ -z $3 ]] || ln -s "$3" "$1/bin/helm"
  [[ -z $4 ]] || ln -s "$4" "$1/bin/node"
  [[ -n $2 && -n $5 && -n $6 ]] || return 0
  ln -s "$2" "$layout/kubectl"
  ln -s "$6" "$layout/kube-apiserver"
  loopback_etcd "$5" >"$layout/etcd"
  chmod +x "$layout/etcd"
}

# kube-api-test starts etcd on every address of the machine; this keeps it on loopback. No fsync: its data lives
# as long as one test class.
loopback_etcd() {
  cat <<SCRIPT
#!/usr/bin/env bash
exec $(printf %q "$1") "\${@//0.0.0.0/127.0.0.1}" --unsafe-no-fsync
SCRIPT
}

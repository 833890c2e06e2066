# shellcheck shell=bash
# shellcheck disable=SC2034  # read by the files that source this one
# Every pinned version in one place. A change here changes the cache folder, so the tool is fetched again.
# The Go tools are pinned a second time, with checksums, in go/*/go.mod and go.sum; test.sh compares the two.

KUBERNETES_VERSION=1.34.4
ETCD_VERSION=3.6.16
HELM_VERSION=3.19.5
ISTIO_VERSION=0.0.0-20260827124520-eed52ebb66ad
ISTIO_API_VERSION=1.31.1
GATEWAY_API_VERSION=1.4.1
CERT_MANAGER_VERSION=1.21.2
ENVOY_VERSION=1.40.0
NODE_VERSION=22.23

# What a program named by an environment variable, or found on the machine, must at least be.
JDK_VERSION=25
ENVOY_MINIMUM=1.39.1
NODE_MINIMUM=22
GO_MINIMUM=1.26
MAVEN_MINIMUM=3.8.7

//go:build tools

// Package tools pins the Istio control plane that scripts/tools.sh builds.
package tools

import _ "istio.io/istio/pilot/cmd/pilot-discovery"

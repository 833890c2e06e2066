{{/* The claim on the Gateway and the permission for it, without metadata: NOTES.txt shows them when the release leaves them out. */}}
{{- define "mcp-gateway.extensionSpec" -}}
spec:
  targetRef:
    group: gateway.networking.k8s.io
    kind: Gateway
    name: {{ include "mcp-gateway.gatewayName" . }}
    namespace: {{ include "mcp-gateway.gatewayNamespace" . }}
{{- end }}

{{- define "mcp-gateway.grantName" -}}
allow-{{ .Release.Namespace }}-{{ include "mcp-gateway.gatewayName" . }}
{{- end }}

{{/* Names the Gateway: without to.name this namespace could claim every Gateway of that one. */}}
{{- define "mcp-gateway.grantSpec" -}}
spec:
  from:
    - group: mcp.kagenti.com
      kind: MCPGatewayExtension
      namespace: {{ .Release.Namespace }}
  to:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: {{ include "mcp-gateway.gatewayName" . }}
{{- end }}

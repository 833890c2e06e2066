{{/* Names. The guide's release names contain "mcp-gateway" and are used as they are. */}}
{{- define "mcp-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 55 | trimSuffix "-" -}}
{{- end }}

{{/* 55, because a Service name has at most 63 characters and the longest suffix of one is "-webhook". */}}
{{- define "mcp-gateway.fullname" -}}
{{- $name := include "mcp-gateway.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 55 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 55 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 55 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* What is installed. Each of these is "true" or empty; a null value follows another one. */}}
{{- define "mcp-gateway.controller" -}}
{{- if .Values.controller.enabled }}true{{ end -}}
{{- end }}

{{- define "mcp-gateway.webhook" -}}
{{- if kindIs "bool" .Values.webhook.enabled | ternary .Values.webhook.enabled .Values.controller.enabled }}true{{ end -}}
{{- end }}

{{- define "mcp-gateway.broker" -}}
{{- if kindIs "bool" .Values.broker.create | ternary .Values.broker.create (not .Values.controller.enabled) }}true{{ end -}}
{{- end }}

{{- define "mcp-gateway.extension" -}}
{{- if kindIs "bool" .Values.mcpGatewayExtension.create | ternary .Values.mcpGatewayExtension.create (eq (include "mcp-gateway.broker" .) "true") }}true{{ end -}}
{{- end }}

{{- define "mcp-gateway.envoyFilter" -}}
{{- if kindIs "bool" .Values.envoyFilter.create | ternary .Values.envoyFilter.create (eq (include "mcp-gateway.broker" .) "true") }}true{{ end -}}
{{- end }}

{{/* The one Gateway of a release; validate.yaml refuses a release that names two. */}}
{{- define "mcp-gateway.gatewayName" -}}
{{- .Values.gateway.name | default .Values.mcpGatewayExtension.gatewayRef.name -}}
{{- end }}

{{- define "mcp-gateway.gatewayNamespace" -}}
{{- .Values.gateway.namespace | default .Release.Namespace -}}
{{- end }}

{{/* Labels: (dict "root" $ "component" "broker-router") */}}
{{- define "mcp-gateway.selectorLabels" -}}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/name: {{ include "mcp-gateway.name" .root }}
{{- end }}

{{- define "mcp-gateway.labels" -}}
{{ include "mcp-gateway.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "mcp-gateway.image" -}}
image: {{ printf "%s:%s" .image.repository (.image.tag | default .root.Chart.AppVersion) | quote }}
imagePullPolicy: {{ .image.pullPolicy }}
{{- end }}

{{/*
Whether this release may render a Secret whose data somebody else fills: (dict "root" $ "name" …) is "true" when there is none
yet or when it is ours. Helm cannot import a Secret that the controller made first. Rendered without data, the Secret keeps its
live data across upgrades.
*/}}
{{- define "mcp-gateway.mayRenderSecret" -}}
{{- $live := lookup "v1" "Secret" .root.Release.Namespace .name -}}
{{- $owner := dig "metadata" "annotations" (dict) $live -}}
{{- if or (not $live) (and (eq (get $owner "meta.helm.sh/release-name") .root.Release.Name) (eq (get $owner "meta.helm.sh/release-namespace") .root.Release.Namespace)) -}}
true
{{- end -}}
{{- end }}

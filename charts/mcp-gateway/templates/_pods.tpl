{{/* What the pods of all three programs have in common: (dict "root" $ "component" … "values" .Values.broker) */}}
{{- define "mcp-gateway.deploymentStrategy" -}}
replicas: {{ .values.replicas }}
revisionHistoryLimit: 3
strategy:
  type: RollingUpdate
  rollingUpdate:
    maxUnavailable: 0
    maxSurge: 1
selector:
  matchLabels:
    {{- include "mcp-gateway.selectorLabels" . | nindent 4 }}
{{- end }}

{{/* Without the chart's version: a new chart alone is no reason to restart pods. */}}
{{- define "mcp-gateway.podMetadata" -}}
labels:
  {{- include "mcp-gateway.selectorLabels" . | nindent 2 }}
  {{- with .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .values.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The user is the image's (a number, not root); on OpenShift it is chosen by the namespace. */}}
{{- define "mcp-gateway.podSettings" -}}
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "mcp-gateway.selectorLabels" $ | nindent 8 }}
  {{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "mcp-gateway.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* Probes on one port: a generous start, then alive, then ready to be called. */}}
{{- define "mcp-gateway.probes" -}}
startupProbe:
  httpGet:
    path: /healthz
    port: {{ .port }}
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 120
livenessProbe:
  httpGet:
    path: /healthz
    port: {{ .port }}
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /readyz
    port: {{ .port }}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}

{{- define "mcp-gateway.podEnv" -}}
{{- $names := list }}
{{- range .values.extraEnv }}
{{- $names = append $names .name }}
{{- end -}}
env:
  {{- if not (has "JDK_JAVA_OPTIONS" $names) }}
  # Half of the memory limit for the heap instead of a quarter. Out of memory, a JVM may lose a thread it cannot do without and
  # live on.
  - name: JDK_JAVA_OPTIONS
    value: -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError
  {{- end }}
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
  {{- with .values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Helm renders this only with more than one replica: with one it would only block node drains. */}}
{{- define "mcp-gateway.podDisruptionBudget" -}}
{{- if gt (int .values.replicas) 1 }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "mcp-gateway.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "mcp-gateway.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end }}

{{- /* Everything that belongs to the extension has this one name; the namespace is its own. */ -}}
{{- define "name" -}}
gardener-extension-infra-gcp
{{- end -}}

{{- define "leaderElectionLease" -}}
{{ include "name" . }}-leader-election
{{- end -}}

{{- /* Gardenlet looks for this name. */ -}}
{{- define "heartbeatLease" -}}
gardener-extension-heartbeat
{{- end -}}

{{- define "selectorLabels" -}}
app.kubernetes.io/name: {{ include "name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "labels" -}}
{{ include "selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion | toString -}}
{{ .Values.image.repository }}{{ ternary "@" ":" (hasPrefix "sha256:" $tag) }}{{ $tag }}
{{- end -}}

{{- /* Ports may be templates over usablePorts. */ -}}
{{- define "metricsPort" -}}
{{ tpl (toString .Values.metricsPort) . }}
{{- end -}}

{{- define "healthPort" -}}
{{ tpl (toString .Values.healthPort) . }}
{{- end -}}

{{- define "config" -}}
apiVersion: gcp.provider.extensions.config.gardener.cloud/v1alpha1
kind: ControllerConfiguration
{{- with .Values.config.clientConnection }}
clientConnection:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.config.featureGates }}
featureGates:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

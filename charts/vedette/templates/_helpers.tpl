{{- define "vedette.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "vedette.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "vedette.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "vedette.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "vedette.selector" -}}
app.kubernetes.io/name: {{ include "vedette.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: daemon
{{- end }}

{{- define "vedette.labels" -}}
app.kubernetes.io/name: {{ include "vedette.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "vedette.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "vedette.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "vedette.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "vedette.secret" -}}
{{- default (printf "%s-sinks" (include "vedette.fullname" .)) .Values.secrets.existing }}
{{- end }}

{{- define "vedette.hasSecret" -}}
{{- if or .Values.secrets.existing .Values.secrets.values }}yes{{ end }}
{{- end }}

{{- /* What the daemon needs to attach. It keeps BPF, DAC_READ_SEARCH and SYS_PTRACE, and gives up
the rest by itself. Pins of what enforces are made in a folder of the node. */ -}}
{{- define "vedette.capabilities" -}}
{{- $capabilities := list "BPF" "PERFMON" "SYS_RESOURCE" "SYS_PTRACE" "DAC_READ_SEARCH" }}
{{- if ne .Values.mode "tracepoint" }}
{{- $capabilities = append $capabilities "SYS_ADMIN" }}
{{- end }}
{{- if .Values.enforce.enabled }}
{{- $capabilities = append $capabilities "DAC_OVERRIDE" }}
{{- end }}
{{- concat $capabilities .Values.extraCapabilities | uniq | toJson }}
{{- end }}

{{- /* The values' configuration, with what the chart decides put over it. */ -}}
{{- define "vedette.config" -}}
{{- $config := deepCopy .Values.config }}
{{- $store := merge (dict "path" (printf "%s/vedette.db" .Values.store.hostPath) "bytes_max" .Values.store.bytesMax) (default (dict) $config.store) }}
{{- $status := merge (dict "listen" (printf "0.0.0.0:%d" (int .Values.metrics.port))) (default (dict) $config.status) }}
{{- $sensor := merge (dict "mode" .Values.mode) (default (dict) $config.sensor) }}
{{- $enforce := merge (dict "enabled" .Values.enforce.enabled) (default (dict) $config.enforce) }}
{{- $rules := default (list "shipped") $config.rules }}
{{- if .Values.rules }}
{{- $rules = append $rules "/etc/vedette-rules" }}
{{- end }}
{{- $_ := set $config "store" $store }}
{{- $_ := set $config "status" $status }}
{{- $_ := set $config "sensor" $sensor }}
{{- $_ := set $config "enforce" $enforce }}
{{- $_ := set $config "rules" $rules }}
{{- toYaml $config }}
{{- end }}

{{- define "type" -}}
{{- $zh := eq (markdownTemplateValue "language") "zh" -}}
{{- $type := . -}}
{{ if .GVK }}##{{ else }}###{{ end }} {{ .Name }}

{{ template "text" .Doc }}
{{ template "limits" (dict "validation" .Validation "type" (dict "Validation" list "EnumValues" .EnumValues) "line" true "zh" $zh) -}}
{{- range index .Markers "kubebuilder:validation:XValidation" }}
- {{ if $zh }}规则{{ else }}Rule{{ end }}: {{ template "text" .Message }}
{{- end }}
{{ if .References }}
{{ if $zh }}用于：{{ else }}Part of {{ end }}{{ range $i, $reference := .SortedReferences }}{{ if $i }}, {{ end }}{{ markdownRenderTypeLink $reference }}{{ end }}
{{ end -}}
{{ if .EnumValues }}
{{ if $zh }}| 值 | 说明 |{{ else }}| value | what it means |{{ end }}
|---|---|
{{ range .EnumValues -}}{{/* without the Go constant's name */ -}}
| `{{ .Name }}` | {{ template "text" (regexReplaceAll `^[A-Z]\w*(: | is | )` (trim .Doc) "") }} |
{{ end -}}
{{ end -}}
{{ if .Members }}
{{ if $zh }}| 字段 | 类型 | 默认值、限制 | 说明与规则 |{{ else }}| field | type | default, limits | what it is, rules |{{ end }}
|---|---|---|---|
{{ if .GVK -}}
| `apiVersion` | string | `{{ .GVK.Group }}/{{ .GVK.Version }}` | |
| `kind` | string | `{{ .GVK.Kind }}` | |
{{ end -}}
{{ range .Members -}}
| `{{ .Name }}` | {{ markdownRenderType .Type }} | {{ template "limits" (dict "validation" .Validation "default" .Default "type" .Type "zh" $zh) }} | {{ template "text" .Doc }}{{ template "rules" (dict "field" . "zh" $zh) }} |
{{ end -}}
{{ end }}
{{ end -}}

{{- /* What a field's own markers say: those that it has of its type stand with the type. */ -}}
{{- define "limits" -}}
{{- $zh := .zh -}}{{- $line := .line -}}{{- $said := list -}}
{{- if .default -}}
{{- $default := regexReplaceAll `map\[([^\]]*)\]` .default "{ ${1} }" -}}
{{- $said = append $said (printf "%s `%s`" (ternary "默认" "default" $zh) (regexReplaceAll `(\w):(\w|\{)` $default "${1}: ${2}")) -}}
{{- end -}}
{{- $type := .type -}}
{{- range .validation -}}
{{- $is := . -}}
{{- if eq . "Required: {}" }}{{ $said = append $said (ternary "**必填**" "**required**" $zh) -}}
{{- else if eq . "Optional: {}" -}}
{{- else if has . $type.Validation -}}
{{- else if and (hasPrefix "Enum: " .) $type.EnumValues -}}
{{- else }}{{ $said = append $said (. | replace "|" "\\|") }}{{ end -}}
{{- end -}}
{{- if $line }}{{ range $said }}
- {{ . }}
{{- end }}{{ else }}{{ join "<br>" $said }}{{ end -}}
{{- end -}}

{{- define "rules" -}}
{{- $rules := index .field.Markers "kubebuilder:validation:XValidation" -}}
{{- $zh := .zh -}}
{{- if not (deepEqual $rules (index .field.Type.Markers "kubebuilder:validation:XValidation")) -}}
{{- range $rules -}}
<br>• {{ if eq .Rule "self == oldSelf" }}{{ if $zh }}**不可修改**：{{ else }}**immutable**: {{ end }}{{ end }}{{ template "text" .Message }}
{{- end -}}
{{- end -}}
{{- end -}}

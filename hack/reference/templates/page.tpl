{{- define "gvList" -}}
{{- $zh := eq (markdownTemplateValue "language") "zh" -}}
{{- range . -}}
<!-- Written by hack/reference of api/v1alpha1. Do not edit: run `make generate`. -->

# {{ if $zh }}API 参考{{ else }}API reference{{ end }}

{{ if $zh }}[English](reference.md){{ else }}[中文](reference.zh.md){{ end }}

{{ if $zh -}}
API 组 `{{ .Group }}`，版本 `{{ .Version }}`。本页由 `make generate` 根据 Go 类型及其标记生成，与 CRD 同源；说明文字即 `kubectl explain` 所示，为英文，行业术语附中文。
没有标注“必填”的字段均为可选。*规则*是 API server 拒绝写入时给出的消息，无论 Operator 是否在运行。`metadata` 与每个 Kubernetes 对象相同。
{{- else -}}
Group `{{ .Group }}`, version `{{ .Version }}`. `make generate` writes this page of the Go types and their markers, of which the CRDs are made, too; `kubectl explain` says the same.
A field that is not *required* is optional. A *rule* is what the API server itself refuses a write with, operator or not. `metadata` is that of every object of Kubernetes.
{{- end }}

{{ if $zh }}| 类型 | 说明 |{{ else }}| kind | what it is |{{ end }}
|---|---|
{{ $types := .Types -}}
{{ range .SortedKinds -}}
{{ $kind := index $types . -}}
{{ if $kind -}}
| [{{ $kind.Name }}](#{{ lower $kind.Name }}) | {{ template "text" $kind.Doc }} |
{{ end -}}
{{ end }}
{{ range .SortedTypes }}{{ if .GVK }}{{ template "type" . }}{{ end }}{{ end -}}
{{ if $zh }}## 其中的类型{{ else }}## What they are made of{{ end }}
{{ range .SortedTypes }}{{ if and (not .GVK) (markdownShouldRenderType .) }}
{{ template "type" . }}{{ end }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "text" -}}
{{ . | replace "\n" " " | replace "|" "\\|" | replace "<" "&lt;" | replace "*" "\\*" }}
{{- end -}}

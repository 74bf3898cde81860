package sheet

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// host is the name of a host, out of however an address is written: with a scheme, a port, a path; in Chinese.
var host = codec[string]{
	read: func(text string) (string, *words.Words) {
		if none(text) {
			return "", nil
		}
		if len(parts(text)) > 1 || strings.ContainsAny(text, " \t") {
			return "", wrongf("%s holds several names: give each its own row (websites of several domains may share a number)",
				"%s 含有多个名称：请每个一行（同一网站的多个域名可共用一个备案号）", shown(text))
		}
		name := text
		if strings.Contains(name, "://") {
			u, err := url.Parse(name)
			if err != nil {
				return "", wrongf("%s is no address of a website", "%s 不是网站地址", shown(text))
			}
			name = u.Host
		}
		name, _, _ = strings.Cut(name, "/")
		name, _, _ = strings.Cut(name, ":")
		name = strings.TrimSuffix(strings.NewReplacer("。", ".", "．", ".").Replace(name), ".")
		name = strings.ToLower(strings.TrimPrefix(name, "*."))
		if ascii, err := idna.Lookup.ToASCII(name); err == nil {
			name = ascii
		}
		if _, notIP := netip.ParseAddr(name); notIP == nil || !hostForm.MatchString(name) {
			return "", wrongf("%s is no domain name: write it as example.com", "%s 不是域名：请写成 example.com", shown(text))
		}
		return name, nil
	},
	write: plainText,
}

var hostForm = regexp.MustCompile(`^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$`)

// readDomain takes the registrable domain out of a name.
func readDomain(text string, f *v1alpha1.IcpFiling) *words.Words {
	name, wrong := host.read(text)
	if wrong != nil {
		return wrong
	}
	registrable, known := rules.RegistrableDomain(name)
	switch {
	case name == "":
	case !known:
		return wrongf("%s: there is no such top-level domain", "%s：没有这个顶级域", shown(text))
	case registrable == "":
		return wrongf("%s is a suffix below which domains are registered: give the domain", "%s 是公共后缀：请填写其下注册的域名", shown(text))
	}
	f.Spec.Domain.Name = registrable
	return nil
}

var objectName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)

// object is the name of an object in the cluster.
var object = codec[string]{
	read: func(text string) (string, *words.Words) {
		if text != "" && !objectName.MatchString(text) {
			return "", wrongf("%s cannot be an object's name in the cluster: small letters, digits, hyphens and dots",
				"%s 不能作为集群对象的名称：只能使用小写字母、数字、连字符和点", shown(text))
		}
		return text, nil
	},
	write: plainText,
}

// language is one of a website's.
var language = codec[string]{
	read: func(text string) (string, *words.Words) {
		for code, names := range map[string]string{"zh": "中文 简体中文 中文简体 chinese", "zh-Hant": "繁体中文 中文繁体", "en": "英文 英语 english", "ja": "日文 日语 japanese", "ko": "韩文 韩语 korean"} {
			for name := range strings.FieldsSeq(names) {
				if plain(name) == plain(text) {
					return code, nil
				}
			}
		}
		return free.read(text)
	},
	write: plainText,
}

var contentForm = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)

// content is what a website offers; others than the known ones may be named too.
var content = codec[v1alpha1.ServiceContent]{
	read: func(text string) (v1alpha1.ServiceContent, *words.Words) {
		if v, ok := valueOf(contents, text); ok {
			return v1alpha1.ServiceContent(v.Name), nil
		}
		if contentForm.MatchString(text) {
			return v1alpha1.ServiceContent(text), nil
		}
		return "", wrongf("%s is no content that is known: one of %s", "%s 不是已知的服务内容：%s", shown(text), listed(contents))
	},
	write: oneOf[v1alpha1.ServiceContent](contents).write,
}

// where is in which namespaces the domain may be exposed: Same, All, or a selector of their labels.
var where = codec[v1alpha1.ExposureNamespaces]{
	read: func(text string) (v1alpha1.ExposureNamespaces, *words.Words) {
		if text == "" {
			return v1alpha1.ExposureNamespaces{}, nil
		}
		if v, ok := valueOf(froms, text); ok {
			return v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesFrom(v.Name)}, nil
		}
		selector := &metav1.LabelSelector{}
		if text != "{}" {
			parsed, err := metav1.ParseToLabelSelector(text)
			if err != nil {
				return v1alpha1.ExposureNamespaces{}, wrongf("%s is neither Same, All nor a selector of namespaces' labels such as team=shop",
					"%s 既不是“同一命名空间”“所有命名空间”，也不是命名空间标签选择器（如 team=shop）", shown(text))
			}
			selector = parsed
		}
		return v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSelector, Selector: selector}, nil
	},
	write: func(value v1alpha1.ExposureNamespaces, l v1alpha1.Language) string {
		switch {
		case value.Selector == nil:
			return oneOf[v1alpha1.NamespacesFrom](froms).write(value.From, l)
		case len(value.Selector.MatchLabels)+len(value.Selector.MatchExpressions) == 0:
			return "{}"
		}
		return metav1.FormatLabelSelector(value.Selector)
	},
}

// asJSON reads and writes what no simple form holds.
func asJSON[T any](simple codec[[]T]) codec[[]T] {
	return codec[[]T]{
		read: func(text string) ([]T, *words.Words) {
			if !strings.HasPrefix(text, "[{") {
				return simple.read(text)
			}
			var values []T
			in := json.NewDecoder(strings.NewReader(text))
			in.DisallowUnknownFields()
			if err := in.Decode(&values); err != nil {
				return nil, wrongf("is no JSON list of what the API has here", "不是该字段的 JSON 列表")
			}
			return values, nil
		},
		write: func(values []T, l v1alpha1.Language) string {
			text := simple.write(values, l)
			if again, wrong := simple.read(text); wrong == nil && same(again, values) {
				return text
			}
			data, err := json.Marshal(values)
			if err != nil {
				return ""
			}
			return string(data)
		},
	}
}

func same[T any](a, b []T) bool {
	one, err1 := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(one) == string(other)
}

// paper is a file to be uploaded: its kind, and where it is.
var paper = codec[v1alpha1.Material]{
	read: func(text string) (v1alpha1.Material, *words.Words) {
		kind, ref, has := strings.Cut(strings.ReplaceAll(text, "＝", "="), "=")
		v, known := valueOf(materialKinds, kind)
		secret, key, hasKey := strings.Cut(strings.TrimSpace(ref), "/")
		if !has || !hasKey || !known || secret == "" || key == "" {
			return v1alpha1.Material{}, wrongf("%s: write each as SubjectCertificate=secret/key, the kind being one of %s", "%s：请写成 主体证件=Secret名/键，类别为：%s", shown(text), listed(materialKinds))
		}
		return v1alpha1.Material{Kind: v1alpha1.MaterialKind(v.Name), SecretRef: v1alpha1.SecretKeyReference{Name: secret, Key: key}}, nil
	},
	write: func(m v1alpha1.Material, l v1alpha1.Language) string {
		return oneOf[v1alpha1.MaterialKind](materialKinds).write(m.Kind, l) + "=" + m.SecretRef.Name + "/" + m.SecretRef.Key
	},
}

// approval is a special authority's paper, by its category and number.
var approval = codec[v1alpha1.PreApproval]{
	read: func(text string) (v1alpha1.PreApproval, *words.Words) {
		category, number, has := strings.Cut(strings.ReplaceAll(text, "＝", "="), "=")
		v, known := valueOf(categories, category)
		if !has || !known {
			return v1alpha1.PreApproval{}, wrongf("%s: write each as Publishing=number, the category being one of %s", "%s：请写成 出版=批准文号，类别为：%s", shown(text), listed(categories))
		}
		return v1alpha1.PreApproval{Category: v1alpha1.PreApprovalCategory(v.Name), Number: strings.TrimSpace(number)}, nil
	},
	write: func(p v1alpha1.PreApproval, l v1alpha1.Language) string {
		return oneOf[v1alpha1.PreApprovalCategory](categories).write(p.Category, l) + "=" + p.Number
	},
}

package words

import (
	"regexp"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// filingIsAt is what exposure.Pending says.
var filingIsAt = regexp.MustCompile(`^(filing (\S+)|` + regexp.QuoteMeta(exposure.AnotherFiling) + `) is at (\S+?)(?: \((\S+)\))?$`)

// Parked says why a host is not served, by what the gate wrote of it: a part of exposure.ParkedBecauseAnnotation, or of a
// refusal. What the gate does not say stands for itself.
func Parked(because string) Words {
	if namespace, ok := strings.CutPrefix(because, exposure.NoFiling); ok {
		return Words{because, "此处没有备案：请在命名空间 " + namespace + " 中创建 IcpFiling"}
	}
	if m := filingIsAt.FindStringSubmatch(because); m != nil {
		english, chinese := exposure.AnotherFiling, "其他命名空间的备案"
		if m[2] != "" {
			english, chinese = "filing "+m[2], "备案 "+m[2]
		}
		stage := Stage(v1alpha1.StageName(m[3]))
		english, chinese = english+" is at "+stage.English, chinese+" 处于“"+stage.Chinese+"”"
		if m[4] != "" {
			why := Reason(v1alpha1.ConditionExposureAllowed, m[4])
			english, chinese = english+" ("+why.English+")", chinese+"（"+why.Chinese+"）"
		}
		return Words{english, chinese}
	}
	return of(parked, because)
}

var parked = map[string]Words{
	exposure.PerhapsNoFiling: {exposure.PerhapsNoFiling, "如有备案，尚未生效"},
	exposure.NoHostName:      {exposure.NoHostName, "不是主机名，无法备案"},
	exposure.NamesNoHost:     {exposure.NamesNoHost, "未写明主机名的路由会匹配所有主机：请写明主机名"},
	exposure.NamesNoHostVia: {exposure.NamesNoHostVia,
		"未写明主机名的路由会匹配 Gateway 监听的所有主机，而其中并非都已备案：请写明主机名，或添加标签 " + v1alpha1.ParkedLabel + `: "true"，使其暂停等待，直到备案完成`},
}

package plugin

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// prepare says what is to be got ready, by the rules: papers, approvals, and what the province's bureau asks.
func (i *interview) prepare() string {
	var b strings.Builder
	spec, set := &i.filing.Spec, rules.Set{}
	line := func(english, chinese string, args ...any) {
		fmt.Fprintf(&b, "  - "+i.env.Say(english, chinese)+"\n", args...)
	}
	b.WriteString("\n" + i.env.Say("To prepare:", "需要准备：") + "\n")
	for _, row := range set.MaterialsOf(spec) {
		kinds := make([]string, len(row.Kinds))
		for n, kind := range row.Kinds {
			kinds[n] = string(kind)
		}
		line("%[2]s (%[1]s), as a photo or colour scan", "%[1]s：照片或彩色扫描件", row.Chinese, strings.Join(kinds, " / "))
	}
	for _, category := range spec.Website.PreApprovalCategories {
		row, known := set.PreApprovalIn(category, spec.Subject.Province)
		if known && row.Demand != rules.NotAsked {
			line("pre-approval %[1]s: %[2]s of %[3]s; name it in spec.preApprovals", "前置审批（%[1]s）：%[3]s 的 %[2]s；填写在 spec.preApprovals", row.Chinese, row.Document, row.Authority)
		}
	}
	if !spec.Domain.RealNameVerified {
		line("real-name verification of %s at its registrar, then realNameVerified: true", "在注册商处完成 %s 的实名认证，然后将 realNameVerified 设为 true", spec.Domain.Name)
	}
	line("the authenticity check (%[1]s), which the website's responsible person passes in person", "真实性核验（%[1]s）：由网站负责人本人完成", set.Authenticity().Chinese)
	if required, _ := set.SmsRequired(spec.Subject.Province); required {
		hours, _ := set.Limit(rules.LimitSmsWindowHours)
		line("the SMS from 12381, to be answered within %d hours of its coming", "12381 短信核验：收到后 %d 小时内完成", hours.Value)
	}
	b.WriteString(i.bureau(set))
	return b.String()
}

// topicsBefore are those of a bureau's rules that matter before an order is made.
func topicsBefore(individual bool) []rules.Topic {
	topics := []rules.Topic{rules.TopicMinimumAge, rules.TopicDomainMonthsLeft, rules.TopicMaterialMailing, rules.TopicRegistrant, rules.TopicLocalPhone}
	if individual {
		return append(topics, rules.TopicIndividualsFromOutside, rules.TopicDomainsInFirstPersonalFiling)
	}
	return append(topics, rules.TopicResponsiblePerson, rules.TopicInstitutionTLDs, rules.TopicSitesPerOrder, rules.TopicSitesPerSubject)
}

// bureau says what the province's bureau asks by rules of its own, as far as they are known.
func (i *interview) bureau(set rules.Set) string {
	subject := i.filing.Spec.Subject
	var b strings.Builder
	known := map[rules.Topic]rules.TopicRow{}
	for _, row := range rules.Topics() {
		known[row.Topic] = row
	}
	for _, topic := range topicsBefore(subject.Nature == v1alpha1.NatureIndividual) {
		if row, has := set.Provincial(subject.Province, topic); has {
			says := words.Provincial(row)
			fmt.Fprintf(&b, "  - "+i.env.Say("%[1]s's own rule: %[2]s: %[3]s\n", "%[4]s管局：%[5]s：%[6]s\n"), subject.Province, known[topic].Asks, says.English,
				rules.Chinese(subject.Province), known[topic].Chinese, says.Chinese)
		}
	}
	return b.String()
}

// next says which commands come next.
func (i *interview) next(dir string, written []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n"+i.env.Say("Written: %s. Next:", "已写入：%s。接下来：")+"\n", strings.Join(written, ", "))
	step := 0
	say := func(english, chinese, command string) {
		step++
		fmt.Fprintf(&b, "  %d. %s\n", step, i.env.Say(english, chinese))
		if command != "" {
			fmt.Fprintf(&b, "     %s\n", command)
		}
	}
	f := i.filing
	say("Fill in the persons, each in their Secret", "填写负责人信息，每人一个 Secret", written[1])
	if len(f.Spec.Materials) > 0 {
		say("Put the papers into materials/, under the names that spec.materials has, and make their Secret", "将资料放入 materials/，文件名与 spec.materials 一致，并创建 Secret",
			fmt.Sprintf("kubectl -n %s create secret generic %s --type=%s --from-file=%s", f.Namespace, i.materials(), v1alpha1.MaterialSecretType, filepath.Join(dir, "materials")))
	} else {
		say("Have the papers ready: with a manual provider they are uploaded in its console or app", "备好资料：manual 接入商在其控制台或 App 中上传", "")
	}
	say("Apply both", "应用两个文件", fmt.Sprintf("kubectl apply -f %s -f %s", written[1], written[0]))
	say("See what is missing, and whose turn it is", "查看还缺什么、轮到谁办理", fmt.Sprintf("kubectl icp status %s -n %s", f.Name, f.Namespace))
	return b.String()
}

package plugin

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/sheet"
	"github.com/beian-dev/icp-operator/internal/words"
)

// interview is one run of the questions.
type interview struct {
	*beginning
	ctx    context.Context
	filing *v1alpha1.IcpFiling
	// before are the answers that were given beforehand, by question; said all that hold by now, and asked whether any was asked for.
	before, said map[string]string
	asked        bool
	lines        <-chan string
	language     v1alpha1.Language
}

func newInterview(ctx context.Context, b *beginning, before map[string]string) *interview {
	return &interview{beginning: b, ctx: ctx, filing: &v1alpha1.IcpFiling{}, before: before, said: map[string]string{}, language: b.env.Language()}
}

// ask asks every question that has to be asked.
func (i *interview) ask() error {
	for _, q := range questions {
		if q.when != nil && !q.when(i) {
			continue
		}
		if err := i.one(q); err != nil {
			return err
		}
	}
	return nil
}

// one asks a question until the answer can be taken.
func (i *interview) one(q question) error {
	fallback := i.fallback(q)
	if text, given := i.before[q.key]; given && i.take(q, text) {
		return nil
	}
	if (i.defaults || q.silent) && (fallback != "" || q.optional) && i.take(q, fallback) {
		return nil
	}
	i.pose(q, fallback)
	for {
		fmt.Fprint(i.env.Out, "> ")
		text, err := i.line()
		if errors.Is(err, io.EOF) {
			fmt.Fprintln(i.env.Out)
			return errors.New(i.env.Say(
				fmt.Sprintf("--%s is not answered, and there is nobody to ask: give it as a flag or in --answers; --defaults takes what has a default", q.flag()),
				fmt.Sprintf("--%s 没有答案，也无法再询问：请用参数或 --answers 给出；--defaults 采用默认值", q.flag())))
		}
		if err != nil {
			return err
		}
		i.asked = true
		switch text = strings.TrimSpace(text); {
		case text == "?" || text == "？":
			fmt.Fprintln(i.env.Out, q.why.In(i.language))
			fmt.Fprintln(i.env.Out, q.column().Help.In(i.language))
			continue
		case text == "" && fallback == "" && !q.optional:
			fmt.Fprintln(i.env.Out, i.env.Say("It has no default: an answer is needed; ? explains it.", "此项没有默认值，必须回答；输入 ? 查看说明。"))
			continue
		case text == "":
			text = fallback
		}
		if i.take(q, i.chosen(q, text)) {
			return nil
		}
	}
}

func (i *interview) fallback(q question) string {
	if q.fallback == nil {
		return ""
	}
	return q.fallback(i)
}

// pose prints a question, what may be chosen, and its default.
func (i *interview) pose(q question, fallback string) {
	fmt.Fprintln(i.env.Out, "\n"+q.asks.In(i.language))
	for n, v := range i.choices(q) {
		text := v.Name
		if v.Chinese != "" && v.Chinese != v.Name {
			text += " " + i.label(q, v)
		}
		fmt.Fprintf(i.env.Out, "  %d %s\n", n+1, harmless(text))
	}
	hint := i.env.Say("? explains", "? 查看说明")
	switch {
	case fallback != "":
		hint = i.env.Say("default: ", "默认：") + harmless(i.inWords(q, fallback)) + i.env.Say("; ", "；") + hint
	case q.optional:
		hint = i.env.Say("may be left empty", "可留空") + i.env.Say("; ", "；") + hint
	}
	fmt.Fprintf(i.env.Out, "  (%s)\n", hint)
}

// inWords is an answer as people read it.
func (i *interview) inWords(q question, text string) string {
	f, c := i.filing.DeepCopy(), q.column()
	if c.Read(text, f) != nil {
		return text
	}
	text = c.Write(f, i.language)
	if yes, ok := map[string]string{"true": "yes", "false": "no"}[text]; ok {
		return yes
	}
	return text
}

// label of a choice beside its name: its Chinese, which a form in Chinese has, too.
func (i *interview) label(q question, v sheet.Value) string {
	if english, ok := map[string]string{"同一人": "one person", "不同的人": "two persons"}[v.Chinese]; ok && q.key == "websitePersonSecret" {
		return words.Words{English: english, Chinese: v.Chinese}.In(i.language)
	}
	return v.Chinese
}

// choices are the values of a question; yes and no need no list.
func (i *interview) choices(q question) []sheet.Value {
	switch q.key {
	case "websitePersonSecret":
		return []sheet.Value{{Name: i.filing.Spec.Subject.ResponsiblePersonRef.Name, Chinese: "同一人"}, {Name: "person-website", Chinese: "不同的人"}}
	case "certificateType":
		nature, _ := (rules.Set{}).Nature(i.filing.Spec.Subject.Nature)
		return slices.DeleteFunc(slices.Clone(q.column().Values), func(v sheet.Value) bool {
			return !slices.Contains(nature.Certificates, v1alpha1.CertificateType(v.Name))
		})
	case "provider":
		values := make([]sheet.Value, len(i.providers))
		for n, p := range i.providers {
			values[n] = sheet.Value{Name: p.Name}
		}
		return values
	}
	c := q.column()
	if len(c.Values) == len("yn") && c.Values[0].Name == "true" {
		return nil
	}
	return c.Values
}

// chosen turns numbers into the choices that they stand for.
func (i *interview) chosen(q question, text string) string {
	choices := i.choices(q)
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;，；、", r) })
	for n, part := range parts {
		number, err := strconv.Atoi(part)
		if err != nil || number < 1 || number > len(choices) {
			return text
		}
		parts[n] = choices[number-1].Name
	}
	return strings.Join(parts, ";")
}

// take takes an answer, or says why it cannot be taken.
func (i *interview) take(q question, text string) bool {
	before := i.filing.DeepCopy()
	c := q.column()
	wrong := c.Read(text, i.filing)
	if wrong == nil && q.check != nil {
		wrong = q.check(i, text)
	}
	if wrong == nil && c.Write(i.filing, v1alpha1.LanguageEnglish) == "" && !q.optional {
		wrong = &words.Words{English: "an answer is needed", Chinese: "必须回答"}
	}
	if wrong != nil {
		i.filing = before
		if len(i.choices(q)) > 0 {
			wrong = &words.Words{English: "none of the choices: answer by number or by name", Chinese: "不在选项之中：请按编号或名称回答"}
		}
		fmt.Fprintln(i.env.Out, harmless(i.env.Say("--"+q.flag()+": ", "--"+q.flag()+"：")+wrong.In(i.language)))
		return false
	}
	if !i.legal(c, q.mayWait) {
		i.filing = before
		return false
	}
	if q.then != nil {
		q.then(i)
	}
	i.said[q.flag()] = text
	return true
}

// legal says what the rules have against what was answered: after an error it is asked again, unless that may be put right
// later; warnings stand.
func (i *interview) legal(c sheet.Column, mayWait bool) bool {
	legal := true
	for _, f := range (rules.Set{}).CheckFiling(&i.filing.Spec, i.env.Clock.Now()) {
		// What lacks is asked yet; what is there and wrong is said.
		if !strings.HasPrefix(f.Field, c.Field) || c.Write(i.filing, v1alpha1.LanguageEnglish) == "" {
			continue
		}
		text := words.Words{English: f.Message, Chinese: words.Reason(v1alpha1.ConditionPrerequisitesMet, f.Reason).Chinese + "（备案规则 " + f.Rule.Date + "）"}
		if remedy, ok := words.Remedy(rules.Set{}, f.Reason); ok {
			text.Chinese = words.Reason(v1alpha1.ConditionPrerequisitesMet, f.Reason).Chinese + "：" + remedy.Chinese
		}
		kind := i.env.Say("note: ", "提示：")
		if f.Severity == rules.Error && !mayWait {
			legal, kind = false, i.env.Say("not so: ", "不可以：")
		}
		fmt.Fprintln(i.env.Out, kind+harmless(text.In(i.language)))
	}
	return legal
}

// line is the next line that somebody writes. Reading is left where it stands when the context ends: nothing is half taken.
func (i *interview) line() (string, error) {
	if i.lines == nil {
		lines := make(chan string)
		go func() {
			defer close(lines)
			scanner := bufio.NewScanner(i.env.In)
			for scanner.Scan() {
				select {
				case lines <- scanner.Text():
				case <-i.ctx.Done():
					return
				}
			}
		}()
		i.lines = lines
	}
	select {
	case <-i.ctx.Done():
		return "", errors.New(i.env.Say("interrupted; no manifest was written", "已中断；未写入任何清单"))
	case text, more := <-i.lines:
		if !more {
			return "", io.EOF
		}
		return text, nil
	}
}

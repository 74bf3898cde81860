package sheet

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// codec reads a cell's text as a value, or says what is wrong with it, and writes it.
type codec[T any] struct {
	read  func(text string) (T, *words.Words)
	write func(value T, l v1alpha1.Language) string
}

// with makes a column of a field and the codec of its values.
func with[T any](c Column, at func(*v1alpha1.IcpFiling) *T, k codec[T]) Column {
	c.read = func(text string, f *v1alpha1.IcpFiling) *words.Words {
		value, wrong := k.read(text)
		if wrong == nil {
			*at(f) = value
		}
		return wrong
	}
	c.write = func(f *v1alpha1.IcpFiling, l v1alpha1.Language) string { return k.write(*at(f), l) }
	return c
}

func wrongf(english, chinese string, args ...any) *words.Words {
	return &words.Words{English: fmt.Sprintf(english, args...), Chinese: fmt.Sprintf(chinese, args...)}
}

// personalForms are forms of personal data that stand out in any text.
var personalForms = []*regexp.Regexp{
	regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`),
	regexp.MustCompile(`\b[1-9][0-9]{16}[0-9Xx]\b`),
	regexp.MustCompile(`\b1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}\b`),
}

// looksPersonal says whether a text holds a mail address, an identity number or a mobile number.
func looksPersonal(text string) bool {
	return slices.ContainsFunc(personalForms, func(form *regexp.Regexp) bool { return form.MatchString(text) })
}

// shown is a cell's text in a message: nothing of what may be personal, and no control characters.
func shown(text string) string {
	const most = 40
	if looksPersonal(text) {
		return "***"
	}
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}

// none says whether a cell's text means that there is nothing, where that is no text of its own.
func none(text string) bool {
	return slices.Contains([]string{"", "-", "--", "—", "/", "\\", "无", "暂无", "没有", "未备案", "n/a", "na", "none", "nil"}, strings.ToLower(text))
}

// free is a text that people write, in which no personal data may stand.
var free = codec[string]{
	read: func(text string) (string, *words.Words) {
		if looksPersonal(text) {
			return "", wrongf("holds what looks like an identity number, a mobile number or a mail address: personal data stays in the persons' Secrets; take it out",
				"含有疑似身份证号、手机号或邮箱：个人信息只能放在负责人的 Secret 中，请删除")
		}
		return text, nil
	},
	write: plainText,
}

// number is one that an authority gave, or none.
var number = codec[string]{
	read: func(text string) (string, *words.Words) {
		if none(text) {
			return "", nil
		}
		if exponent.MatchString(text) {
			return "", wrongf("the spreadsheet program has cut it off to %s: format the cell as text and enter it anew", "已被表格软件截断为 %s：请将单元格设为文本格式后重新填写", shown(text))
		}
		return free.read(text)
	},
	write: plainText,
}

var exponent = regexp.MustCompile(`^[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+$`)

// certificateNumber is an organization's. A person's identity number is refused, and not shown.
var certificateNumber = codec[string]{
	read: func(text string) (string, *words.Words) {
		if _, err := rules.ParseCreditCode(text); err == nil {
			return text, nil
		}
		if bornIn(text) {
			return "", wrongf("looks like a person's identity number: that stays in the person's Secret (key idNumber); give the organization's certificate, or set the nature to Individual and clear the cell",
				"疑似个人身份证号：只能放在负责人 Secret 的 idNumber 键中；请填写单位证件号码，或将主办单位性质设为个人并清空该单元格")
		}
		if none(text) {
			return "", nil
		}
		if exponent.MatchString(text) {
			return number.read(text)
		}
		return text, nil
	},
	write: plainText,
}

// bornIn says whether a number is a resident's, be it mistyped: a day of birth stands in it.
func bornIn(number string) bool {
	if !personalForms[1].MatchString(number) || len(number) != 18 {
		return false
	}
	born, err := time.Parse("20060102", number[6:14])
	return err == nil && born.Year() >= 1900 && born.Year() < 2100
}

func plainText(text string, _ v1alpha1.Language) string { return text }

// oneOf reads a value by its name in either language.
func oneOf[T ~string](values []Value) codec[T] {
	return codec[T]{
		read: func(text string) (T, *words.Words) {
			if text == "" {
				return "", nil
			}
			if v, ok := valueOf(values, text); ok {
				return T(v.Name), nil
			}
			return "", wrongf("%s is none of %s", "%s 不在可选值之中：%s", shown(text), listed(values))
		},
		write: func(value T, l v1alpha1.Language) string {
			for _, v := range values {
				if v.Name != string(value) {
					continue
				}
				// Two values may have one Chinese name: the second is written by its own.
				if read, ok := valueOf(values, v.In(l)); ok && read.Name == v.Name {
					return v.In(l)
				}
			}
			return string(value)
		},
	}
}

func valueOf(values []Value, text string) (Value, bool) {
	wanted := plain(text)
	for _, v := range values {
		for _, name := range append([]string{v.Name, v.Chinese}, v.Aliases...) {
			if plain(name) == wanted {
				return v, true
			}
		}
	}
	return Value{}, false
}

// listed are the values in words, for both languages.
func listed(values []Value) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = v.Name
		if v.Chinese != "" && v.Chinese != v.Name {
			names[i] += " " + v.Chinese
		}
	}
	return strings.Join(names, ", ")
}

// several reads values that are separated by one of the usual marks.
func several[T any](one codec[T]) codec[[]T] {
	return codec[[]T]{
		read: func(text string) ([]T, *words.Words) {
			if none(text) {
				return nil, nil
			}
			var values []T
			for _, part := range parts(text) {
				value, wrong := one.read(part)
				if wrong != nil {
					return nil, wrong
				}
				values = append(values, value)
			}
			return values, nil
		},
		write: func(values []T, l v1alpha1.Language) string {
			texts := make([]string, len(values))
			for i, value := range values {
				texts[i] = one.write(value, l)
			}
			return strings.Join(texts, "; ")
		},
	}
}

// parts of a cell that holds several values.
func parts(text string) []string {
	var kept []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";,；，、|\n\r", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			kept = append(kept, part)
		}
	}
	return kept
}

// truths are what people write for yes and for no.
var truths = []Value{
	{Name: "true", Chinese: "是", Aliases: []string{"yes", "y", "1", "有", "√", "✓", "对", "已实名", "已认证", "已完成", "已通过", "经营性", "交互式", "包年包月", "预付费"}},
	{Name: "false", Chinese: "否", Aliases: []string{"no", "n", "0", "无", "没有", "×", "✗", "未实名", "未认证", "未完成", "未通过", "非经营性", "非交互式", "按量付费", "后付费", "不是"}},
}

// truth is yes or no; an empty cell is no.
var truth = codec[bool]{
	read: func(text string) (bool, *words.Words) {
		known, wrong := perhaps.read(text)
		return known != nil && *known, wrong
	},
	write: func(value bool, l v1alpha1.Language) string { return perhaps.write(&value, l) },
}

// perhaps is yes, no, or not said.
var perhaps = codec[*bool]{
	read: func(text string) (*bool, *words.Words) {
		if text == "" {
			return nil, nil
		}
		v, ok := valueOf(truths, text)
		if !ok {
			return nil, wrongf("%s is neither yes nor no: write true or false", "%s 既不是“是”也不是“否”", shown(text))
		}
		return new(v.Name == "true"), nil
	},
	write: func(value *bool, l v1alpha1.Language) string {
		switch {
		case value == nil:
			return ""
		case *value:
			return truths[0].In(l)
		}
		return truths[1].In(l)
	},
}

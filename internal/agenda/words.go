package agenda

import (
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// told is a date's title, and what is to be done.
func told(f *v1alpha1.IcpFiling, d Date, stage v1alpha1.StageName, task string) (title, todo words.Words) {
	name := titleWords(d, stage, task)
	title = words.Words{English: d.Domain + ": " + name.English, Chinese: d.Domain + "：" + name.Chinese}
	if d.Kind == KindStage {
		return title, words.StageSays(v1alpha1.StageName(d.Name))
	}
	return title, notify.Facts{Stage: stage, Task: task, Actor: d.Actor, Where: d.Where, RuleSet: f.Status.RuleSet}.WhatToDo()
}

func titleWords(d Date, stage v1alpha1.StageName, task string) words.Words {
	switch d.Kind {
	case KindStage:
		at := words.Stage(v1alpha1.StageName(d.Name))
		if d.Name == string(v1alpha1.StageApproved) {
			return words.Words{English: "approval expected", Chinese: "预计备案成功"}
		}
		if d.Deadline {
			return words.Words{English: at.English + " must be over", Chinese: at.Chinese + "截止"}
		}
		return words.Words{English: at.English + " expected to be over", Chinese: at.Chinese + "预计完成"}
	case KindTask:
		at, actor := words.Stage(stage), words.Actor(d.Actor)
		return words.Words{English: "deadline for " + actor.English + " at " + at.English + " (" + task + ")", Chinese: at.Chinese + "截止（" + actor.Chinese + "）"}
	case KindPublicSecurity:
		return words.Deadline(procedure.DeadlinePublicSecurity)
	case KindGateCloses:
		return words.Words{English: "the gate closes for want of the public-security registration", Chinese: "因公安联网备案逾期，网站访问将被关闭"}
	case KindEnd:
		if w := words.Deadline(d.Name); w.English != d.Name {
			return w
		}
		return words.Words{English: d.Name + " ends", Chinese: d.Name + " 到期"}
	}
	return words.Words{English: task, Chinese: "备案待处理（" + task + "）"}
}

// description is what a calendar shows below the title.
func (d Date) description(l v1alpha1.Language) string {
	kind := words.Words{English: "Expected end, no deadline.", Chinese: "预计时间，并非截止期限。"}
	if d.Deadline {
		kind = words.Words{English: "Deadline.", Chinese: "截止期限。"}
	}
	lines := []string{kind.In(l), d.ToDo.In(l)}
	if d.Actor != "" {
		lines = append(lines, words.Words{English: "Who: ", Chinese: "办理人："}.In(l)+words.Actor(d.Actor).In(l))
	}
	if d.Where != "" {
		lines = append(lines, words.Words{English: "Where: ", Chinese: "办理处："}.In(l)+words.Place(d.Where).In(l))
	}
	if !d.Day {
		lines = append(lines, d.At.In(calendar.Beijing).Format("2006-01-02 15:04")+words.Words{English: ", Beijing time", Chinese: "（北京时间）"}.In(l))
	}
	return strings.Join(append(lines, "kubectl describe icp -n "+d.Namespace+" "+d.Filing), "\n")
}

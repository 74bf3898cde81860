package notify

import (
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// elsewhere is what to do where nobody has words for the task.
var elsewhere = words.Words{English: "See what the filing's status says (kubectl describe icp).", Chinese: "详见备案状态（kubectl describe icp）。"}

// eventToDo say what follows from an event that has no task.
var eventToDo = map[v1alpha1.FilingEvent]words.Words{
	v1alpha1.EventApproved:         {English: "Show the filing number at the bottom of the page, linked to https://beian.miit.gov.cn/.", Chinese: "在网站首页底部悬挂备案号，并链接至 https://beian.miit.gov.cn/。"},
	v1alpha1.EventRevoked:          {English: "The gate is closed. The filing's status says how to file anew.", Chinese: "网站访问已关闭。重新备案的办法见备案状态。"},
	v1alpha1.EventCancelled:        {English: "The gate is closed. The filing's status says how to file anew.", Chinese: "网站访问已关闭。重新备案的办法见备案状态。"},
	v1alpha1.EventRegistryMismatch: {English: "Ask the access provider what stands, before the site is closed.", Chinese: "尽快与接入服务商核实，以免网站被关闭。"},
}

// otherReason stands for a reason that is in no table: whoever gave it may have written anything.
var otherReason = words.Words{English: "another reason, see the filing", Chinese: "其他原因，详见备案状态"}

func (a Facts) reasonNames() words.Words {
	var names []words.Words
	for _, reason := range a.Reasons {
		name, ok := words.KnownReason("", reason)
		if !ok {
			name = otherReason
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return words.Join(names)
}

// WhatToDo says what the task of the facts asks for, in words of the tables.
func (a Facts) WhatToDo() words.Words {
	todo, ok := words.Task{Name: a.Task, Stage: a.Stage, Actor: a.Actor, Where: a.Where, RuleSet: a.RuleSet}.WhatToDo()
	if !ok {
		return elsewhere
	}
	return todo
}

// whatToDo says what is to be done, in words of the tables.
func (e Event) whatToDo() words.Words {
	if e.Kind == v1alpha1.EventReturned && e.Facts.Task == procedure.TaskMendAndResubmit {
		return e.Facts.remedies()
	}
	if w, ok := eventToDo[e.Kind]; ok && e.Facts.Task == "" {
		return w
	}
	return e.Facts.WhatToDo()
}

// remedies say how to put right what was returned.
func (a Facts) remedies() words.Words {
	todo := a.WhatToDo()
	var remedies []words.Words
	var fields []string
	for _, reason := range a.Reasons {
		set := words.Rules(a.RuleSet)
		w, ok := words.Remedy(set, reason)
		if !ok {
			continue
		}
		remedies = append(remedies, w)
		row, _ := set.ReturnReason(reason)
		for _, field := range row.Fields {
			if !slices.Contains(fields, field) {
				fields = append(fields, field)
			}
		}
	}
	if len(fields) > 0 {
		todo.Chinese += "涉及：" + strings.Join(fields, "、") + "。"
	}
	if len(remedies) > 0 {
		list := words.Join(remedies)
		todo = words.Words{English: list.English + ". " + todo.English, Chinese: list.Chinese + "。" + todo.Chinese}
	}
	return todo
}

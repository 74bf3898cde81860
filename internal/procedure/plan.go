package procedure

import (
	"fmt"
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Reasons of a skipped or waiting stage.
const (
	// ReasonNotAProvinceOfSms: the rule set does not list the province for SMS verification.
	ReasonNotAProvinceOfSms = "ProvinceWithoutSms"
	// ReasonNotAsked: no reviewer asked for it.
	ReasonNotAsked = "NotAskedFor"
	// ReasonOnRequest: entered only if a reviewer asks for it.
	ReasonOnRequest = "OnRequest"
	// ReasonProvinceAsks: the province asks for it in every filing.
	ReasonProvinceAsks = "ProvinceAsks"
	// ReasonOfChange: a change filing does not go through it.
	ReasonOfChange = "ChangeFiling"
)

// Case is what decides which procedure a filing goes through.
type Case struct {
	// Type of filing; empty while it is not determined.
	Type v1alpha1.FilingType
	// Channel of the applicant's steps.
	Channel v1alpha1.Channel
	// AccountSite that the account belongs to.
	AccountSite v1alpha1.AccountSite
	// Nature of the subject.
	Nature v1alpha1.Nature
	// Province whose bureau decides.
	Province v1alpha1.Province
	// NonResident says that a responsible person is not a mainland resident.
	NonResident bool
	// OnePhone says that both responsible persons have the same mobile number.
	OnePhone bool
	// Change says that it is a change filing (变更备案) of what is in force.
	Change bool
	// Changed are the parts that the change is about; all where none is named.
	Changed []Part
	// Hand that does the applicant's steps.
	Hand Hand
	// Rules that apply.
	Rules rules.Set
}

// changes says that a change is about one of the parts.
func (c Case) changes(parts ...Part) bool {
	return len(c.Changed) == 0 || slices.ContainsFunc(parts, func(p Part) bool { return slices.Contains(c.Changed, p) })
}

// Plan is the whole procedure of a case before anything has happened: every stage in order, Pending or Skipped.
func Plan(c Case) []v1alpha1.StageStatus {
	stages := make([]v1alpha1.StageStatus, 0, len(table))
	for _, row := range table {
		s := v1alpha1.StageStatus{Name: row.name, State: v1alpha1.StagePending, Tasks: tasksOf(row, c)}
		if row.optional {
			s.Reason, s.Message = c.whyOptional(row.name)
		} else if reason, words := c.whySkipped(row.name); reason != "" {
			s.State, s.Reason, s.Message, s.Tasks = v1alpha1.StageSkipped, reason, words, nil
		}
		stages = append(stages, s)
	}
	return stages
}

// whySkipped is why a case does not go through a stage; empty where it does.
func (c Case) whySkipped(stage v1alpha1.StageName) (reason, words string) {
	switch stage {
	case v1alpha1.StageTypeDetermination:
		if c.Change {
			return ReasonOfChange, "a change filing has no type to be determined"
		}
	case v1alpha1.StageProductVerification:
		if c.Change && !c.changes(PartServer) {
			return ReasonOfChange, "the change is not about the server"
		}
	case v1alpha1.StageSmsVerification:
		if required, rule := c.Rules.SmsRequired(c.Province); !required {
			return ReasonNotAProvinceOfSms, fmt.Sprintf("%s does not verify by SMS %s", c.Province, rule)
		}
	}
	return "", ""
}

// whereMended is the step of a case at which the reasons of a return are put right. Where the app takes papers and faces with
// the information already, nothing of that is left to be mended later.
func (c Case) whereMended(reasons ...string) int {
	mend := StageOrder(c.Rules.StageToMend(reasons...))
	row, papers := rowOf(v1alpha1.StageMaterialsAndAuthenticity)
	checked := slices.ContainsFunc(tasksOf(row, c), func(t v1alpha1.TaskStatus) bool { return t.Name == taskCheckFace })
	if mend == papers && !checked {
		return StageOrder(v1alpha1.StageSubjectAndWebsiteInformation)
	}
	return mend
}

// whyOptional says on whose word an optional stage is entered.
func (c Case) whyOptional(stage v1alpha1.StageName) (reason, words string) {
	if stage == v1alpha1.StageMaterialMailing {
		if row, known := c.Rules.Provincial(c.Province, rules.TopicMaterialMailing); known && row.Value == rules.MailingRequired {
			return ReasonProvinceAsks, fmt.Sprintf("%s asks for the papers in every filing %s", c.Province, row.Rule)
		}
	}
	return ReasonOnRequest, "only if a reviewer or the bureau asks for it"
}

func tasksOf(row stageRow, c Case) []v1alpha1.TaskStatus {
	var tasks []v1alpha1.TaskStatus
	for _, t := range row.tasks {
		if t.when.holds(c) {
			tasks = append(tasks, v1alpha1.TaskStatus{Name: t.name, Actor: t.actor, Where: t.where})
		}
	}
	return tasks
}

// describe finds the words for a task of a stage.
func describe(c Case, stage v1alpha1.StageName, task string) string {
	row, _ := rowOf(stage)
	for _, t := range row.tasks {
		if t.name == task && t.when.holds(c) {
			return c.Rules.Worded(t.description)
		}
	}
	return ""
}

// expectedEnd is when a stage that begins at a time is expected to end: by the limit that a source gives, else, where a
// person or the provider must act, by our own estimate of a step; what the operator does itself takes no day.
func (c Case) expectedEnd(stage v1alpha1.StageName, tasks []v1alpha1.TaskStatus, begins time.Time) time.Time {
	row, _ := rowOf(stage)
	if limit, known := c.Rules.Limit(row.lasts); known {
		if row.lasts == rules.LimitSmsWindowHours {
			return begins.Add(time.Duration(limit.Value) * time.Hour)
		}
		end, _ := calendar.AddWorkingDays(begins, limit.Value)
		return end
	}
	if slices.ContainsFunc(tasks, func(t v1alpha1.TaskStatus) bool { return t.Actor != v1alpha1.ActorOperator }) {
		limit, _ := c.Rules.Limit(rules.LimitApplicantStepDays)
		end, _ := calendar.AddWorkingDays(begins, limit.Value)
		return end
	}
	return begins
}

// expect says of each stage to come when it is expected to end, counted from the stage under way.
func (s *State) expect() {
	var cursor time.Time
	for i := range s.Stages {
		st := &s.Stages[i]
		switch st.State {
		case v1alpha1.StageActive:
			if st.Name == v1alpha1.StageMaterialMailing {
				continue // inside the preliminary review, which waits for it
			}
			cursor = s.c.expectedEnd(st.Name, st.Tasks, at(st.StartedAt))
			if st.DueAt != nil && st.DueAt.After(cursor) {
				cursor = st.DueAt.Time
			}
		case v1alpha1.StagePending:
			if s.Ended != "" {
				st.DueAt = nil
			}
			if st.Reason == ReasonOnRequest || cursor.IsZero() {
				continue
			}
			cursor = s.c.expectedEnd(st.Name, st.Tasks, cursor)
			st.DueAt = stamp(cursor)
		}
	}
}

// channelRefusal says why the case's channel does not take its filing type; empty where it does.
func channelRefusal(c Case) string {
	if c.Type == "" || c.Change {
		return ""
	}
	takes, rule := c.Rules.ChannelTakesType(c.Channel, c.Type)
	if takes {
		return ""
	}
	return fmt.Sprintf("channel %s does not take a filing of type %s: set spec.channel to %s %s", c.Channel, c.Type, c.Rules.RecommendedChannel(c.Type), rule)
}

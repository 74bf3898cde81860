package procedure

import (
	"fmt"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
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
	// Hand that does the applicant's steps.
	Hand Hand
	// Rules that apply.
	Rules rules.Set
}

// Plan is the whole procedure of a case before anything has happened: every stage in order, Pending or Skipped.
func Plan(c Case) []v1alpha1.StageStatus {
	stages := make([]v1alpha1.StageStatus, 0, len(table))
	for _, row := range table {
		s := v1alpha1.StageStatus{Name: row.name, State: v1alpha1.StagePending, Tasks: tasksOf(row, c)}
		switch {
		case row.optional:
			s.Reason = ReasonOnRequest
			s.Message = "only if a reviewer or the bureau asks for it"
		case row.name == v1alpha1.StageSmsVerification:
			if required, rule := c.Rules.SmsRequired(c.Province); !required {
				s.State, s.Reason, s.Tasks = v1alpha1.StageSkipped, ReasonNotAProvinceOfSms, nil
				s.Message = fmt.Sprintf("%s does not verify by SMS %s", c.Province, rule)
			}
		}
		stages = append(stages, s)
	}
	return stages
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
			return t.description
		}
	}
	return ""
}

// channelRefusal says why the case's channel does not take its filing type; empty where it does.
func channelRefusal(c Case) string {
	if c.Type == "" {
		return ""
	}
	takes, rule := c.Rules.ChannelTakesType(c.Channel, c.Type)
	if takes {
		return ""
	}
	return fmt.Sprintf("channel %s does not take a filing of type %s: set spec.channel to %s %s", c.Channel, c.Type, c.Rules.RecommendedChannel(c.Type), rule)
}

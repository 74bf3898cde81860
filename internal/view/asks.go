package view

import (
	"fmt"
	"strconv"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Asking is what an annotation asks of the operator.
type Asking struct {
	// Annotation to be written, and its Value.
	Annotation, Value string
	// Attempt that it is about.
	Attempt int32
	// Asked says that it is written already.
	Asked bool
	// First says that what is written was meant for something else, and must be taken away before.
	First bool
	// Refused says why there is nothing to ask for; empty where there is.
	Refused words.Words
	// Then is what follows.
	Then words.Words
}

// ToResubmit is what asks for the next attempt of a filing that was returned, though nothing in it must change, or to file
// anew what has ended.
func ToResubmit(f *v1alpha1.IcpFiling) Asking {
	a := asking(f, v1alpha1.ResubmitAnnotation, f.Status.Attempt+1)
	n := fmt.Sprint(a.Attempt)
	switch stage, returned := returnedAt(f); {
	case f.Status.Stage.Ended():
		a.First = a.Asked && !procedure.AsksAnew(f)
		a.Asked = procedure.AsksAnew(f)
		a.Then = words.Words{English: "it is filed anew, as attempt " + n, Chinese: "作为第 " + n + " 次提交重新备案"}
	case returned:
		at := words.Stage(stage)
		a.Then = words.Words{English: "what was returned at " + at.English + " is submitted again as it is, as attempt " + n,
			Chinese: "在“" + at.Chinese + "”被退回的订单按现有信息作为第 " + n + " 次提交重新提交"}
	default:
		at := words.Stage(procedure.StageOf(f))
		a.Refused = words.Words{English: "it was not returned, and has not ended: it is at " + at.English, Chinese: "备案未被退回，也未终止：目前处于“" + at.Chinese + "”"}
	}
	return a
}

// ToWithdraw is what asks to take an order back from review (撤回).
func ToWithdraw(f *v1alpha1.IcpFiling) Asking {
	a := asking(f, v1alpha1.WithdrawAnnotation, f.Status.Attempt)
	at := words.Stage(procedure.StageOf(f))
	switch stage, returned := returnedAt(f); {
	case returned:
		at = words.Stage(stage)
		a.Refused = words.Words{English: "it was returned at " + at.English + " already", Chinese: "订单已在“" + at.Chinese + "”被退回"}
	case f.Status.Stage.Ended():
		a.Refused = words.Words{English: "it has ended: " + at.English, Chinese: "备案已终止：" + at.Chinese}
	case f.Status.Stage == v1alpha1.StageApproved:
		a.Refused = words.Words{English: "it is in force, and nothing of it is under review: to end it, have it cancelled (spec.deletionPolicy: CancelFiling)",
			Chinese: "备案已生效，没有在审订单：要终止备案，请办理注销（spec.deletionPolicy: CancelFiling）"}
	case !submitted(f):
		a.Refused = words.Words{English: "its order is not submitted yet: it is at " + at.English, Chinese: "订单尚未提交：目前处于“" + at.Chinese + "”"}
	default:
		n := fmt.Sprint(a.Attempt)
		a.Then = words.Words{English: "attempt " + n + ", which is at " + at.English + ", is taken back from review; it can be submitted again later, and the review begins anew",
			Chinese: "撤回处于“" + at.Chinese + "”的第 " + n + " 次提交；之后可重新提交，审核重新开始"}
	}
	return a
}

func asking(f *v1alpha1.IcpFiling, annotation string, attempt int32) Asking {
	value := strconv.Itoa(int(attempt))
	return Asking{Annotation: annotation, Value: value, Attempt: attempt, Asked: f.Annotations[annotation] == value}
}

// returnedAt is the stage that a filing was sent back at, if it was.
func returnedAt(f *v1alpha1.IcpFiling) (v1alpha1.StageName, bool) {
	for _, st := range f.Status.Stages {
		if st.State == v1alpha1.StageReturned {
			return st.Name, true
		}
	}
	return "", false
}

// submitted says that the order of the attempt under way is with the provider.
func submitted(f *v1alpha1.IcpFiling) bool {
	for _, st := range f.Status.Stages {
		if st.Name == v1alpha1.StageConfirmation {
			return st.State == v1alpha1.StageDone
		}
	}
	return false
}

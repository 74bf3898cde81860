package api_test

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAReturnedRegistrationIsAccepted(t *testing.T) {
	t.Parallel()
	u := object(t, organization)
	both(set("spec.publicSecurity.submittedAt", "2026-12-01T02:00:00Z"), set("spec.publicSecurity.returnedAt", "2026-12-05T02:00:00Z"))(t, u)
	set("spec.publicSecurity.returnReason", "the IP differs")(t, u)
	if err := admin.Create(t.Context(), u, client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict)); err != nil {
		t.Fatal(err)
	}
}

func TestAScheduleOfRemindersIsChecked(t *testing.T) {
	t.Parallel()
	policy := func(daysLeft []int32, every *int32) *v1alpha1.ExposurePolicy {
		return &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: "default"}, Spec: v1alpha1.ExposurePolicySpec{
			Reminders: v1alpha1.Reminders{PublicSecurity: &v1alpha1.ReminderSchedule{DaysLeft: daysLeft, OverdueEveryDays: every}},
		}}
	}
	for name, tc := range map[string]struct {
		daysLeft []int32
		every    *int32
		refused  string // "" for not at all
	}{
		"the days before":               {[]int32{15, 7, 1, 0}, nil, ""},
		"weekly after":                  {[]int32{15}, new(int32(7)), ""},
		"never after":                   {[]int32{15}, new(int32(0)), ""},
		"no day":                        {nil, nil, "daysLeft"},
		"a day twice":                   {[]int32{7, 7}, nil, "Duplicate"},
		"a day after the deadline":      {[]int32{-1}, nil, "greater than or equal to 0"},
		"a day more than a year before": {[]int32{366}, nil, "less than or equal to 365"},
		"less than never":               {[]int32{7}, new(int32(-1)), "greater than or equal to 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := admin.Create(t.Context(), policy(tc.daysLeft, tc.every), client.DryRunAll)
			switch {
			case tc.refused == "" && err != nil:
				t.Error(err)
			case tc.refused != "" && (!apierrors.IsInvalid(err) || !strings.Contains(err.Error(), tc.refused)):
				t.Errorf("got %v, want a refusal that names %s", err, tc.refused)
			}
		})
	}
}

package simulator_test

import (
	"context"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// effect is one of the protocol's, on a desk that has been made ready for it.
type effect struct {
	operation string
	// ready brings the desk so far that the effect can happen, and gives the order's id.
	ready func(d *desk) string
	do    func(ctx context.Context, c *providerhttp.Client, key, id string) error
	// count counts what it leaves behind.
	count func(d *desk) int
}

func effects() map[string]effect {
	a := company(domain, "91330106MA2EXAMPLE")
	a.Spec.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate}}
	plain := company(domain, "91330106MA2EXAMPLE")
	file := provider.File{Kind: v1alpha1.MaterialSubjectCertificate, Body: []byte("a scan")}
	entries := func(decision v1alpha1.Decision, stage v1alpha1.StageName) func(*desk) int {
		return func(d *desk) int {
			n := 0
			for _, o := range d.Orders() {
				for _, e := range o.Order.History {
					if v1alpha1.Decision(e.Decision) == decision && v1alpha1.StageName(e.Stage) == stage {
						n++
					}
				}
			}
			return n
		}
	}
	return map[string]effect{
		"create": {
			operation: "createOrder",
			ready:     func(*desk) string { return "" },
			do: func(ctx context.Context, c *providerhttp.Client, key, _ string) error {
				_, err := c.Create(ctx, key, plain)
				return err
			},
			count: func(d *desk) int { return len(d.Orders()) },
		},
		"resubmit": {
			operation: "createAttempt",
			ready: func(d *desk) string {
				id := d.confirmed(plain).ID
				d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
				return id
			},
			do: func(ctx context.Context, c *providerhttp.Client, key, id string) error {
				_, err := c.Resubmit(ctx, key, id, 2, plain)
				return err
			},
			count: func(d *desk) int { return int(d.Orders()[0].Order.Attempt) - 1 },
		},
		"upload": {
			operation: "putMaterial",
			ready:     func(d *desk) string { return d.create(a).ID },
			do: func(ctx context.Context, c *providerhttp.Client, key, id string) error {
				return c.Upload(ctx, key, id, file)
			},
			count: entries(v1alpha1.DecisionReported, v1alpha1.StageMaterialsAndAuthenticity),
		},
		"confirm": {
			operation: "confirmOrder",
			ready:     func(d *desk) string { return d.create(plain).ID },
			do: func(ctx context.Context, c *providerhttp.Client, key, id string) error {
				_, err := c.Confirm(ctx, key, id, 1)
				return err
			},
			count: entries(v1alpha1.DecisionReported, v1alpha1.StageConfirmation),
		},
		"withdraw": {
			operation: "withdrawOrder",
			ready:     func(d *desk) string { return d.confirmed(plain).ID },
			do: func(ctx context.Context, c *providerhttp.Client, key, id string) error {
				_, err := c.Withdraw(ctx, key, id, 1)
				return err
			},
			count: entries(v1alpha1.DecisionReturned, v1alpha1.StageConfirmation),
		},
		"change": {
			operation: "changeFiling",
			ready:     func(d *desk) string { return d.approved(plain).ID },
			do: func(ctx context.Context, c *providerhttp.Client, key, id string) error {
				_, err := c.Change(ctx, key, id, 2, plain, []procedure.Part{procedure.PartWebsite})
				return err
			},
			count: func(d *desk) int { return int(d.Orders()[0].Order.Attempt) - 1 },
		},
		"import": {
			operation: "importFiling",
			ready: func(d *desk) string {
				d.knowFiled()
				return ""
			},
			do: func(ctx context.Context, c *providerhttp.Client, key, _ string) error {
				_, err := c.Import(ctx, key, questionOf(company("here.example.com", "91330106MA2FILEDHERE")), "浙ICP备12345678号-1", "")
				return err
			},
			count: func(d *desk) int { return len(d.Orders()) },
		},
		"cancel": {
			operation: "cancelOrder",
			ready:     func(d *desk) string { return d.confirmed(plain).ID },
			do: func(ctx context.Context, c *providerhttp.Client, key, id string) error {
				_, err := c.Cancel(ctx, key, id)
				return err
			},
			count: entries(v1alpha1.DecisionCancelled, v1alpha1.StagePreliminaryReview),
		},
	}
}

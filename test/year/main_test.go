// Package year_test lives through a year of deadlines on a real API server, with a clock that it moves and an operator that
// it kills. By default the filings are few; make year takes as many as the figures speak of.
package year_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/test/cluster"
)

var (
	count    = flag.Int("filings", 8, "filings that live through the year")
	lasting  = flag.Int("days", 25, "days that it lasts")
	restarts = flag.Int("restarts", 4, "times that the operator is killed and started again")
	seed     = flag.Uint64("seed", 1, "seed of all that is random")
	idle     = flag.Int("idle", 50, "filings with deadlines, none of which falls due")
	resting  = flag.Duration("resting", 10*time.Second, "how long they are watched")
)

var (
	plane *cluster.Cluster
	admin client.WithWatch
	// user is the admin's name to the API server.
	user string
	// begin is nine o'clock of the Beijing day before the first day of the year; now is the operator's clock.
	begin = calendar.ReminderTime(time.Now()).Add(time.Minute)
	now   = clocktesting.NewFakeClock(begin)
	// sample is the samples' filing, and persons are the Secrets that it refers to.
	sample  *v1alpha1.IcpFiling
	persons []corev1.Secret
)

func TestMain(m *testing.M) {
	flag.Parse()
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	cluster.Main(m, cluster.Options{}, setup)
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	if err := c.Install(ctx); err != nil {
		return err
	}
	if admin, err = client.NewWithWatch(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	me := &authenticationv1.SelfSubjectReview{}
	if err := admin.Create(ctx, me); err != nil {
		return err
	}
	user = me.Status.UserInfo.Username
	var secrets []*unstructured.Unstructured
	if sample, secrets, err = cluster.Sample(); err != nil {
		return err
	}
	for _, o := range secrets {
		var secret corev1.Secret
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &secret); err != nil {
			return err
		}
		if secret.Type == v1alpha1.PersonSecretType {
			persons = append(persons, secret)
		}
	}
	if len(persons) != 2 {
		return errors.New("config/samples has not two persons")
	}
	return nil
}

// operator is one that runs in this process, under its own service account.
type operator struct {
	// kill ends it where it stands: its calls fail, and what it has not written it never will.
	kill  func()
	ended chan struct{}
}

func start(t *testing.T) *operator {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c, err := plane.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		t.Fatal(err)
	}
	mgr, err := ctrl.NewManager(c, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := controllers.Setup(ctx, mgr, now, controllers.Settings{}); err != nil {
		t.Fatal(err)
	}
	o := &operator{kill: cancel, ended: make(chan struct{})}
	go func() {
		defer close(o.ended)
		if err := mgr.Start(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "the operator:", err)
			os.Exit(1)
		}
	}()
	return o
}

// again kills the operator and starts another.
func (o *operator) again(t *testing.T) *operator {
	t.Helper()
	o.kill()
	<-o.ended
	return start(t)
}

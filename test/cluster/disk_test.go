package cluster

import (
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestAFullDiskTakesNoWriteUntilItIsFreedAndLosesNothing(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	c, err := Start(t.Context(), Options{EtcdArgs: []string{"--quota-backend-bytes=33554432"}})
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { g.Expect(c.Stop()).To(Succeed()) }()
	admin, err := client.New(c.Config(), client.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	named := func(name string) *corev1.ConfigMap {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}}
	}

	g.Expect(admin.Create(t.Context(), named("before"))).To(Succeed())
	for range 2 {
		g.Expect(c.FillDisk(t.Context())).To(Succeed())
		g.Expect(admin.Create(t.Context(), named("meanwhile"))).To(MatchError(ContainSubstring(full)))
		g.Expect(admin.Get(t.Context(), client.ObjectKeyFromObject(named("before")), named(""))).To(Succeed())
		g.Expect(c.FreeDisk(t.Context())).To(Succeed())
	}
	g.Expect(admin.Create(t.Context(), named("meanwhile"))).To(Succeed())
}

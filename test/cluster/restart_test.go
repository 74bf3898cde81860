package cluster

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestWhatIsStoredIsThereWhenTheAPIServerAndEtcdWereKilledAndWhoFollowsHearsOfAllThatComes(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	c, err := Start(t.Context(), Options{})
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { g.Expect(c.Stop()).To(Succeed()) }()
	admin, err := client.NewWithWatch(c.Config(), client.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	var mu sync.Mutex
	seen := map[string]watch.EventType{}
	following, err := Follow(t.Context(), admin, func() client.ObjectList { return &corev1.ConfigMapList{} }, func(e watch.Event) {
		mu.Lock()
		defer mu.Unlock()
		seen[e.Object.(*corev1.ConfigMap).Name] = e.Type
	})
	g.Expect(err).NotTo(HaveOccurred())
	known := func(name string) func() watch.EventType {
		return func() watch.EventType {
			mu.Lock()
			defer mu.Unlock()
			return seen[name]
		}
	}
	put := func(name string) {
		g.Expect(admin.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}})).To(Succeed())
	}
	socket := func() time.Time {
		info, err := os.Stat(filepath.Join(c.Dir(), "etcd.sock:0"))
		g.Expect(err).NotTo(HaveOccurred())
		return info.ModTime() // its inode may be had again by the next one
	}

	put("before")
	address, first := c.Config().Host, socket()
	g.Expect(c.RestartAPIServer()).To(Succeed())
	put("between")
	g.Eventually(known("between")).WithTimeout(time.Minute).Should(Equal(watch.Added))
	gaps, _ := following.Gaps()
	g.Expect(gaps).To(BeNumerically(">", 0), "the watch was cut")
	g.Expect(socket()).To(Equal(first), "etcd ran on")

	g.Expect(c.RestartEtcd()).To(Succeed())
	g.Expect(socket()).NotTo(Equal(first), "etcd listens anew")
	g.Expect(admin.Delete(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "between"}})).To(Succeed())
	g.Eventually(known("between")).WithTimeout(time.Minute).Should(Equal(watch.Deleted))
	for _, name := range []string{"before", "kube-root-ca.crt"} {
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Namespace: "default", Name: name}, &corev1.ConfigMap{})).To(Succeed())
	}
	g.Expect(c.Config().Host).To(Equal(address))
}

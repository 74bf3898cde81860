package plugin_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/plugin"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// beginner answers as somebody does who does it for the first time: wrongly, with questions, by number and by name.
const beginner = `?
https://www.begin-%s.com/
maybe
yes
2027-12-31
2
浙江
杭州
示例科技有限公司
91330100MA0EXAM077
91330100MA0EXAM076
浙江省杭州市西湖区示例路1号

商城
begin-%[1]s.com
示例商城

7







i-begin
cn-hongkong
cn-hangzhou
10.0.0.1
203.0.113.10
yes

2
`

func applied(t *testing.T, files ...string) []*unstructured.Unstructured {
	t.Helper()
	var all []*unstructured.Unstructured
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		objects, err := cluster.Decode(text)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, objects...)
	}
	return all
}

func TestABeginnersAnswersBecomeManifestsThatTheAPIServerTakes(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "zh"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			namespace(t, "begin-"+language, "")
			dir := filepath.Join(t.TempDir(), "site")
			got := icpAs(t, plane.Kubeconfig(), fmt.Sprintf(beginner, language), language, "init", dir, "-n", "begin-"+language)
			golden(t, "init."+language+".txt", strings.ReplaceAll(got.out+"--\n"+got.err, dir, "site"))
			if got.code != 0 {
				t.Fatal("it failed")
			}
			for _, o := range applied(t, filepath.Join(dir, "filing.yaml"), filepath.Join(dir, "persons.yaml")) {
				if err := admin.Create(t.Context(), o); err != nil {
					t.Error(err)
				}
			}
			filing, err := os.ReadFile(filepath.Join(dir, "filing.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "init-filing."+language+".yaml", string(filing))
			persons, err := os.Stat(filepath.Join(dir, "persons.yaml"))
			if err != nil || persons.Mode().Perm() != 0o600 {
				t.Errorf("the persons' file: %v, %v", persons.Mode(), err)
			}
			ignore, err := os.ReadFile(filepath.Join(dir, ".gitignore"))
			if err != nil || !strings.Contains(string(ignore), "/persons.yaml\n") {
				t.Errorf("git is told to leave out %q, %v", ignore, err)
			}
			if again := icp(t, language, "init", dir); again.code != 2 || !strings.Contains(again.err, "--force") {
				t.Errorf("manifests that are there: %+v", again)
			}
		})
	}
}

const begun = `domain: %s.com
real-name-verified: true
domain-expires-at: 2036-01-01
nature: 企业
province: Zhejiang
subject-name: 杭州示例科技有限公司
certificate-number: 91330100MA0EXAM076
website-name: 示例商城
service-contents: [Ecommerce, 企业门户网站]
instance-id: i-begun
region: cn-hangzhou
public-ips: [203.0.113.10]
`

func TestWhatInitWritesLeadsAFilingOnwardOnceThePersonsAreFilledIn(t *testing.T) {
	t.Parallel()
	namespace(t, "onward", "")
	dir := t.TempDir()
	got := icp(t, "en", "init", dir, "-n", "onward", "--answers", file(t, "answers.yaml", fmt.Sprintf(begun, "onward")), "--defaults")
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	for _, o := range applied(t, filepath.Join(dir, "persons.yaml"), filepath.Join(dir, "filing.yaml")) {
		if o.GetKind() == "Secret" {
			fillIn(t, o)
		}
		if err := admin.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		var f v1alpha1.IcpFiling
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Namespace: "onward", Name: "onward-com"}, &f)).To(gomega.Succeed())
		met := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionPrerequisitesMet)
		g.Expect(met).NotTo(gomega.BeNil())
		g.Expect(string(met.Status)).To(gomega.Equal("True"), met.Message)
		g.Expect(f.Status.Stage).NotTo(gomega.BeElementOf(v1alpha1.StageName(""), v1alpha1.StagePreparation))
	}).WithTimeout(within).Should(gomega.Succeed())
}

// fillIn fills in a person's Secret, each key that the file has, as the samples have it.
func fillIn(t *testing.T, secret *unstructured.Unstructured) {
	t.Helper()
	sample := map[string]string{"person-subject": "person-legal", "person-website": "person-web"}[secret.GetName()]
	i := slices.IndexFunc(samples, func(o *unstructured.Unstructured) bool { return o.GetName() == sample })
	if i < 0 {
		t.Fatalf("no sample for %s", secret.GetName())
	}
	values, _, err := unstructured.NestedStringMap(samples[i].Object, "stringData")
	if err != nil {
		t.Fatal(err)
	}
	keys, _, err := unstructured.NestedStringMap(secret.Object, "stringData")
	if err != nil || len(keys) == 0 {
		t.Fatalf("the keys are %v, %v", keys, err)
	}
	for key, text := range keys {
		if text != "" {
			t.Errorf("key %s is filled in already", key)
		}
		keys[key] = values[key]
	}
	if err := unstructured.SetNestedStringMap(secret.Object, keys, "stringData"); err != nil {
		t.Fatal(err)
	}
	if secret.Object["type"] != string(v1alpha1.PersonSecretType) || secret.GetNamespace() != "onward" {
		t.Errorf("the Secret is %v", secret)
	}
}

func TestAnInterruptedInterviewWritesNoManifestAndLosesNoAnswer(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "site")
	in, keyboard := io.Pipe()
	ctx, interrupt := context.WithCancel(t.Context())
	var out, complaints strings.Builder
	ended := make(chan int)
	go func() {
		ended <- plugin.Run(ctx, []string{"icp", "--kubeconfig", plane.Kubeconfig(), "--lang", "en", "init", dir}, func(string) string { return "" },
			genericiooptions.IOStreams{In: in, Out: &out, ErrOut: &complaints}, now)
	}()
	// A pipe's writer returns when the reader has taken the line; the next question's line is taken once the one before is answered.
	for _, line := range []string{"interrupted.com\n", "yes\n", "2036-01-01\n"} {
		if _, err := io.WriteString(keyboard, line); err != nil {
			t.Fatal(err)
		}
	}
	interrupt()
	if code := <-ended; code != 2 || !strings.Contains(complaints.String(), "--answers") {
		t.Fatalf("%d: %s", code, complaints.String())
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "answers.yaml" {
		t.Fatalf("%v, %v", entries, err)
	}
	// The interview goes on with them: what was answered is not asked again, and what was not is named.
	got := icpAs(t, plane.Kubeconfig(), "", "en", "init", dir, "--answers", filepath.Join(dir, "answers.yaml"))
	if got.code != 2 || strings.Contains(got.out, "Which domain") || !strings.Contains(got.err, "is not answered") {
		t.Errorf("%+v", got)
	}
}

func TestWithoutAClusterAFilingIsBegunAllTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	nowhere := file(t, "kubeconfig", "")
	got := icpAs(t, nowhere, "", "zh", "init", dir, "--answers", file(t, "answers.yaml", fmt.Sprintf(begun, "nowhere")), "--defaults", "--nature", "个人", "--service-contents", "PersonalBlog", "--website-name", "示例小站记")
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	filing, err := os.ReadFile(filepath.Join(dir, "filing.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, personal := range []string{"杭州示例科技有限公司", "certificate"} {
		if strings.Contains(string(filing), personal) {
			t.Errorf("an individual's filing holds %s:\n%s", personal, filing)
		}
	}
}

package controllers

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Cache says what the operator keeps in memory: of Secrets, its providers' credentials only. Those of persons and
// materials are read one by one, and never kept.
func Cache() cache.Options {
	return cache.Options{
		ByObject: map[client.Object]cache.ByObject{
			&corev1.Secret{}: {Namespaces: map[string]cache.Config{v1alpha1.OperatorNamespace: {}}},
		},
		NewInformer: inPages,
	}
}

// makeSmall leaves of an object what is kept of it: nothing of who wrote which field, and each word of a filing once. A filing is
// decoded from JSON with a copy of its own of every stage's, task's and condition's words, and with lists that have room to grow: a good
// part of what it takes (BenchmarkKeepFilings).
func makeSmall(o runtime.Object) error {
	accessor, err := meta.Accessor(o)
	if err != nil {
		return fmt.Errorf("making %T small: %w", o, err)
	}
	accessor.SetManagedFields(nil)
	if filing, is := o.(*v1alpha1.IcpFiling); is {
		shared.shrink(reflect.ValueOf(&filing.Spec).Elem())
		shared.shrink(reflect.ValueOf(&filing.Status).Elem())
	}
	return nil
}

// mostShared bounds how many words are shared: those of the API are some hundreds, and of messages few are said of many filings.
const mostShared = 4096

// words are texts that stand in very many filings and are kept once, up to mostShared.
type words struct {
	mu   sync.Mutex
	kept map[string]string
}

// vocabulary is what filings share: the words of the API, and what is said in sentences.
type vocabulary struct{ terms, sentences words }

// shared is the one vocabulary of all filings that the program keeps.
var shared vocabulary

// once is the text as it is kept.
func (w *words) once(text string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if kept, is := w.kept[text]; is {
		return kept
	}
	if w.kept == nil {
		w.kept = map[string]string{}
	}
	if len(w.kept) < mostShared {
		text = strings.Clone(text) // not with what it was cut out of
		w.kept[text] = text
	}
	return text
}

// shrink shares the words of a value of the API, and takes the spare room from its lists. A word is a string of a type of its own, of
// which the API lists the values, or what a condition or a stage says.
func (w *vocabulary) shrink(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.Type().PkgPath() != "" {
			v.SetString(w.terms.once(v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			w.shrink(v.Elem())
		}
	case reflect.Slice:
		if v.Cap() > v.Len() {
			exact := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(exact, v)
			v.Set(exact)
		}
		for i := range v.Len() {
			w.shrink(v.Index(i))
		}
	case reflect.Struct:
		switch said := v.Addr().Interface().(type) {
		case *metav1.Time:
			return // which is not the API's to look into
		case *metav1.Condition:
			said.Type, said.Reason, said.Message = w.terms.once(said.Type), w.terms.once(said.Reason), w.sentences.once(said.Message)
		case *v1alpha1.StageStatus:
			said.Reason, said.Message = w.terms.once(said.Reason), w.sentences.once(said.Message)
		}
		for _, field := range v.Fields() {
			w.shrink(field)
		}
	}
}

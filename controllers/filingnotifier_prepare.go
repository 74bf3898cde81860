package controllers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/notify/send"
)

// notifierWork is a notifier that can send.
type notifierWork struct {
	texts  *notify.Texts
	sender send.Sender
	// version of the notifier and of its Secret.
	version string
}

// prepare reads what a notifier sends with. Where it cannot send, it says why.
func (r *FilingNotifierReconciler) prepare(ctx context.Context, n *v1alpha1.FilingNotifier) (*notifierWork, *condition, error) {
	if !notify.Allowed(n) {
		return nil, notReady(v1alpha1.ReasonNamespacesNotAllowed,
			fmt.Sprintf("spec.namespaces.from is %s: only a notifier in namespace %s may tell of other namespaces than its own", n.Spec.Namespaces.From, v1alpha1.OperatorNamespace)), nil
	}
	for field, selector := range map[string]*metav1.LabelSelector{"spec.selector": n.Spec.Selector, "spec.namespaces.selector": n.Spec.Namespaces.Selector} {
		if _, err := metav1.LabelSelectorAsSelector(selector); err != nil {
			return nil, notReady(v1alpha1.ReasonSelectorInvalid, fmt.Sprintf("%s: %v", field, err)), nil
		}
	}
	texts, err := notify.Compile(&n.Spec)
	if err != nil {
		return nil, notReady(v1alpha1.ReasonTemplateInvalid, err.Error()), nil
	}
	secret, problem, err := r.secretOf(ctx, n)
	if err != nil || problem != nil {
		return nil, problem, err
	}
	sender, err := send.New(&n.Spec, secret.Data, send.Options{Networks: r.Networks, Clock: r.Clock})
	if err != nil {
		return nil, notReady(v1alpha1.ReasonNotifierSecretInvalid, fmt.Sprintf("Secret %s: %v", secret.Name, err)), nil
	}
	return &notifierWork{texts, sender, fmt.Sprintf("%d/%s/%s", n.Generation, secret.UID, secret.ResourceVersion)}, nil, nil
}

// secretOf reads the Secret of a notifier. One of another type is refused, whatever it holds, so that nobody sends out
// through a notifier a Secret that they may not read.
func (r *FilingNotifierReconciler) secretOf(ctx context.Context, n *v1alpha1.FilingNotifier) (*corev1.Secret, *condition, error) {
	name := send.SecretOf(&n.Spec)
	var secret corev1.Secret
	err := r.Live.Get(ctx, client.ObjectKey{Namespace: n.Namespace, Name: name}, &secret)
	switch {
	case apierrors.IsNotFound(err):
		return nil, notReady(v1alpha1.ReasonNotifierSecretInvalid, fmt.Sprintf("there is no Secret %s in namespace %s: create it with the type %s", name, n.Namespace, v1alpha1.NotifierSecretType)), nil
	case err != nil:
		return nil, nil, fmt.Errorf("reading Secret %s/%s of a FilingNotifier: %w", n.Namespace, name, err)
	case secret.Type != v1alpha1.NotifierSecretType:
		return nil, notReady(v1alpha1.ReasonNotifierSecretInvalid, fmt.Sprintf("Secret %s has another type than %s and is not read: create a Secret of that type", name, v1alpha1.NotifierSecretType)), nil
	}
	return &secret, nil, nil
}

// waitOf is how long a server asks to be left alone.
func waitOf(err error) time.Duration {
	if failure, ok := errors.AsType[*send.FailedError](err); ok {
		return failure.Wait
	}
	return 0
}

// seenVersions knows with what each notifier was last tried.
type seenVersions struct {
	mu   sync.Mutex
	last map[types.NamespacedName]string
}

// changed says that a notifier has another version than when it was last asked about.
func (s *seenVersions) changed(notifier types.NamespacedName, version string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		s.last = map[types.NamespacedName]string{}
	}
	before, known := s.last[notifier]
	s.last[notifier] = version
	return known && before != version
}

func (s *seenVersions) forget(notifier types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.last, notifier)
}

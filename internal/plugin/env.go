package plugin

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Env is what every command stands on: where it reads and writes, which cluster it is of, which language it speaks, and what
// time it is.
type Env struct {
	genericiooptions.IOStreams
	// Flags are kubectl's own: --kubeconfig, --context, --namespace, --as …
	Flags *genericclioptions.ConfigFlags
	// Clock tells the time.
	Clock clock.WithTicker
	// getenv reads the environment.
	getenv func(string) string
	// lang is the flag --lang.
	lang string
}

// Language that people are spoken to in: that of --lang, else of LC_ALL, LC_MESSAGES or LANG, else English.
func (e *Env) Language() v1alpha1.Language {
	for _, name := range []string{e.lang, e.getenv("LC_ALL"), e.getenv("LC_MESSAGES"), e.getenv("LANG")} {
		if l, ok := words.LanguageOf(name); ok {
			return l
		}
	}
	return v1alpha1.LanguageEnglish
}

// Say is the words in the language that people are spoken to in.
func (e *Env) Say(english, chinese string) string {
	return words.Words{English: english, Chinese: chinese}.In(e.Language())
}

// Config is how the cluster is reached, as kubectl would. No client-side limit slows what the server would let through.
func (e *Env) Config() (*rest.Config, error) {
	config, err := e.Flags.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("finding the cluster: %w", err)
	}
	config = rest.CopyConfig(config)
	config.UserAgent = "kubectl-icp"
	config.QPS = -1
	return config, nil
}

// Client reads and writes as the user.
func (e *Env) Client() (client.WithWatch, error) {
	config, err := e.Config()
	if err != nil {
		return nil, err
	}
	c, err := client.NewWithWatch(config, client.Options{Scheme: Scheme()})
	if err != nil {
		return nil, fmt.Errorf("connecting to the cluster: %w", err)
	}
	return c, nil
}

// Place is where the user reads and writes: a client, and the namespace of --namespace, else the context's.
func (e *Env) Place() (client.WithWatch, string, error) {
	c, err := e.Client()
	if err != nil {
		return nil, "", err
	}
	namespace, err := e.Namespace()
	return c, namespace, err
}

// Namespace is that of --namespace, else the context's.
func (e *Env) Namespace() (string, error) {
	namespace, _, err := e.Flags.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return "", fmt.Errorf("finding the namespace: %w", err)
	}
	return namespace, nil
}

// checkLanguage refuses a language that is neither of the two.
func (e *Env) checkLanguage() error {
	if _, ok := words.LanguageOf(e.lang); e.lang != "" && !ok {
		return &UsageError{fmt.Sprintf("--lang %s: say zh or en", strings.TrimSpace(e.lang))}
	}
	return nil
}

// Scheme of the kinds that the commands read and write.
func Scheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, gatewayv1.Install, v1alpha1.AddToScheme} {
		utilruntime.Must(add(scheme))
	}
	return scheme
}

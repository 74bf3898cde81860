package plugin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// page is how many objects are asked for at a time.
const page = 500

// eachFiling gives every filing of a namespace, of all where it is "", page by page. Where the server forgets where it was, it is asked for all of them anew, and each is
// given once.
func eachFiling(ctx context.Context, c client.Reader, namespace string, give func(*v1alpha1.IcpFiling), options ...client.ListOption) error {
	given := map[client.ObjectKey]bool{}
	limit, token := int64(page), ""
	for {
		var list v1alpha1.IcpFilingList
		err := c.List(ctx, &list, append([]client.ListOption{client.InNamespace(namespace), client.Limit(limit), client.Continue(token)}, options...)...)
		switch {
		case apierrors.IsResourceExpired(err) && token != "":
			limit, token = 0, ""
			continue
		case err != nil:
			return fmt.Errorf("listing filings: %w", err)
		}
		for i := range list.Items {
			key := client.ObjectKeyFromObject(&list.Items[i])
			if !given[key] {
				given[key] = true
				give(&list.Items[i])
			}
		}
		if token = list.Continue; token == "" {
			return nil
		}
	}
}

// filing reads one by its name.
func (e *Env) filing(ctx context.Context, c client.Reader, namespace, name string) (*v1alpha1.IcpFiling, error) {
	var f v1alpha1.IcpFiling
	err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, &f)
	switch {
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("%s", e.Say(
			fmt.Sprintf("there is no filing %s in namespace %s: kubectl icp list -A shows those that there are", name, namespace),
			fmt.Sprintf("命名空间 %[2]s 中没有备案 %[1]s：用 kubectl icp list -A 查看已有的备案", name, namespace)))
	case err != nil:
		return nil, fmt.Errorf("reading filing %s/%s: %w", namespace, name, err)
	}
	return &f, nil
}

// reviews are those of a filing's namespace. Who may not read them sees the filing without.
func reviews(ctx context.Context, c client.Reader, namespace string) ([]v1alpha1.IcpReview, error) {
	var all []v1alpha1.IcpReview
	token := ""
	for {
		var list v1alpha1.IcpReviewList
		err := c.List(ctx, &list, client.InNamespace(namespace), client.Limit(page), client.Continue(token))
		switch {
		case apierrors.IsForbidden(err):
			return nil, nil
		case err != nil:
			return nil, fmt.Errorf("listing the reviews in namespace %s: %w", namespace, err)
		}
		all = append(all, list.Items...)
		if token = list.Continue; token == "" {
			return all, nil
		}
	}
}

// kindNames are what kubectl calls the kind of filings.
var kindNames = []string{"icp", "icpfiling", "icpfilings", "icpfilings.icp.beian.dev"}

// filingNames takes as many names of filings as a command does, written as kubectl takes them, too: icp/example-com.
func filingNames(env *Env, usage string, most int) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 || most > 0 && len(args) > most {
			return &UsageError{env.Say("name the filing: ", "请写明备案名称：") + usage}
		}
		for i, name := range args {
			if kind, rest, found := strings.Cut(name, "/"); found && slices.Contains(kindNames, strings.ToLower(kind)) {
				args[i] = rest
			}
		}
		return nil
	}
}

// completeFilings offers the names of the namespace's filings.
func completeFilings(env *Env, most int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if most > 0 && len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		c, namespace, err := env.Place()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return completeNames(cmd, c, v1alpha1.GroupVersion.WithKind("IcpFilingList"), prefix, client.InNamespace(namespace))
	}
}

// completeNamespaces offers the names of the cluster's namespaces.
func completeNamespaces(env *Env) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
		c, _, err := env.Place()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return completeNames(cmd, c, corev1.SchemeGroupVersion.WithKind("NamespaceList"), prefix)
	}
}

// completeNames offers the names of objects. What the server cannot tell at once is not offered.
func completeNames(cmd *cobra.Command, c client.Reader, kind schema.GroupVersionKind, prefix string, where ...client.ListOption) ([]cobra.Completion, cobra.ShellCompDirective) {
	var list metav1.PartialObjectMetadataList
	list.SetGroupVersionKind(kind)
	if err := c.List(cmd.Context(), &list, append(where, client.Limit(page))...); err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []cobra.Completion
	for i := range list.Items {
		if strings.HasPrefix(list.Items[i].Name, prefix) {
			names = append(names, list.Items[i].Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

package read

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
)

// errNoOperator says that the kinds of the operator are not there.
var errNoOperator = errors.New("the API server knows no icpfilings.icp.beian.dev: is the operator installed?")

const (
	// mostApart is for how many namespaces, at most, filings are asked for one by one.
	mostApart = 512
	// apartAtOnce is of how many namespaces at the same time.
	apartAtOnce = 4
	// mostSingly is how many filings of a namespace are asked for one by one, where a table does not tell enough of them.
	mostSingly = 8
)

// filings reads them in all namespaces, since those of others may let this one in.
func (s *session) filings() error {
	var err error
	if s.facts.Filings, err = s.wholeFilings("", true); errors.Is(err, errMany) {
		s.facts.Filings, err = s.manyFilings()
	}
	s.facts.AllFilings = err == nil
	if own := s.own(); apierrors.IsForbidden(err) && own != "" {
		s.miss(filings, "", audit.OtherNamespaces)
		s.facts.Filings, err = s.wholeFilings(own, false)
	}
	switch {
	case apierrors.IsForbidden(err):
		s.miss(filings, s.own(), audit.NotPermitted)
		return nil
	case apierrors.IsNotFound(err):
		return errNoOperator
	case err != nil:
		return fmt.Errorf("listing filings: %w", err)
	}
	return nil
}

// wholeFilings reads those of a namespace or, for "", of all: errMany where onePage is asked for, and does not hold them.
func (s *session) wholeFilings(namespace string, onePage bool) ([]audit.Filing, error) {
	return list(s.ctx, s.client, query{resource: filings, namespace: namespace, accept: whole, onePage: onePage}, filingOf)
}

// manyFilings reads very many filings, a namespace at a time and as tables: what takes longest is that the API server writes whole
// filings, of which hardly anything is asked here. Where namespaces are very many, too, or may not be listed, it reads them whole.
func (s *session) manyFilings() ([]audit.Filing, error) {
	names := slices.Sorted(maps.Keys(s.facts.Namespaces))
	if s.Namespace != "" {
		var err error
		names, err = list(s.ctx, s.client, query{resource: namespaces, accept: metadataOnly}, decoded(func(o *bare) (string, bool) { return o.Metadata.Name, true }))
		if err != nil && !apierrors.IsForbidden(err) {
			return nil, fmt.Errorf("listing namespaces: %w", err)
		}
	}
	if len(names) < 2 || len(names) > mostApart {
		return s.wholeFilings("", false)
	}
	found := make([][]audit.Filing, len(names))
	var group errgroup.Group
	group.SetLimit(apartAtOnce)
	for i, name := range names {
		group.Go(func() (err error) {
			found[i], err = s.filingsIn(name)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(found...), nil
}

// filingsIn reads a namespace's filings as a table, and whole those of which it does not tell enough.
func (s *session) filingsIn(namespace string) ([]audit.Filing, error) {
	table := filingTable{namespace: namespace, actions: s.Actions}
	rows, err := list(s.ctx, s.client, query{resource: filings, namespace: namespace, accept: asTable, columns: table.columns}, table.row)
	if errors.Is(err, errColumns) {
		return s.wholeFilings(namespace, false)
	}
	if err != nil {
		return nil, err
	}
	found := make([]audit.Filing, 0, len(rows))
	var unclear []string
	for _, row := range rows {
		if row.unclear {
			unclear = append(unclear, row.Name)
			continue
		}
		found = append(found, row.Filing)
	}
	if len(unclear) > mostSingly {
		return s.wholeFilings(namespace, false)
	}
	for _, name := range unclear {
		filing, err := get[v1alpha1.IcpFiling](s.ctx, s.client, filings, namespace, name)
		if apierrors.IsNotFound(err) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		found = append(found, audit.FilingOf(filing))
	}
	return found, nil
}

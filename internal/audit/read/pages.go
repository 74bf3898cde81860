package read

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// pageSize is how many objects are asked for at once.
const pageSize = 500

// How the API server is asked to answer.
const (
	whole        = "application/json"
	metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1," + whole
	asTable      = "application/json;as=Table;g=meta.k8s.io;v=v1"
)

// query is a list that is asked for.
type query struct {
	resource  schema.GroupVersionResource
	namespace string
	selector  string
	accept    string
	// columns is told what the cells of a table are called, before its rows are taken.
	columns func(names []string) error
	// onePage has errMany returned where one page does not hold all.
	onePage bool
}

var errMany = errors.New("there are more than one page holds")

// path of an object of a resource, or of all where the name is "".
func path(r schema.GroupVersionResource, namespace, name string) []string {
	segments := []string{"/apis", r.Group, r.Version}
	if r.Group == "" {
		segments = []string{"/api", r.Version}
	}
	if namespace != "" {
		segments = append(segments, "namespaces", namespace)
	}
	segments = append(segments, r.Resource)
	if name != "" {
		segments = append(segments, name)
	}
	return segments
}

// list reads all objects of a query, a page at a time, and keeps of each what take makes of it: the next page is on its way while
// one is read, and no page is kept. Where the list has become too old to be gone on with, it is read anew, at once.
func list[Taken any](ctx context.Context, c rest.Interface, q query, take func(object []byte) (taken Taken, wanted bool, err error)) ([]Taken, error) {
	taken, err := listBy(ctx, c, q, pageSize, take)
	if apierrors.IsResourceExpired(err) {
		return listBy(ctx, c, q, 0, take)
	}
	return taken, err
}

func listBy[Taken any](ctx context.Context, c rest.Interface, q query, limit int, take func([]byte) (Taken, bool, error)) ([]Taken, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var taken []Taken
	next := fetch(ctx, c, q, limit, "")
	for next != nil {
		answer := <-next
		if answer.err != nil {
			return nil, answer.err
		}
		opened, err := open(answer.body)
		if err == nil && q.columns != nil {
			err = q.columns(opened.columns)
		}
		if err != nil {
			return nil, fmt.Errorf("reading a list of %s: %w", q.resource.GroupResource(), err)
		}
		if next = nil; opened.token != "" {
			if q.onePage {
				return nil, errMany
			}
			next = fetch(ctx, c, q, limit, opened.token)
		}
		for _, item := range opened.items {
			of, wanted, err := take(item)
			if err != nil {
				return nil, fmt.Errorf("reading a list of %s: %w", q.resource.GroupResource(), err)
			}
			if wanted {
				taken = append(taken, of)
			}
		}
	}
	return taken, nil
}

// page is one of a list, taken apart.
type page struct {
	// token that the next is asked for by; "" where it is the last.
	token string
	// items are its objects, or the rows of a table, whose columns then have names.
	items   [][]byte
	columns []string
}

// open takes a page apart.
func open(text []byte) (opened page, err error) {
	s := &scanner{text: text}
	s.object(func(name string) {
		switch name {
		case "metadata":
			s.member("continue", func() { opened.token = s.string() })
		case "items", "rows":
			s.array(func() { opened.items = append(opened.items, s.raw()) })
		case "columnDefinitions":
			s.array(func() { s.member("name", func() { opened.columns = append(opened.columns, s.string()) }) })
		default:
			s.skip()
		}
	})
	return opened, s.err()
}

// decoded takes objects that are decoded whole.
func decoded[Item, Taken any](take func(*Item) (Taken, bool)) func([]byte) (Taken, bool, error) {
	return func(object []byte) (taken Taken, wanted bool, err error) {
		var item Item
		if err = json.Unmarshal(object, &item); err == nil {
			taken, wanted = take(&item)
		}
		return taken, wanted, err
	}
}

// fetched is a page, or why there is none.
type fetched struct {
	body []byte
	err  error
}

// fetch asks for a page, which comes on the channel.
func fetch(ctx context.Context, c rest.Interface, q query, limit int, token string) <-chan fetched {
	answer := make(chan fetched, 1)
	go func() {
		request := c.Get().AbsPath(path(q.resource, q.namespace, "")...).SetHeader("Accept", q.accept)
		if q.accept == asTable {
			request = request.Param("includeObject", "None")
		}
		if q.selector != "" {
			request = request.Param("labelSelector", q.selector)
		}
		if limit > 0 {
			request = request.Param("limit", strconv.Itoa(limit))
		}
		if token != "" {
			request = request.Param("continue", token)
		}
		body, err := answered(request.Do(ctx))
		answer <- fetched{body, err}
	}()
	return answer
}

// answered is what the API server answered, or the error that its answer is.
func answered(result rest.Result) ([]byte, error) {
	body, err := result.Raw()
	if err != nil {
		return nil, result.Error()
	}
	return body, nil
}

// get reads one object.
func get[Item any](ctx context.Context, c rest.Interface, resource schema.GroupVersionResource, namespace, name string) (*Item, error) {
	body, err := answered(c.Get().AbsPath(path(resource, namespace, name)...).SetHeader("Accept", whole).Do(ctx))
	if err != nil {
		return nil, err
	}
	item := new(Item)
	if err := json.Unmarshal(body, item); err != nil {
		return nil, fmt.Errorf("reading %s %s: %w", resource.GroupResource(), name, err)
	}
	return item, nil
}

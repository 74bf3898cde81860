package read

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// pageSize is how many objects are asked for at once.
const pageSize = 500

// How the API server is asked to answer.
const (
	whole        = "application/json"
	metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1," + whole
)

// query is a list that is asked for.
type query struct {
	resource  schema.GroupVersionResource
	namespace string
	selector  string
	accept    string
}

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
func list[Item, Taken any](ctx context.Context, c rest.Interface, q query, take func(*Item) (Taken, bool)) ([]Taken, error) {
	taken, err := listBy(ctx, c, q, pageSize, take)
	if apierrors.IsResourceExpired(err) {
		return listBy(ctx, c, q, 0, take)
	}
	return taken, err
}

func listBy[Item, Taken any](ctx context.Context, c rest.Interface, q query, limit int, take func(*Item) (Taken, bool)) ([]Taken, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var taken []Taken
	next := fetch(ctx, c, q, limit, "")
	for next != nil {
		page := <-next
		if page.err != nil {
			return nil, page.err
		}
		var meta metav1.ListMeta
		if err := json.Unmarshal(member(page.body, "metadata"), &meta); err != nil {
			return nil, fmt.Errorf("reading a list of %s: %w", q.resource.GroupResource(), err)
		}
		next = nil
		if meta.Continue != "" {
			next = fetch(ctx, c, q, limit, meta.Continue)
		}
		var items []Item
		if err := json.Unmarshal(member(page.body, "items"), &items); err != nil {
			return nil, fmt.Errorf("reading a list of %s: %w", q.resource.GroupResource(), err)
		}
		for i := range items {
			if of, wanted := take(&items[i]); wanted {
				taken = append(taken, of)
			}
		}
	}
	return taken, nil
}

// fetched is a page, or why there is none.
type fetched struct {
	body []byte
	err  error
}

// fetch asks for a page, which comes on the channel.
func fetch(ctx context.Context, c rest.Interface, q query, limit int, token string) <-chan fetched {
	page := make(chan fetched, 1)
	go func() {
		request := c.Get().AbsPath(path(q.resource, q.namespace, "")...).SetHeader("Accept", q.accept)
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
		page <- fetched{body, err}
	}()
	return page
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

// member finds the value of a member of a JSON object, without reading what is around it; null where there is none. The text
// must be an object's, as whatever comes of an API server is.
func member(object []byte, name string) []byte {
	depth, from := 0, -1
	for i := 0; i < len(object); i++ {
		switch object[i] {
		case '"':
			end := endOfString(object, i)
			if depth == 1 && from < 0 && string(object[i+1:max(i+1, end-1)]) == name && isKey(object, end) {
				from = afterColon(object, end)
			}
			i = end - 1
		case '{', '[':
			depth++
		case '}', ']', ',':
			if object[i] != ',' {
				depth--
			}
			ends := object[i] == ',' && depth == 1 || depth == 0
			if ends && from >= 0 && from <= i {
				return object[from:i]
			}
		}
	}
	return []byte("null")
}

// endOfString is behind the quotation mark that ends the string which begins at i.
func endOfString(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

func isKey(text []byte, i int) bool {
	at := afterColon(text, i)
	return at > i
}

// afterColon is behind the colon that follows, after blanks at most; i itself where none does.
func afterColon(text []byte, i int) int {
	for at := i; at < len(text); at++ {
		switch text[at] {
		case ' ', '\t', '\n', '\r':
		case ':':
			return at + 1
		default:
			return i
		}
	}
	return i
}

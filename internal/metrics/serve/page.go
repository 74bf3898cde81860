package serve

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// Page is what is served at /metrics: what a registry gathers, and the filings. It speaks the text format alone, which every
// scraper reads.
type Page struct {
	registry Registry
	state    atomic.Pointer[state]
	// buffers are reused: with very many filings a page has tens of megabytes.
	buffers sync.Pool
}

// Registry is one that metrics are registered with, and gathered from.
type Registry interface {
	prometheus.Registerer
	prometheus.Gatherer
}

// state is what the operator that leads serves beside its registry.
type state struct {
	filings *Filings
	leads   func() bool
}

// NewPage serves what a registry gathers.
func NewPage(registry Registry) *Page {
	return &Page{registry: registry, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
}

// Register has the page serve what is counted as it happens, and, while this operator leads, the state.
func (p *Page) Register(meters *Meters, others *Collector, filings *Filings) error {
	if err := errors.Join(p.registry.Register(others), meters.Register(p.registry)); err != nil {
		return err
	}
	p.state.Store(&state{filings, others.Leads})
	return nil
}

// ServeHTTP answers a scrape. Where something cannot be read it fails as a whole: what is left out would look like filings that
// are gone, and alerts would end.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, _ := p.buffers.Get().(*bytes.Buffer)
	text.Reset()
	defer p.buffers.Put(text)
	if err := p.write(r.Context(), text); err != nil {
		http.Error(w, "the metrics cannot be read: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", string(expfmt.NewFormat(expfmt.TypeTextPlain)))
	w.Header().Add("Vary", "Accept-Encoding")
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		_, _ = w.Write(text.Bytes()) // who asked may be gone
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	packed, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil { // which a level that there is does not cause
		panic(err)
	}
	_, _ = packed.Write(text.Bytes())
	_ = packed.Close()
}

func (p *Page) write(ctx context.Context, text *bytes.Buffer) error {
	gathered, err := p.registry.Gather()
	if err != nil {
		return err
	}
	for _, family := range gathered {
		if _, err := expfmt.MetricFamilyToText(text, family); err != nil {
			return err
		}
	}
	s := p.state.Load()
	if s == nil || !s.leads() {
		return nil
	}
	filings, err := s.filings.read(ctx)
	if err != nil {
		return err
	}
	return filings.appendTo(text)
}

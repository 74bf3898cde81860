package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// errNotFound says that what is asked for is not there.
var errNotFound = errors.New("not found")

// Control handles what drives the simulator. It asks for no token: it is for a loopback address.
func (s *Simulator) Control() http.Handler {
	mux := http.NewServeMux()
	get := func(path string, answer func(*http.Request) (any, error)) { mux.HandleFunc("GET "+path, reply(answer)) }
	post := func(path string, answer func(*http.Request) (any, error)) {
		mux.HandleFunc("POST "+path, reply(answer))
	}
	remove := func(path string, answer func(*http.Request) (any, error)) {
		mux.HandleFunc("DELETE "+path, reply(answer))
	}

	get("/orders", func(*http.Request) (any, error) { return s.Orders(), nil })
	get("/orders/{order}", s.controlOrder)
	post("/orders/{order}/decisions", s.controlDecide)
	post("/orders/{order}/sms-expiry", func(r *http.Request) (any, error) {
		return s.after(r, s.ExpireSms(s.orderNamed(r.PathValue("order"))))
	})
	post("/orders/{order}/sms-wrong-entry", func(r *http.Request) (any, error) {
		return s.after(r, s.AnswerSmsWrongly(s.orderNamed(r.PathValue("order"))))
	})
	get("/stages", func(*http.Request) (any, error) { return s.stages(), nil })
	post("/stages/{stage}", s.controlStage)
	get("/clock", func(*http.Request) (any, error) { return clockAnswer{s.Now()}, nil })
	post("/clock/advance", s.controlAdvance)
	post("/known", s.controlKnown)
	get("/filings/{domain}", s.controlFiling)
	get("/faults", s.controlFaults)
	post("/faults", controlPost(s.AddFault))
	post("/faults/random", controlPost(s.SetRandomFaults))
	remove("/faults", func(*http.Request) (any, error) { s.ClearFaults(); return done, nil })
	get("/requests", func(*http.Request) (any, error) { return s.Requests(), nil })
	remove("/requests", func(*http.Request) (any, error) { s.ForgetRequests(); return done, nil })
	return mux
}

// done is the answer where there is nothing to say.
var done = map[string]bool{"done": true}

type clockAnswer struct {
	Now time.Time `json:"now"`
}

// reply answers in JSON; an error with its text, since whoever drives the simulator may see all there is.
func reply(answer func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		value, err := answer(r)
		status := http.StatusOK
		switch {
		case errors.Is(err, errNotFound):
			status, value = http.StatusNotFound, map[string]string{"error": err.Error()}
		case err != nil:
			status, value = http.StatusBadRequest, map[string]string{"error": err.Error()}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		_ = encoder.Encode(value)
	}
}

// readJSON reads a request of the control; unknown fields are errors, since they are most often misspelt ones.
func readJSON(r *http.Request, into any) error {
	decoder := json.NewDecoder(io.LimitReader(r.Body, protocol.MaxBodyBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	return nil
}

func controlPost[T any](do func(T) error) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		var value T
		if err := readJSON(r, &value); err != nil {
			return nil, err
		}
		return done, do(value)
	}
}

// orderNamed takes an order's id, or a domain for its newest order.
func (s *Simulator) orderNamed(name string) string {
	if o, ok := s.NewestOrder(name); ok {
		return o.Order.ID
	}
	return name
}

func (s *Simulator) controlOrder(r *http.Request) (any, error) { return s.after(r, nil) }

// after is the order as it is after something was done to it.
func (s *Simulator) after(r *http.Request, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	o, ok := s.Order(s.orderNamed(r.PathValue("order")))
	if !ok {
		return nil, fmt.Errorf("order %s: %w", r.PathValue("order"), errNotFound)
	}
	return o, nil
}

func (s *Simulator) controlDecide(r *http.Request) (any, error) {
	var ruling Ruling
	if err := readJSON(r, &ruling); err != nil {
		return nil, err
	}
	return s.after(r, s.Decide(s.orderNamed(r.PathValue("order")), ruling))
}

// stageSetting is how a stage is decided.
type stageSetting struct {
	Manual *bool            `json:"manual,omitempty"`
	Delay  *metav1.Duration `json:"delay,omitempty"`
}

func (s *Simulator) stages() map[v1alpha1.StageName]stageSetting {
	all := map[v1alpha1.StageName]stageSetting{}
	for stage, setting := range s.Settings() {
		all[stage] = stageSetting{Manual: &setting.Manual, Delay: &metav1.Duration{Duration: setting.Delay}}
	}
	return all
}

func (s *Simulator) controlStage(r *http.Request) (any, error) {
	var setting stageSetting
	if err := readJSON(r, &setting); err != nil {
		return nil, err
	}
	stage := v1alpha1.StageName(r.PathValue("stage"))
	if setting.Manual != nil {
		if err := s.SetManual(stage, *setting.Manual); err != nil {
			return nil, err
		}
	}
	if setting.Delay != nil {
		if err := s.SetDelay(stage, setting.Delay.Duration); err != nil {
			return nil, err
		}
	}
	return s.stages(), nil
}

func (s *Simulator) controlAdvance(r *http.Request) (any, error) {
	var by struct {
		By metav1.Duration `json:"by"`
	}
	if err := readJSON(r, &by); err != nil {
		return nil, err
	}
	if err := s.Advance(by.By.Duration); err != nil {
		return nil, err
	}
	return clockAnswer{s.Now()}, nil
}

func (s *Simulator) controlKnown(r *http.Request) (any, error) {
	data, err := io.ReadAll(io.LimitReader(r.Body, protocol.MaxBodyBytes))
	if err != nil {
		return nil, fmt.Errorf("read the request: %w", err)
	}
	known, err := ParseKnown(data)
	if err != nil {
		return nil, err
	}
	return done, s.Learn(known)
}

func (s *Simulator) controlFiling(r *http.Request) (any, error) {
	return s.Filing(r.PathValue("domain")), nil
}

func (s *Simulator) controlFaults(*http.Request) (any, error) {
	script, random := s.Faults()
	return struct {
		Script []Fault      `json:"script"`
		Random RandomFaults `json:"random"`
	}{script, random}, nil
}

package simulator

import (
	"encoding/hex"
	"fmt"
)

// restore takes up a state where it was left. What is filed and planned stands in it, so that the options' is not told
// again.
func (s *Simulator) restore(st *state) error {
	secret, err := hex.DecodeString(st.Secret)
	if err != nil || len(secret) == 0 {
		return fmt.Errorf("the state has no proper secret: move its file away to begin anew")
	}
	s.secret, s.epoch, s.offset, s.lastAt = secret, st.Epoch, st.Offset, st.LastAt
	s.registry.given = st.Given
	if st.Plan != nil {
		s.plan = st.Plan
	}
	if err := s.restoreRegistry(st); err != nil {
		return err
	}
	for _, kept := range st.Orders {
		o, err := kept.order()
		if err != nil {
			return err
		}
		s.keep(o)
	}
	for _, e := range st.Feed {
		o, ok := s.byID[e.Order]
		if !ok {
			return fmt.Errorf("the state's feed tells of order %s, which it does not hold", e.Order)
		}
		s.feed = append(s.feed, feedEntry{o, e.At})
	}
	for key, e := range st.Effects {
		o, ok := s.byID[e.Order]
		seen, err := hex.DecodeString(e.Print)
		if !ok || err != nil || len(seen) != len(fingerprint{}) {
			return fmt.Errorf("the state's effect %s is of order %s, which it does not hold", key, e.Order)
		}
		s.effects[key] = effect{fingerprint(seen), o}
	}
	s.replan()
	return nil
}

func (s *Simulator) restoreRegistry(st *state) error {
	r := s.registry
	for _, kept := range st.Subjects {
		who := r.subject(kept.Number)
		who.access, who.sites = kept.Access, kept.Sites
		for _, paper := range kept.Papers {
			key, err := keyIn(paper)
			if err != nil {
				return err
			}
			r.recognise(who, *key)
		}
		if kept.Person == "" {
			continue
		}
		person, err := keyIn(kept.Person)
		if err != nil {
			return err
		}
		who.person = person
	}
	for domain, kept := range st.Sites {
		r.sites[domain] = &site{r.subject(kept.Subject), kept.Number, kept.Access, kept.ApprovedAt}
	}
	return nil
}

func keyIn(text string) (*subjectKey, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(subjectKey{}) {
		return nil, fmt.Errorf("the state has a digest that is none: move its file away to begin anew")
	}
	key := subjectKey(raw)
	return &key, nil
}

func (st orderState) order() (*order, error) {
	o := &order{
		id: st.ID, account: st.Account, domain: st.Domain, filingType: st.FilingType, imported: st.Imported, createdAt: st.CreatedAt, attempt: st.Attempt,
		history: st.History, province: st.Province, claimed: st.Claimed, begunAt: st.BegunAt, first: st.First, changes: st.Changes,
		uploaded: map[slot]upload{}, taken: map[planned]int{},
	}
	subject, err := keyIn(st.Subject)
	if err != nil {
		return nil, err
	}
	changedTo, err := keyIn(st.ChangedTo)
	if err != nil {
		return nil, err
	}
	o.subject, o.changedTo = *subject, *changedTo
	if st.Person != "" {
		if o.person, err = keyIn(st.Person); err != nil {
			return nil, err
		}
	}
	for _, d := range st.Declared {
		o.declared = append(o.declared, slot{d.Kind, d.Part})
	}
	for _, u := range st.Uploaded {
		o.uploaded[slot{u.Kind, u.Part}] = upload{u.Attempt, u.At}
	}
	for _, t := range st.Taken {
		o.taken[planned{t.Attempt, t.Stage}] = t.Steps
	}
	return o, nil
}

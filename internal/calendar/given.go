package calendar

import "time"

// At is when the reminder of that name falls due in the term, and false where the name is none of the term's.
func (t Term) At(name string) (time.Time, bool) { return t.at(name) }

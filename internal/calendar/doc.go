// Package calendar answers the questions about dates that the filing procedure (备案流程) asks: which day it is in
// Beijing, when a number of working days is over, by when a website must be registered with public security, and
// which reminder of a deadline is due.
//
// It is pure: the present time is always passed in. All days are Beijing days, whatever zone a time comes in.
package calendar

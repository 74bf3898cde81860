package rules

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

// ResidentID is what a citizen identity number (公民身份号码) tells. It holds personal data: it may not leave the
// program in any form. Source: GB 11643-1999.
type ResidentID struct {
	// Division, digits 1 to 6: where the number was first given (行政区划代码).
	Division string
	// Birth is the first moment, Beijing time, of the day of birth.
	Birth time.Time
}

const (
	residentIDLength = 18
	residentIDChecks = "10X98765432"
	birthLayout      = "20060102"
)

var residentIDWeights = [residentIDLength - 1]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

// ParseResidentID reads a citizen identity number (公民身份号码): 17 digits, a check character and a day of birth that
// exists. Its errors hold nothing of the number.
func ParseResidentID(number string) (ResidentID, error) {
	number = strings.ToUpper(strings.TrimSpace(number))
	if len(number) != residentIDLength {
		return ResidentID{}, fmt.Errorf("it needs %d characters (numbers of 15 digits ended in 2013)", residentIDLength)
	}
	sum := 0
	for i, weight := range residentIDWeights {
		digit := number[i]
		if digit < '0' || digit > '9' {
			return ResidentID{}, fmt.Errorf("its first %d characters must be digits", residentIDLength-1)
		}
		sum += int(digit-'0') * weight
	}
	if number[residentIDLength-1] != residentIDChecks[sum%len(residentIDChecks)] {
		return ResidentID{}, errors.New("its last character does not check: one of the 18 is mistyped")
	}
	birth, err := time.ParseInLocation(birthLayout, number[6:14], calendar.Beijing)
	if err != nil {
		return ResidentID{}, errors.New("the day of birth in it does not exist")
	}
	return ResidentID{Division: number[:6], Birth: birth}, nil
}

// Age is how many years old somebody is at now who was born on that day, by the Beijing calendar: a year more from
// the birthday on. Somebody born on 29 February is a year older on 1 March of other years.
func Age(birth, now time.Time) int {
	by, bm, bd := birth.In(calendar.Beijing).Date()
	ny, nm, nd := now.In(calendar.Beijing).Date()
	age := ny - by
	if nm < bm || (nm == bm && nd < bd) {
		age--
	}
	return age
}

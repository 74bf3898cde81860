package admission

import (
	"fmt"
	"strings"
)

// positionsExpression yields the positions of variables.parents, of which there are at most so many: CEL has no
// counting loop.
func positionsExpression(atMost int) string {
	positions := make([]string, atMost)
	for i := range positions {
		positions[i] = fmt.Sprint(i)
	}
	return "[" + strings.Join(positions, ", ") + "].filter(i, i < size(variables.parents))"
}

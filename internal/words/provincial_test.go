package words_test

import (
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

func TestEveryAnswerOfABureauHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, topic := range rules.Topics() {
		rows := []rules.ProvincialRow{{Topic: topic.Topic, Number: topic.Most}}
		if len(topic.Values) > 0 {
			rows = nil
		}
		for _, value := range topic.Values {
			rows = append(rows, rules.ProvincialRow{Topic: topic.Topic, Value: value})
		}
		for _, row := range rows {
			if w := words.Provincial(row); w.English == w.Chinese || strings.Contains(w.English+w.Chinese, "%!") {
				t.Errorf("%s %s is %+v", row.Topic, row.Value, w)
			}
		}
	}
}

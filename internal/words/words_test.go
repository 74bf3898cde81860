package words_test

import (
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

func TestALanguageIsReadAsPeopleAndTheirSystemsWriteIt(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]v1alpha1.Language{
		"zh": "zh", "zh_CN.UTF-8": "zh", "zh-Hans-CN": "zh", "ZH": "zh", "中文": "zh", "Chinese": "zh",
		"en": "en", "en_US.UTF-8": "en", "C": "en", "C.UTF-8": "en", "POSIX": "en", "English": "en",
		"": "", "fr_FR": "", "zhuang": "", "_": "", "enough": "",
	} {
		if got, ok := words.LanguageOf(name); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v; want %q", name, got, ok, want)
		}
	}
}

package rules

import "unicode/utf8"

// Mask shows a person's name in the only form that it may be shown in: its first character, as in 李**. A name of
// one character is hidden whole, and the length of none is shown.
func Mask(name string) string {
	if name == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(name)
	if size == len(name) || first == utf8.RuneError {
		return "**"
	}
	return string(first) + "**"
}

// MaskPhone shows a phone number in the only form that it may be shown in: 139****0000. One that is shorter than a
// mobile number is hidden whole.
func MaskPhone(phone string) string {
	const head, tail, whole = 3, 4, 11
	digits := digitsOf(phone)
	switch {
	case digits == "":
		return ""
	case len(digits) < whole:
		return "****"
	default:
		return digits[:head] + "****" + digits[len(digits)-tail:]
	}
}

package admission

import (
	"encoding/json"
	"fmt"
)

// SettingsAnnotation says, on the policy named SettingsPolicy, what the policies were made of. Deleting the
// ExposurePolicy leaves the gate as it is, and whoever judges routes beside the policies has to judge as they do. Which
// kinds were added to those that the gate knows it does not say.
const SettingsAnnotation = "icp.beian.dev/made-of"

var labelPolicyParts = []string{"gate", "labels"}

// SettingsPolicy is the ValidatingAdmissionPolicy that has SettingsAnnotation.
func SettingsPolicy() string { return objectMeta(labelPolicyParts...).Name }

func (s Settings) encoded() string {
	encoded, err := json.Marshal(s)
	if err != nil { // which strings, booleans and lists of them do not cause
		panic(err)
	}
	return string(encoded)
}

// SettingsMadeOf reads SettingsAnnotation. Without it, nothing is gated by default.
func SettingsMadeOf(annotations map[string]string) (Settings, error) {
	encoded, there := annotations[SettingsAnnotation]
	if !there {
		return SettingsOf(nil), nil
	}
	var settings Settings
	if err := json.Unmarshal([]byte(encoded), &settings); err != nil {
		return Settings{}, fmt.Errorf("annotation %s: %w", SettingsAnnotation, err)
	}
	return settings, nil
}

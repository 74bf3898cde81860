package gitops

import (
	"context"
	"fmt"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// scripts are health checks in Lua, by group/kind. Argo CD's own package for running them needs half of Argo CD; this runs them
// in the same interpreter, with no more of its libraries than Argo CD gives to scripts of its settings.
type scripts map[string]string

// scriptWithin is how long Argo CD lets a script run.
const scriptWithin = time.Second

// GetResourceHealth runs the script of an object's kind; nil where there is none.
func (s scripts) GetResourceHealth(object *unstructured.Unstructured) (*health.HealthStatus, error) {
	kind := object.GroupVersionKind()
	script, ok := s[kind.Group+"/"+kind.Kind]
	if !ok {
		return nil, nil //nolint:nilnil // as the interface wants it
	}
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), scriptWithin)
	defer cancel()
	state.SetContext(ctx)
	state.SetGlobal("obj", luaValue(state, object.Object))
	if err := state.DoString(script); err != nil {
		return nil, err
	}
	table, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return nil, fmt.Errorf("the script returns a %s", state.Get(-1).Type())
	}
	found := &health.HealthStatus{Status: health.HealthStatusCode(lua.LVAsString(table.RawGetString("status"))), Message: lua.LVAsString(table.RawGetString("message"))}
	switch found.Status {
	case health.HealthStatusHealthy, health.HealthStatusProgressing, health.HealthStatusSuspended, health.HealthStatusDegraded:
		return found, nil
	}
	return nil, fmt.Errorf("the script returns the status %q", found.Status)
}

// luaValue is a value of an object as scripts see it.
func luaValue(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case string:
		return lua.LString(value)
	case int64:
		return lua.LNumber(value)
	case float64:
		return lua.LNumber(value)
	case []any:
		table := state.NewTable()
		for _, item := range value {
			table.Append(luaValue(state, item))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, item := range value {
			table.RawSetString(key, luaValue(state, item))
		}
		return table
	}
	return lua.LNil
}

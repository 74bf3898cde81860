package exposure

import (
	"slices"
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// Listeners are the listeners of a Gateway or a ListenerSet: their names, and the hostname of each; "" for every host.
type Listeners struct {
	// Kind, Namespace and Name of what has them: see ParentKey.
	Kind, Namespace, Name string
	names, hostnames      []string
}

// ListenersOf reads the listeners of a Gateway or a ListenerSet; of any other object it makes none.
func ListenersOf(object any) *Listeners {
	switch o := object.(type) {
	case *gatewayv1.Gateway:
		listeners := &Listeners{Kind: GatewayParent, Namespace: o.Namespace, Name: o.Name}
		for _, listener := range o.Spec.Listeners {
			listeners.add(listener.Name, listener.Hostname)
		}
		return listeners
	case *gatewayv1.ListenerSet:
		listeners := &Listeners{Kind: ListenerSetParent, Namespace: o.Namespace, Name: o.Name}
		for _, listener := range o.Spec.Listeners {
			listeners.add(listener.Name, listener.Hostname)
		}
		return listeners
	}
	return &Listeners{}
}

func (l *Listeners) add(name gatewayv1.SectionName, hostname *gatewayv1.Hostname) {
	l.names = append(l.names, string(name))
	if hostname == nil {
		l.hostnames = append(l.hostnames, "")
		return
	}
	l.hostnames = append(l.hostnames, string(*hostname))
}

// Key names the parent as a whole.
func (l *Listeners) Key() string { return ParentKey(l.Kind, l.Namespace, l.Name, "") }

// Sections are the names of the listeners.
func (l *Listeners) Sections() []string { return slices.Clone(l.names) }

// Hostnames lists, sorted and each once, the hostnames of the listeners that a route attaches to which names the section;
// of all of them where it names none.
func (l *Listeners) Hostnames(section string) []string {
	var hostnames []string
	for i, name := range l.names {
		if section == "" || name == section {
			hostnames = append(hostnames, l.hostnames[i])
		}
	}
	slices.Sort(hostnames)
	return slices.Compact(hostnames)
}

// HostsFrom are the hosts that a route which names none takes from the listeners of a parent.
func (r Route) HostsFrom(parent *Listeners) []string {
	var hosts []string
	for _, key := range r.Via {
		kind, namespace, name, section, ok := ParseParentKey(key)
		if !ok || ParentKey(kind, namespace, name, "") != parent.Key() {
			continue
		}
		for _, host := range ListenedFor(parent.Hostnames(section)).Hosts {
			hosts = appendNew(hosts, host)
		}
	}
	return hosts
}

// ListenedFor are the hostnames as the hosts of a route, for Blocked to judge them.
func ListenedFor(hostnames []string) Route {
	var route Route
	for _, hostname := range hostnames {
		addHost(&route, hostname)
	}
	if len(hostnames) == 0 {
		route.Hostless = true // it attaches to nothing now, and may to anything later
	}
	return route
}

// ParseParentKey takes a key of ParentKey apart; false where it is that of no Gateway and no ListenerSet.
func ParseParentKey(key string) (kind, namespace, name, section string, ok bool) {
	parts := strings.Split(key, "/")
	if len(parts) < 3 || len(parts) > 4 || parts[0] != GatewayParent && parts[0] != ListenerSetParent {
		return "", "", "", "", false
	}
	if len(parts) == 4 {
		section = parts[3]
	}
	return parts[0], parts[1], parts[2], section, true
}

package rules

import (
	"fmt"
	"net/netip"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

// server checks the server that will host the website (服务器). A service number (备案服务号) stands for one that the
// provider has checked already.
func (c *filingCheck) server() {
	if c.spec.Server.Instance == nil {
		return
	}
	c.region()
	c.publicIPs()
	c.lease()
}

func (c *filingCheck) region() {
	const field = "spec.server.instance.region"
	region := c.spec.Server.Instance.Region
	row, known := c.set.Region(region)
	switch {
	case region == "":
		c.warnf(quickStart, ReasonServerRegionUnknown, field,
			"server region is not given: set it, so that it can be seen that the server is in the mainland (中国内地节点)")
	case !known:
		c.warnf(quickStart, ReasonServerRegionUnknown, field,
			"server region %q: not known; make sure that the server is in the mainland (中国内地节点)", region)
	case !row.Mainland:
		c.errorf(quickStart, ReasonServerRegionNotMainland, field,
			"server region %q: not in the mainland; a website there needs no filing and gets none: use a mainland server (中国内地节点), or put the domain on ExposurePolicy.spec.exemptDomains", region)
	}
}

func (c *filingCheck) publicIPs() {
	for i, text := range c.spec.Server.Instance.PublicIPs {
		field := fmt.Sprintf("spec.server.instance.publicIPs[%d]", i)
		ip, err := netip.ParseAddr(text)
		switch {
		case err != nil:
			c.errorf(forms, ReasonPublicIPInvalid, field, "public IP %q: not an IP address; give the server's public address", text)
		case ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified():
			c.errorf(forms, ReasonPublicIPInvalid, field, "public IP %q: not reachable from the internet; give the server's public address", text)
		}
	}
}

// lease checks how the server is paid for (包年包月) and how long it lasts.
func (c *filingCheck) lease() {
	instance := c.spec.Server.Instance
	limit, known := c.set.Limit(LimitServerMonths)
	if instance.Prepaid != nil && !*instance.Prepaid && known {
		c.errorf(limit.Rule, ReasonServerNotPrepaid, "spec.server.instance.prepaid",
			"server %q: paid by use, and a filing needs one that is prepaid (包年包月) for at least %d months; name such a one, or set server.serviceNumber (备案服务号)", instance.ID, limit.Value)
	}
	if instance.ExpiresAt == nil {
		return
	}
	const field = "spec.server.instance.expiresAt"
	end := instance.ExpiresAt.Time
	switch {
	case !end.After(c.now):
		c.errorf(quickStart, ReasonServerExpired, field,
			"server %q: its lease ended on %s; renew it and set expiresAt, or name another server", instance.ID, calendar.Date(end))
	case known && end.Before(monthsOn(c.now, limit.Value)):
		// The term is counted with its renewals, so that a lease near its end may be long enough: no error.
		c.warnf(limit.Rule, ReasonServerExpiringSoon, field,
			"server %q: its lease ends on %s; a filing needs one prepaid for at least %d months, renewals included: better renew it and set expiresAt",
			instance.ID, calendar.Date(end), limit.Value)
	}
}

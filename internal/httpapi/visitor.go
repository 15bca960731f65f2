package httpapi

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/auth"
)

const (
	// maxHops is how many entries of X-Forwarded-For are looked at.
	maxHops = 50
	// maxUserAgent is how much of a browser's name is kept, in bytes.
	maxUserAgent = 256
)

// origin returns where a request comes from, and whether it came by TLS. The
// word of a proxy is taken only from one that the operator trusts.
func (a *api) origin(r *http.Request) (auth.Visitor, bool) {
	socket := peer(r.RemoteAddr)
	v := auth.Visitor{Address: socket, UserAgent: printable(r.UserAgent())}
	secure := r.TLS != nil
	if !a.trusts(socket) {
		return v, secure
	}
	v.Address = a.client(socket, r.Header.Values("X-Forwarded-For"))
	if proto := r.Header.Values("X-Forwarded-Proto"); len(proto) == 1 {
		secure = proto[0] == "https"
	}
	return v, secure
}

// client walks from the right, where the nearest proxy writes, over the
// proxies that are trusted. The first that isn't is the client. What can't be
// read ends the walk: the proxy that wrote it is all that is known.
func (a *api) client(socket netip.Addr, lines []string) netip.Addr {
	hops := strings.Split(strings.Join(lines, ","), ",")
	slices.Reverse(hops)
	nearest := socket
	for i, hop := range hops {
		address, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil || i >= maxHops {
			return nearest
		}
		nearest = address.Unmap().WithZone("")
		if !a.trusts(nearest) {
			return nearest
		}
	}
	return nearest
}

func (a *api) trusts(address netip.Addr) bool {
	return slices.ContainsFunc(a.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(address) })
}

// peer is the address of the other end of the connection.
func peer(remote string) netip.Addr {
	port, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return port.Addr().Unmap().WithZone("")
}

// isPrivate reports whether an address is of a network at home.
func isPrivate(address netip.Addr) bool {
	return address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast()
}

// printable is the printable ASCII of a header, cut to what is kept.
func printable(text string) string {
	kept := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e {
			return -1
		}
		return r
	}, text)
	return kept[:min(len(kept), maxUserAgent)]
}

package httpapi_test

import (
	"net/netip"
	"testing"

	"github.com/audipy/audipy/internal/httpapi"
)

// FuzzForwardedFor walks over what proxies and strangers write. Whatever it is,
// the client is a plain address: never a zone, never one of a mapped kind.
func FuzzForwardedFor(f *testing.F) {
	for _, seed := range []string{
		"", "203.0.113.9", "10.1.2.3, unknown", "fe80::1%eth0", "::ffff:203.0.113.9", ",,,", "[2001:db8::1]:80", "10.0.0.1,10.0.0.2",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		socket := netip.MustParseAddr("10.0.0.9")
		got := httpapi.Client(socket, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, line)
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Errorf("%q is from %v", line, got)
		}
		if got := httpapi.Client(netip.MustParseAddr("192.0.2.1"), nil, line); got != netip.MustParseAddr("192.0.2.1") {
			t.Errorf("the word %q of a stranger was taken: %v", line, got)
		}
	})
}

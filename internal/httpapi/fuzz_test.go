package httpapi_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
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

// FuzzCursor opens what is no cursor of ours. Nobody can make one, since it is
// signed.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"A", "AAAA", strings.Repeat("A", 60), "***", "\x00", strings.Repeat("_", 2000)} {
		f.Add(seed)
	}
	db := storetest.Open(f)
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: f.TempDir(), NoKeyring: true})
	if err != nil {
		f.Fatal(err)
	}
	service, err := auth.New(f.Context(), auth.Options{Store: db.Store, Key: key, Cost: auth.Cost{Time: 1, Memory: 64, Lanes: 1}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		place, err := httpapi.OpenCursor(httpapi.Options{Auth: service}, "somebody", cursor)
		if cursor != "" && err == nil {
			t.Errorf("%q was opened as %q", cursor, place)
		}
	})
}

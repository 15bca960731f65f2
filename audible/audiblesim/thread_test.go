package audiblesim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestPlainSignInRegistersAndOpensTheAPI(t *testing.T) {
	t.Parallel()
	for _, row := range storeRows() {
		t.Run(row.cc, func(t *testing.T) {
			t.Parallel()
			s := newSim(t, audiblesim.Options{}, audiblesim.Account{Marketplace: row.cc})
			c := newApp(t, s.Transport(), row.cc)
			c.open()
			c.signIn("kim@example.com", "right horse")
			device := c.register(c.code())
			if !strings.HasPrefix(device.Tokens.Bearer.Access, "Atna|") {
				t.Errorf("access token = %.8q…, want Atna|", device.Tokens.Bearer.Access)
			}
			status, body := call(t, s.Transport(), http.MethodGet, "https://api.audible."+row.tld+"/1.0/library", "",
				http.Header{"X-Amz-Access-Token": {device.Tokens.Bearer.Access}})
			if status == http.StatusForbidden || status == http.StatusUnauthorized {
				t.Errorf("library = %d %s, want it admitted", status, body)
			}
		})
	}
}

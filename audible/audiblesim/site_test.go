package audiblesim_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestHomePagesTellTheirStore(t *testing.T) {
	t.Parallel()
	s := audiblesim.New(audiblesim.Options{})
	for _, row := range storeRows() {
		_, body := call(t, s.Transport(), http.MethodGet,
			"https://www.audible."+row.tld+"/?ipRedirectOverride=true&overrideBaseCountry=true", "", nil)
		id := regexp.MustCompile(`ue_mid = '(.*)'`).FindSubmatch(body)
		alias := regexp.MustCompile(`autocomplete_config.searchAlias = "(.*)"`).FindSubmatch(body)
		if id == nil || string(id[1]) != row.id || alias == nil || !strings.HasSuffix(string(alias[1]), "-"+row.cc) {
			t.Errorf("%s: home page gives %s and %s", row.cc, id, alias)
		}
	}
}

// activation decodes a blob as the reference clients do.
func activation(t *testing.T, blob []byte) string {
	t.Helper()
	if !bytes.Contains(blob, []byte("group_id")) || bytes.Contains(blob, []byte("BAD_LOGIN")) || len(blob) < 568 {
		t.Fatalf("blob = %q, want one with group_id", blob)
	}
	tail := blob[len(blob)-568:]
	for line := range 8 {
		if tail[71*line+70] != '\n' {
			t.Fatalf("line %d of the blob does not end in a line feed", line)
		}
	}
	return fmt.Sprintf("%08x", binary.LittleEndian.Uint32(tail))
}

const licensePath = "https://www.audible.com/license/token?player_manuf=Audible%2CiPhone&action=register&player_model=iPhone"

func TestActivationBytesAreTheSameByBothWays(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	_, blob := e.signed(licensePath, "2026-03-04T05:06:07Z")
	bySignature := activation(t, []byte(blob))
	if told, err := e.sim.ActivationBytes(kim); err != nil || told != bySignature {
		t.Errorf("ActivationBytes = %s, %v; the blob holds %s", told, err, bySignature)
	}
	var at string
	for _, c := range e.device.Tokens.Cookies {
		if c["Name"] == "at-main" {
			at = strings.Trim(c["Value"], `"`)
		}
	}
	response, err := send(t.Context(), e.app.rt, http.MethodGet, "https://www.audible.com/player-auth-token?playerType=software", "",
		http.Header{"Cookie": {`at-main="` + at + `"`}})
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	landed, err := url.Parse(response.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	license := "https://www.audible.com/license/licenseForCustomerToken?customer_token=" + url.QueryEscape(landed.Query().Get("playerToken"))
	for _, action := range []string{"&action=de-register", "", "&action=de-register"} {
		status, body := call(t, e.app.rt, http.MethodGet, license+action, "", nil)
		if status != 200 {
			t.Errorf("license %q = %d", action, status)
		}
		if action == "" && activation(t, body) != bySignature {
			t.Errorf("by cookies %s, signed %s; want the same", activation(t, body), bySignature)
		}
	}
}

func TestActivationNeedsTheRightSignature(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	_, unsigned := call(t, e.app.rt, http.MethodGet, licensePath, "", nil)
	_, elsewhere := e.signed(strings.Replace(licensePath, ".com", ".de", 1), "2026-03-04T05:06:07Z")
	_, unknown := call(t, e.app.rt, http.MethodGet, "https://www.audible.com/license/licenseForCustomerToken?customer_token=x", "", nil)
	for name, got := range map[string]string{"unsigned": string(unsigned), "unknown cookie": string(unknown)} {
		if got != "BAD_LOGIN" {
			t.Errorf("%s = %q, want BAD_LOGIN", name, got)
		}
	}
	if strings.Contains(elsewhere, "group_id") {
		t.Error("www.audible.de gives activation bytes; only .com does")
	}
}

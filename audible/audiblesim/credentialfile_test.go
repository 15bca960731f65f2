package audiblesim_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestCredentialFileIsThePythonLibrarys(t *testing.T) {
	t.Parallel()
	ticking := newClock()
	s := newSim(t, audiblesim.Options{Now: ticking.now}, audiblesim.Account{Name: "Zoë 𝒳 Doe"})
	file, err := s.CredentialFile(kim, "de")
	if err != nil {
		t.Fatal(err)
	}
	text := string(file)
	var keys []string
	for _, match := range regexp.MustCompile(`(?m)^    "(\w+)":`).FindAllStringSubmatch(text, -1) {
		keys = append(keys, match[1])
	}
	want := []string{
		"website_cookies", "adp_token", "access_token", "refresh_token", "device_private_key", "store_authentication_cookie",
		"device_info", "customer_info", "expires", "locale_code", "with_username", "activation_bytes",
	}
	if !slices.Equal(keys, want) {
		t.Errorf("keys = %v, want %v", keys, want)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > 0x7e }) || strings.HasSuffix(text, "\n") {
		t.Error("the file is not ASCII without a newline at its end")
	}
	if !strings.Contains(text, `"name": "Zo\u00eb \ud835\udcb3 Doe"`) || !strings.Contains(text, `"expires": 1772604367.890123,`) {
		t.Errorf("name or expiry not as Python writes them:\n%s", text[len(text)-700:])
	}
	var read struct {
		Access  string            `json:"access_token"`
		Refresh string            `json:"refresh_token"`
		Cookies map[string]string `json:"website_cookies"`
	}
	if err := json.Unmarshal(file, &read); err != nil {
		t.Fatal(err)
	}
	for name, value := range read.Cookies {
		if strings.Contains(value, `"`) {
			t.Errorf("cookie %s is quoted", name)
		}
	}
	c := newApp(t, s.Transport(), "de")
	if status, body := c.refresh(read.Refresh); status != http.StatusOK {
		t.Errorf("refresh = %d %s, want 200", status, body)
	}
	if got := s.Counts().SignIns; got != 0 {
		t.Errorf("sign-ins = %d, want none", got)
	}
}

func TestCredentialFileOfAUserNameHasNoCookies(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{Login: "kimsample", UserName: true, Marketplace: "uk"})
	file, err := s.CredentialFile("kimsample", "uk")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"website_cookies": null`, `"store_authentication_cookie": null`, `"with_username": true`, `"account_pool": "pool-A2I9A3Q2GNFNGQ"`} {
		if !strings.Contains(string(file), want) {
			t.Errorf("the file lacks %s", want)
		}
	}
	for login, store := range map[string]string{"kimsample": "us", "": "uk"} {
		if _, err := s.CredentialFile(login, store); err == nil {
			t.Errorf("CredentialFile(%q, %q) worked, want an error", login, store)
		}
	}
	if _, err := s.CredentialFile("kimsample", "xx"); err == nil {
		t.Error("a file for an unknown store, want an error")
	}
}

package audiblesim_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// console is a client of the control port.
type console struct {
	t    *testing.T
	rt   http.RoundTripper
	base string
}

func newConsole(t *testing.T, s *audiblesim.Sim) console {
	t.Helper()
	server := startServer(t, s, audiblesim.ServerOptions{})
	plain := &http.Transport{}
	t.Cleanup(plain.CloseIdleConnections)
	return console{t, plain, server.ControlURL()}
}

// run runs a command that must succeed and decodes its result.
func (c console) run(command, input string, result any) {
	c.t.Helper()
	status, body := call(c.t, c.rt, http.MethodPost, c.base+"/"+command, input, nil)
	if status != http.StatusOK {
		c.t.Fatalf("%s %s = %d %s", command, input, status, body)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(body, result); err != nil {
		c.t.Fatalf("%s: %v", command, err)
	}
}

func TestAccountsAreControlledOverHTTP(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{Mutate: true}, audiblesim.Account{})
	c := newConsole(t, s)
	c.run("change-password", `{"login":"kim@example.com","password":"new horse"}`, nil)
	c.run("challenges", `{"login":"kim@example.com","challenges":["otp"]}`, nil)
	var otp struct{ OTP string }
	c.run("otp", `{"login":"kim@example.com"}`, &otp)
	app := newApp(t, s.Transport(), "us")
	app.wanted = "input[name=workflowState]"
	app.open()
	app.signIn(kim, "new horse")
	app.submit("otpCode", otp.OTP)
	device := app.register(app.code())
	c.run("refuse-refresh", `{"login":"kim@example.com"}`, nil)
	if status, _ := app.refresh(device.Tokens.Bearer.Refresh); status != 400 {
		t.Errorf("refresh = %d after refuse-refresh, want 400", status)
	}
	c.run("expire", `{"login":"kim@example.com"}`, nil)
	c.run("revoke", `{"login":"kim@example.com","serial":"`+testSerial+`"}`, nil)
	if got := s.LiveDevices(kim); got != 0 {
		t.Errorf("live devices = %d after revoke, want 0", got)
	}
	var pages []audiblesim.PageMutation
	c.run("mutations", ``, &pages)
	if len(pages) != 2 || pages[1].Step != "otp" {
		t.Errorf("mutations = %v, want of two pages", pages)
	}
	c.run("reset-counts", ``, nil)
	var counts audiblesim.Counts
	if c.run("counts", ``, &counts); counts.SignIns != 0 {
		t.Errorf("sign-ins = %d after reset-counts", counts.SignIns)
	}
}

func TestLibrariesAreControlledOverHTTP(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{Books: 5}, audiblesim.Account{})
	c := newConsole(t, s)
	titles := func() []string {
		t.Helper()
		var list []string
		c.run("titles", `{"login":"kim@example.com","store":"us"}`, &list)
		return list
	}
	first := titles()[0]
	named := `"login":"kim@example.com","store":"us","asin":"` + first + `"`
	for _, command := range []string{"touch-title", "return-title", "add-title", "remove-title"} {
		c.run(command, "{"+named+"}", nil)
		if owned := slices.Contains(titles(), first); owned == strings.HasPrefix(command, "re") {
			t.Errorf("after %s the title is owned %t", command, owned)
		}
	}
	var added []string
	c.run("add-titles", `{"login":"kim@example.com","store":"us","n":3}`, &added)
	if len(added) != 3 || !slices.Contains(titles(), added[2]) {
		t.Errorf("add-titles = %v, want three that are owned", added)
	}
	inStore := `"store":"us","asin":"` + added[0] + `"`
	c.run("progress", `{"login":"kim@example.com",`+inStore+`,"percent":12.5}`, nil)
	c.run("price", `{`+inStore+`,"list":1999,"sale":499}`, nil)
	c.run("plus", `{`+inStore+`,"on":true}`, nil)
	c.run("delist", `{`+inStore+`,"on":true}`, nil)
	c.run("release", `{`+inStore+`}`, nil)
	c.run("truth", `{"login":"kim@example.com","store":"us"}`, nil)
	for _, member := range []string{"true", "false"} {
		c.run("membership", `{"login":"kim@example.com","member":`+member+`}`, nil)
	}
}

func TestTheNetworkIsControlledOverHTTP(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	c := newConsole(t, s)
	const catalogue = "https://api.audible.com/1.0/catalog/categories"
	status := func() int {
		t.Helper()
		code, _ := call(t, s.Transport(), http.MethodGet, catalogue, "", nil)
		return code
	}
	c.run("faults", `{"faults":[{"kind":"status","status":502,"path":"/1.0/","times":1}]}`, nil)
	if got := []int{status(), status()}; !slices.Equal(got, []int{502, 200}) {
		t.Errorf("answers with one fault = %v, want 502 and 200", got)
	}
	var happened []int
	if c.run("fault-counts", ``, &happened); !slices.Equal(happened, []int{1}) {
		t.Errorf("fault-counts = %v, want [1]", happened)
	}
	c.run("next-answer", `{"path":"/1.0/","status":429,"header":{"Retry-After":"3"},"times":2}`, nil)
	if got := []int{status(), status(), status()}; !slices.Equal(got, []int{429, 429, 200}) {
		t.Errorf("replaced answers = %v, want 429 twice", got)
	}
	c.run("budget", `{"per_minute":1000,"retry_after":true}`, nil)
	c.run("quirks", `{"same_page":true}`, nil)
	c.run("outage", `{"seconds":3600,"status":503,"host":"api.audible.com"}`, nil)
	if got := status(); got != 503 {
		t.Errorf("answer in an outage = %d, want 503", got)
	}
}

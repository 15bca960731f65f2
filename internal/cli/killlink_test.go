package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// The origins of servers in front of which something spreads the requests: the
// servers themselves listen elsewhere.
const (
	householdOrigin = "http://localhost:2834"
	householdRelay  = "http://127.0.0.1:2834"
)

// household is a person with a browser, in front of servers on one database
// that get killed.
type household struct {
	*killRig
	store   *store.Store
	user    audipy.UserID
	cookies map[string]string
	// at is the server that answers just now.
	at *server
	// took is how long each thing takes that is being killed.
	took map[string]time.Duration
	// confirmed counts registrations that came to be confirmed, shared the
	// devices of other programs that must live on.
	confirmed, shared int
	// files counts the devices that other programs registered.
	files int
}

// wireLink is what this test reads of a link.
type wireLink struct {
	ID, Door, Step string
	RelayURL       string `json:"relay_url"`
	SignInURL      string `json:"sign_in_url"`
}

// where is the address that a server really listens on.
func (s *server) where(t *testing.T) string {
	t.Helper()
	listening := regexp.MustCompile(`"listen":"([^"]+)"`)
	await(t, "the server listens", func() bool { return listening.MatchString(s.output.String()) })
	return listening.FindStringSubmatch(s.output.String())[1]
}

// startBehind starts a server that answers to the household's origins.
func (h *household) startBehind(t *testing.T, more ...string) *server {
	t.Helper()
	more = append(more, "AUDIPY_PUBLIC_URL="+householdOrigin, "AUDIPY_RELAY_ORIGIN="+householdRelay, "AUDIPY_LOG=info")
	return h.startServer(t, more...)
}

// spread carries requests to the server that answers just now.
func (h *household) spread(t *testing.T) *http.Transport {
	t.Helper()
	address := h.at.where(t)
	return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
}

// ask sends a request as the pages do and reads the answer into a value. The
// status is 0 when the server died over it.
func (h *household) ask(t *testing.T, method, path string, body, into any) int {
	t.Helper()
	data, err := json.Marshal(body)
	ensure(t, err)
	if body == nil {
		data = nil
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, householdOrigin+"/api/v1/"+path, bytes.NewReader(data))
	ensure(t, err)
	request.Header.Set("Origin", householdOrigin)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range h.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer, err := (&http.Client{Transport: h.spread(t)}).Do(request)
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	for _, cookie := range answer.Cookies() {
		h.cookies[cookie.Name] = cookie.Value
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil || into != nil && answer.StatusCode < 300 && json.Unmarshal(text, into) != nil {
		return 0
	}
	if answer.StatusCode >= 500 && answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%s %s was answered %d %s", method, path, answer.StatusCode, text)
	}
	return answer.StatusCode
}

// must is ask with the status that is expected.
func (h *household) must(t *testing.T, status int, method, path string, body, into any) {
	t.Helper()
	if got := h.ask(t, method, path, body, into); got != status {
		t.Fatalf("%s %s was answered %d, want %d\n%s", method, path, got, status, h.at.output)
	}
}

// during does something and kills the server that answers somewhere in it.
func (h *household) during(t *testing.T, what string, isKilled bool, do func()) {
	t.Helper()
	if !isKilled {
		started := time.Now()
		do()
		h.took[what] = max(time.Since(started), time.Millisecond)
		return
	}
	usual := h.took[what]
	if usual == 0 {
		usual = 200 * time.Millisecond
	}
	doomed, killed := h.at, make(chan struct{})
	_ = doomed.where(t)
	after := time.NewTimer(time.Duration(h.random.Int64N(int64(usual))))
	go func() {
		defer close(killed)
		<-after.C
		doomed.kill()
	}()
	do()
	<-killed
	h.kills++
}

// begin begins a link and does what comes before the step that registers, which
// it returns.
func (h *household) begin(t *testing.T, door string) (link wireLink, register func()) {
	t.Helper()
	if door == "file" {
		file, err := h.sim.CredentialFile(killLogin, "us")
		ensure(t, err)
		h.shared++
		h.files++
		return link, func() {
			h.ask(t, http.MethodPost, "account-links/import", map[string]string{"file": string(file)}, nil)
		}
	}
	h.must(t, http.StatusCreated, http.MethodPost, "account-links", map[string]string{"door": door, "marketplace": "us"}, &link)
	path := "account-links/" + link.ID
	switch door {
	case "relay":
		through := h.spread(t)
		return link, func() { _ = signInOnLoopback(t.Context(), through, link.RelayURL, killLogin) } // it may die over it
	case "guided":
		answer := map[string]string{"login": killLogin, "password": madeUpPassword}
		return link, func() { h.ask(t, http.MethodPost, path+"/answers", answer, nil) }
	}
	address, err := browse(h.sim.Transport(), link.SignInURL, killLogin)
	ensure(t, err)
	return link, func() { h.ask(t, http.MethodPost, path+"/complete", map[string]string{"address": address}, nil) }
}

// resume goes on with a link, whatever became of the server that had it, until
// it waits to be confirmed. A file is given once more.
func (h *household) resume(t *testing.T, door string, link wireLink, register func()) wireLink {
	t.Helper()
	for range 8 {
		if door == "file" {
			var list struct{ Items []wireLink }
			h.must(t, http.StatusOK, http.MethodGet, "account-links", nil, &list)
			if len(list.Items) == 1 {
				return list.Items[0]
			}
			register()
			continue
		}
		path := "account-links/" + link.ID
		h.must(t, http.StatusOK, http.MethodGet, path, nil, &link)
		switch link.Step {
		case "confirm":
			h.confirmed++
			return link
		case "registering": // by a process that may have died: its claim ends after a minute
			h.at = h.startBehind(t)
		case "failed":
			t.Fatalf("the link failed: %+v", link)
		default:
			address, err := browse(h.sim.Transport(), link.SignInURL, killLogin)
			ensure(t, err)
			h.ask(t, http.MethodPost, path+"/complete", map[string]string{"address": address}, nil)
		}
	}
	t.Fatalf("the link does not come to an end: %+v", link)
	return link
}

// linked is the id of the account that is linked, empty for none.
func (h *household) linked(t *testing.T) string {
	t.Helper()
	accounts, err := h.store.Accounts(t.Context(), h.user)
	ensure(t, err)
	if len(accounts) > 1 {
		t.Fatalf("one account became %d", len(accounts))
	}
	for _, one := range accounts {
		if one.State != audipy.StateRevoked {
			return string(one.ID)
		}
	}
	return ""
}

// round links by a door and unlinks or declines, and kills a server during one
// part of it. Another one goes on.
func (h *household) round(t *testing.T, door, killed string) {
	t.Helper()
	h.ahead.Add(int64(25 * time.Hour))
	h.at = h.startBehind(t)
	heir := h.startBehind(t, h.sameClock())
	goOn := func() {
		select {
		case <-h.at.ended:
			h.at = heir
		default:
		}
	}
	h.must(t, http.StatusOK, http.MethodPost, "session", map[string]string{"email": killLogin, "password": serverPassword}, nil)
	h.must(t, http.StatusOK, http.MethodPost, "session/step-up", map[string]string{"password": serverPassword}, nil)
	link, register := h.begin(t, door)
	h.during(t, "register by "+door, killed == "register", register)
	goOn()
	link = h.resume(t, door, link, register)
	path := "account-links/" + link.ID
	if killed == "decline" {
		h.during(t, killed, true, func() { h.ask(t, http.MethodDelete, path, nil, nil) })
		goOn()
		if status := h.ask(t, http.MethodDelete, path, nil, nil); status != http.StatusNoContent && status != http.StatusNotFound {
			t.Errorf("after a kill the link was declined with %d", status)
		}
	} else {
		h.during(t, "confirm", killed == "confirm", func() { h.ask(t, http.MethodPost, path+"/confirm", nil, nil) })
		goOn()
		if h.linked(t) == "" {
			h.must(t, http.StatusCreated, http.MethodPost, path+"/confirm", nil, nil)
		}
		unlink := func() {
			h.ask(t, http.MethodPost, "accounts/"+h.linked(t)+"/unlink", map[string]bool{"sign_out_shared": true}, nil)
		}
		h.during(t, "unlink", killed == "unlink", unlink)
		goOn()
		if h.linked(t) != "" {
			unlink()
		}
		if door == "file" {
			h.shared-- // signed out, as the person asked
		}
	}
	if h.linked(t) != "" {
		t.Errorf("after a kill during %s the account stays linked", killed)
	}
	h.at.kill()
	heir.kill()
}

// TestKillServersDuringLinking kills one of two servers in every part of linking
// through every door, and of unlinking. The other goes on, and in the end no
// device is left at Amazon but one for each registration whose answer the killed
// server took along.
func TestKillServersDuringLinking(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHousehold(t, db)
		h.sim.ResetCounts()
		doors, parts := []string{"browser", "guided", "relay", "file"}, []string{"register", "confirm", "unlink", "decline", "register"}
		for _, door := range doors { // to know how long things take
			h.round(t, door, "nothing")
		}
		inRegister := 0
		for total := allowed(t); h.kills < total; {
			door, part := doors[h.kills%len(doors)], parts[h.kills%len(parts)]
			if part == "register" && door != "file" {
				inRegister++
			}
			h.round(t, door, part)
		}
		ensure(t, h.sim.SetFaults())
		h.ahead.Add(int64(7 * time.Hour))
		h.startBehind(t)
		await(t, "every device that was to leave is gone", func() bool {
			left, err := h.store.DepartingDevices(t.Context(), h.user)
			ensure(t, err)
			return len(left) == 0
		})
		c := h.sim.Counts()
		registered := c.Registrations - h.files
		repeated, left := registered-h.confirmed, h.sim.LiveDevices(killLogin)-h.shared
		t.Logf("%d kills, %d of them while registering: %d devices registered, %d of them again because an answer was lost, %d left behind by that; %d deregistrations",
			h.kills, inRegister, registered, repeated, left, c.Deregistrations)
		if repeated < 0 || repeated > inRegister || left < 0 || left > repeated {
			t.Errorf("%d registrations were repeated for %d kills, and %d devices are left", repeated, inRegister, left)
		}
		if _, err := h.store.VerifyAudit(t.Context(), h.user); err != nil {
			t.Error(err)
		}
	})
}

// newHousehold sets a server up on a database, with an Amazon that takes its
// time.
func newHousehold(t *testing.T, db *storetest.DB) *household {
	t.Helper()
	h := &household{
		killRig: newKillRig(t, map[string]int{"us": 5}), cookies: map[string]string{}, took: map[string]time.Duration{},
	}
	h.options = db.Options
	if !db.IsPostgres() {
		h.options.SQLitePath = filepath.Join(h.home, ".local", "share", "audipy", "audipy.db")
	}
	h.store = h.opened(t)
	var slow []audiblesim.Fault
	for _, path := range []string{"/auth/register", "/auth/deregister", "/user/profile"} {
		slow = append(slow, audiblesim.Fault{Kind: audiblesim.FaultSlow, Path: path, Delay: 30 * time.Millisecond})
	}
	ensure(t, h.sim.SetFaults(slow...))
	h.at = h.startBehind(t)
	_ = h.at.where(t)
	code := regexp.MustCompile(`/setup#(\S+)`)
	await(t, "the code for set-up is shown", func() bool { return code.MatchString(h.at.output.String()) })
	var made struct{ ID string }
	h.must(t, http.StatusCreated, http.MethodPost, "setup", map[string]string{
		"code": code.FindStringSubmatch(h.at.output.String())[1], "name": "Kim", "email": killLogin, "password": serverPassword,
	}, &made)
	h.user = audipy.UserID(made.ID)
	h.at.kill()
	return h
}

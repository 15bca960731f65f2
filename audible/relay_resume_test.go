package audible_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// relayShelf keeps relays as a server does: nothing but their state outlives a
// request.
type relayShelf struct {
	rt     http.RoundTripper
	origin string

	mu     sync.Mutex
	states map[string][]byte
	broken error // what keeping fails with
}

func (s *relayShelf) options(id string) audible.RelayOptions {
	return audible.RelayOptions{Origin: s.origin, ID: id, Keep: func(_ context.Context, change func([]byte) ([]byte, error)) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		next, err := change(s.states[id])
		if err == nil {
			err = s.broken
		}
		if err == nil {
			s.states[id] = next
		}
		return err
	}}
}

// add begins a sign-in and returns its start address.
func (s *relayShelf) add(t testing.TB, id string, signIn *audible.SignIn) string {
	t.Helper()
	relay, err := audible.NewRelay(signIn, s.rt, s.options(id))
	if err != nil {
		t.Fatal(err)
	}
	state, err := relay.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states[id] = state
	return relay.StartURL()
}

// state is what is kept of a relay, nil when nothing is.
func (s *relayShelf) state(id string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.states[id]
}

// breakDown lets every later keeping fail.
func (s *relayShelf) breakDown(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

func (s *relayShelf) resume(t testing.TB, id string) *audible.Relay {
	t.Helper()
	relay, err := audible.ResumeRelay(s.state(id), s.rt, s.options(id), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return relay
}

// newRelayShelf serves relays, each resumed anew for each request.
func newRelayShelf(t testing.TB, rt http.RoundTripper) *relayShelf {
	t.Helper()
	shelf := &relayShelf{rt: rt, states: map[string][]byte{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := audible.RelayID(shelf.origin, r)
		if shelf.state(id) == nil {
			audible.RefuseRelay(w)
			return
		}
		shelf.resume(t, id).ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	shelf.origin = server.URL
	return shelf
}

// openAt opens the start address of a server's relay, and says that it means to
// begin.
func (b *browser) openAt(t testing.TB, address string) {
	t.Helper()
	b.at = nil
	b.get(t, address)
	b.submit(t, "form:has(#go)", nil)
}

func TestRelayGoesOnFromItsStateAfterEveryRequest(t *testing.T) {
	t.Parallel()
	for name, account := range challengeCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, full := newSim(t, audiblesim.Options{Seed: 6}, account)
			shelf := newRelayShelf(t, sim.Transport())
			start := shelf.add(t, "one", newSignIn(t, "us", false))
			b := newBrowser(t)
			b.openAt(t, start)
			for range maxQuestions {
				checkRelayed(t, b)
				if !b.answer(t, full) {
					break
				}
			}
			authorization, ok := shelf.resume(t, "one").Authorization()
			if !ok || authorization.Code == "" {
				t.Fatal("no code was caught")
			}
			if counts := sim.Counts(); counts.BrokenForms+counts.LostSessions+counts.MetadataBad > 0 {
				t.Errorf("broken forms %d, lost sessions %d, bad metadata %d", counts.BrokenForms, counts.LostSessions, counts.MetadataBad)
			}
			if bytes.Contains(shelf.state("one"), []byte(full.Password)) {
				t.Error("the state holds the password, which is for Amazon alone")
			}
		})
	}
}

func TestStoredStartAddressWorksOnce(t *testing.T) {
	t.Parallel()
	sim, _ := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	shelf := newRelayShelf(t, sim.Transport())
	start := shelf.add(t, "one", newSignIn(t, "us", false))
	var wait sync.WaitGroup
	var mu sync.Mutex
	let := 0
	for range 20 {
		wait.Go(func() {
			b := newBrowser(t)
			r := request(t, http.MethodPost, start)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			b.do(t, r)
			mu.Lock()
			defer mu.Unlock()
			if b.status == http.StatusOK {
				let++
			}
		})
	}
	wait.Wait()
	if let != 1 {
		t.Errorf("the start address let %d browsers in, want 1", let)
	}
	if !shelf.resume(t, "one").IsOpened() {
		t.Error("the relay does not know that it was opened")
	}
}

// An address that somebody else sends is a question and nothing more: whoever does
// not answer it goes on with their own sign-in.
func TestTheAddressOfAnotherRelayTakesNothing(t *testing.T) {
	t.Parallel()
	sim, full := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	shelf := newRelayShelf(t, sim.Transport())
	b := newBrowser(t)
	b.openAt(t, shelf.add(t, "mine", newSignIn(t, "us", false)))
	own, page := b.at, b.doc
	theirs := shelf.add(t, "theirs", newSignIn(t, "us", false))
	b.get(t, theirs)
	if b.status != http.StatusOK || len(b.header["Set-Cookie"]) > 0 || b.doc.Find("#go").Length() == 0 {
		t.Errorf("the address of another relay answers %d with the cookies %v: %s", b.status, b.header["Set-Cookie"], b.doc.Text())
	}
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://example.org"} {
		r := request(t, http.MethodPost, theirs)
		r.Header.Set(header, value)
		if b.do(t, r); b.status != http.StatusForbidden || len(b.header["Set-Cookie"]) > 0 {
			t.Errorf("a page with %s %s answers for the person: %d", header, value, b.status)
		}
	}
	if shelf.resume(t, "theirs").IsOpened() {
		t.Error("the other relay thinks that it was opened")
	}
	b.at, b.doc = own, page
	b.answer(t, full)
	if _, ok := shelf.resume(t, "mine").Authorization(); !ok {
		t.Error("the own sign-in does not go on")
	}
}

func request(t testing.TB, method, address string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRelaysOfOneOriginAreNotMixedUp(t *testing.T) {
	t.Parallel()
	sim, full := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	shelf := newRelayShelf(t, sim.Transport())
	first, second := newBrowser(t), newBrowser(t)
	first.openAt(t, shelf.add(t, "one", newSignIn(t, "us", false)))
	second.openAt(t, shelf.add(t, "two", newSignIn(t, "us", false)))
	cookies := second.client.Jar.Cookies(second.at)
	_, token, _ := strings.Cut(cookies[0].Value, ".")
	forged := *cookies[0]
	forged.Value = "one." + token
	second.client.Jar.SetCookies(second.at, []*http.Cookie{&forged})
	second.get(t, "/")
	if second.status != http.StatusForbidden {
		t.Errorf("the second browser's token opens the first one's relay: %d", second.status)
	}
	first.answer(t, full)
	if _, ok := shelf.resume(t, "two").Authorization(); ok {
		t.Error("the first browser's code came to the second relay")
	}
	if _, ok := shelf.resume(t, "one").Authorization(); !ok {
		t.Error("the first browser's code was lost")
	}
}

func TestWhatCannotBeKeptIsNotShown(t *testing.T) {
	t.Parallel()
	sim, full := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	shelf := newRelayShelf(t, sim.Transport())
	b := newBrowser(t)
	b.openAt(t, shelf.add(t, "one", newSignIn(t, "us", false)))
	shelf.breakDown(errors.New("the disk is full"))
	b.answer(t, full)
	if b.status != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", b.status)
	}
	if _, ok := shelf.resume(t, "one").Authorization(); ok {
		t.Error("the code is there although it was not kept")
	}
}

// FuzzRelayState reads what might lie where a relay's state should: nothing
// that is read makes it panic, and what is read is written the same.
func FuzzRelayState(f *testing.F) {
	shelf := &relayShelf{origin: "http://relay.test", states: map[string][]byte{}}
	shelf.add(f, "one", newSignIn(f, "us", false))
	f.Add(shelf.state("one"))
	f.Add([]byte{})
	f.Add([]byte("\x01{}"))
	f.Add([]byte("\x01null"))
	f.Fuzz(func(t *testing.T, state []byte) {
		o := audible.RelayOptions{Origin: "http://relay.test", ID: "one"}
		relay, err := audible.ResumeRelay(state, &site{}, o, time.Now)
		if err != nil {
			if !errors.Is(err, audible.ErrSignInState) {
				t.Fatalf("ResumeRelay() = %v, want ErrSignInState", err)
			}
			return
		}
		written, err := relay.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		again, err := audible.ResumeRelay(written, &site{}, o, time.Now)
		if err != nil || again.StartURL() != relay.StartURL() {
			t.Fatalf("what was written is not read: %v", err)
		}
	})
}

package account_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// registered takes a link to where it waits to be confirmed.
func (w *world) registered(t *testing.T, a audiblesim.Account) account.Link {
	t.Helper()
	link := w.guide(t, w.start(t, account.DoorGuided, a), &person{account: a})
	if link.Step != account.StepConfirm || w.sim.LiveDevices(a.Login) != 1 {
		t.Fatalf("link = %+v with %d devices, want one device to be confirmed", link, w.sim.LiveDevices(a.Login))
	}
	return link
}

// failDeregistrations makes Amazon fail at the next n.
func (w *world) failDeregistrations(n int) {
	w.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/deregister", Times: n, Status: http.StatusInternalServerError, Body: "{}"})
}

// runDepartures does what the jobs do, until none is due for a day.
func (w *world) runDepartures(t *testing.T) {
	t.Helper()
	for range 20 {
		for _, j := range w.departures(t) {
			if next, err := w.service(t).DepartDevice(t.Context(), w.user, j.Key); err != nil && next.IsZero() {
				t.Fatal(err)
			}
		}
		if w.rows(t, "departing_devices") == 0 {
			return
		}
		w.Clock.Advance(time.Hour)
	}
}

func (w *world) departures(t *testing.T) []store.Job {
	t.Helper()
	jobs, err := w.Jobs(t.Context(), w.user)
	if err != nil {
		t.Fatal(err)
	}
	var due []store.Job
	for _, j := range jobs {
		if j.Kind == store.JobDeregister {
			due = append(due, j)
		}
	}
	return due
}

func TestALinkThatIsNotConfirmedLeavesNoDevice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, end := range map[string]func(account.Link){
			"declined": func(l account.Link) {
				if err := w.service(t).AbandonLink(t.Context(), w.user, l.ID, thisBrowser); err != nil {
					t.Fatal(err)
				}
			},
			"expired": func(account.Link) { w.Clock.Advance(10 * time.Minute) },
		} {
			for _, faults := range []int{0, 6} {
				w.Clock.Advance(time.Second)
				full := w.addAccount(t, audiblesim.Account{})
				link := w.registered(t, full)
				w.failDeregistrations(faults)
				end(link)
				if name == "declined" && faults == 0 && w.sim.LiveDevices(full.Login) != 0 {
					t.Error("a device that could be signed out at once was not")
				}
				w.runDepartures(t)
				if n := w.sim.LiveDevices(full.Login); n != 0 {
					t.Errorf("%s after %d faults: %d devices are left", name, faults, n)
				}
				_, err := w.service(t).ConfirmLink(t.Context(), w.user, link.ID, thisBrowser)
				wantKind(t, err, audipy.NotFound)
			}
		}
		if accounts, err := w.Accounts(t.Context(), w.user); err != nil || len(accounts) != 0 {
			t.Errorf("accounts = %v, %v, want none", accounts, err)
		}
	})
}

func TestADeviceThatAmazonRefusesForAnHourCountsAsGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		w.registered(t, full)
		if err := w.sim.RevokeAll(full.Login); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Hour) // the access token has ended too
		for i, want := range []bool{false, true} {
			jobs := w.departures(t)
			if len(jobs) == 0 {
				t.Fatal("no job is left")
			}
			next, err := w.service(t).DepartDevice(t.Context(), w.user, jobs[0].Key)
			if err != nil || next.IsZero() != want {
				t.Errorf("attempt %d: next %v, %v, want it gone: %t", i+1, next, err, want)
			}
			w.Clock.Advance(time.Hour)
		}
	})
}

func TestOfManyWhoFinishALinkOneRegisters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		link := w.start(t, account.DoorBrowser, full)
		address := w.browse(t, link.SignInURL, full)
		var wait sync.WaitGroup
		for range 20 {
			service := w.service(t)
			wait.Go(func() {
				_, _ = service.CompleteLink(t.Context(), w.user, link.ID, thisBrowser, address) // the losers are told
				_, _ = service.OpenLink(t.Context(), w.user, link.ID, thisBrowser)
			})
		}
		wait.Wait()
		if n := w.sim.Counts().Registrations; n != 1 {
			t.Errorf("%d registrations, want 1", n)
		}
		opened, err := w.service(t).OpenLink(t.Context(), w.user, link.ID, thisBrowser)
		if err != nil {
			t.Fatal(err)
		}
		if opened.Step != account.StepConfirm {
			t.Fatalf("link = %+v", opened)
		}
		linked := 0
		var mu sync.Mutex
		for range 10 {
			service := w.service(t)
			wait.Go(func() {
				if _, err := service.ConfirmLink(t.Context(), w.user, link.ID, thisBrowser); err == nil {
					mu.Lock()
					defer mu.Unlock()
					linked++
				}
			})
		}
		wait.Wait()
		if n := w.sim.LiveDevices(full.Login); linked != 1 || n != 1 {
			t.Errorf("confirmed %d times with %d devices, want once with one", linked, n)
		}
	})
}

// dropAnswer is a transport that loses the answers to registrations: Amazon has
// done them by then.
type dropAnswer struct {
	http.RoundTripper
	mu   sync.Mutex
	left int
}

// RoundTrip loses an answer while there are some to lose.
func (d *dropAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := d.RoundTripper.RoundTrip(r)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil && strings.HasSuffix(r.URL.Path, "/auth/register") && d.left > 0 {
		d.left--
		answer.Body.Close()
		return nil, context.DeadlineExceeded
	}
	return answer, err
}

func TestARegistrationWhoseAnswerIsLostIsMadeAgainWithTheSameSerial(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		link := w.start(t, account.DoorBrowser, full)
		lossy := w.serviceOver(t, &dropAnswer{RoundTripper: w.sim.Transport(), left: 1})
		_, err := lossy.CompleteLink(t.Context(), w.user, link.ID, thisBrowser, w.browse(t, link.SignInURL, full))
		wantKind(t, err, audipy.Unavailable)
		w.Clock.Advance(time.Minute)
		again, err := w.service(t).OpenLink(t.Context(), w.user, link.ID, thisBrowser)
		if err != nil || again.Step != string(audible.StepBrowser) || again.SignInURL == link.SignInURL || again.Reason == "" {
			t.Fatalf("link = %+v, %v, want it to begin again with a reason", again, err)
		}
		done, err := w.service(t).CompleteLink(t.Context(), w.user, link.ID, thisBrowser, w.browse(t, again.SignInURL, full))
		if err != nil {
			t.Fatal(err)
		}
		w.confirm(t, done, full)
		devices, err := w.sim.Devices(full.Login)
		if err != nil || len(devices) != 2 || devices[0].Serial != devices[1].Serial {
			t.Errorf("devices = %+v, %v, want one serial: Amazon's one device", devices, err)
		}
	})
}

func TestAProcessThatDiesWhileItRegistersIsTakenOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		link := w.start(t, account.DoorBrowser, full)
		// Amazon can't be reached, and the process dies with its claim.
		dead := w.serviceOver(t, roundTrip(func(*http.Request) (*http.Response, error) { return nil, context.DeadlineExceeded }))
		_, err := dead.CompleteLink(t.Context(), w.user, link.ID, thisBrowser, w.browse(t, link.SignInURL, full))
		wantKind(t, err, audipy.Unavailable)
		if _, err := w.Raw.ExecContext(t.Context(), `UPDATE pending_links SET claimed_at = $1`, w.Clock.Now().UnixMicro()); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(30 * time.Second)
		waiting, err := w.service(t).OpenLink(t.Context(), w.user, link.ID, thisBrowser)
		if err != nil || waiting.Step != string(audible.StepDone) {
			t.Fatalf("link = %+v, %v, want it left to its holder", waiting, err)
		}
		w.Clock.Advance(30 * time.Second)
		done, err := w.service(t).OpenLink(t.Context(), w.user, link.ID, thisBrowser)
		if err != nil {
			t.Fatal(err)
		}
		w.confirm(t, done, full)
		if n := w.sim.LiveDevices(full.Login); n != 1 {
			t.Errorf("%d devices, want 1", n)
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestLinkingAgainSendsTheOldDeviceAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		w.confirm(t, w.registered(t, full), full)
		second := w.guide(t, w.start(t, account.DoorGuided, full), &person{account: full})
		if second.Account == nil || !second.Account.IsLinked {
			t.Fatalf("account = %+v, want it known as linked", second.Account)
		}
		w.failDeregistrations(6)
		linked, err := w.service(t).ConfirmLink(t.Context(), w.user, second.ID, thisBrowser)
		if err != nil || !linked.Relinked || linked.LeftBehind == "" {
			t.Fatalf("linked = %+v, %v, want the old device named", linked, err)
		}
		w.runDepartures(t)
		if n := w.sim.LiveDevices(full.Login); n != 1 {
			t.Errorf("%d devices, want the new one", n)
		}
		if _, err := w.count(t, linked.Account.ID); err != nil {
			t.Errorf("%v: the new device was sent away", err)
		}
	})
}

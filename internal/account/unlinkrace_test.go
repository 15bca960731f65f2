package account_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

func TestRefusalIsNotTakenForASignOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if err := w.sim.RefuseRefreshTokens(login); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Hour)
		gone, err := w.accounts.Unlink(t.Context(), w.user, one.ID, account.UnlinkOptions{})
		if err != nil || gone.Deregistered || gone.LeftBehind != "Kim's AudiPy" {
			t.Errorf("unlinked = %+v, %v with %d device live, want it named", gone, err, w.sim.LiveDevices(login))
		}
	})
}

func TestDeviceThatAmazonHasLongEndedIsNotLeftBehind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if err := w.sim.RevokeAll(login); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			w.Clock.Advance(90 * time.Minute)
			w.renew(t, one.ID)
		}
		gone, err := w.accounts.Unlink(t.Context(), w.user, one.ID, account.UnlinkOptions{})
		if err != nil || !gone.Deregistered || gone.LeftBehind != "" {
			t.Errorf("unlinked = %+v, %v, want a device that is gone", gone, err)
		}
	})
}

func TestUnlinkedAccountStaysUnlinkedWhateverASyncSays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if _, err := w.accounts.Unlink(t.Context(), w.user, one.ID, account.UnlinkOptions{}); err != nil {
			t.Fatal(err)
		}
		for _, outcome := range []error{nil, audible.ErrRefused} {
			if err := w.service(t).Note(t.Context(), w.user, one.ID, outcome); err != nil {
				t.Errorf("Note(%v) = %v", outcome, err)
			}
		}
		if after, err := w.AccountByID(t.Context(), w.user, one.ID); err != nil || after.State != audipy.StateRevoked {
			t.Errorf("state = %q, %v, want it unlinked still", after.State, err)
		}
	})
}

func TestUnlinkStopsTheCallsOfAnotherProcess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		client, err := w.service(t).Client(t.Context(), w.user, one.ID, "us")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Library(t.Context(), audible.LibraryQuery{PageSize: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.accounts.Unlink(t.Context(), w.user, one.ID, account.UnlinkOptions{}); err != nil {
			t.Fatal(err)
		}
		before := w.sim.Counts().Requests
		_, err = client.Library(t.Context(), audible.LibraryQuery{PageSize: 1})
		wantKind(t, err, audipy.Conflict)
		if after := w.sim.Counts().Requests; !maps.Equal(after, before) {
			t.Error("Audible was asked with the credentials of an account that is unlinked")
		}
	})
}

// relinking links the account anew, from another process, while the device is
// being signed out.
type relinking struct {
	http.RoundTripper
	relink func()
}

func (r *relinking) RoundTrip(request *http.Request) (*http.Response, error) {
	if strings.HasSuffix(request.URL.Path, "/auth/deregister") && r.relink != nil {
		relink := r.relink
		r.relink = nil
		relink()
	}
	return r.RoundTripper.RoundTrip(request)
}

func TestUnlinkDuringANewLinkLeavesNoDeviceWithoutCredentials(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		authorization := w.signIn(t)
		other := w.service(t)
		unlinking := w.serviceOver(t, &relinking{w.sim.Transport(), func() {
			if _, err := other.Link(context.WithoutCancel(t.Context()), w.user, authorization); err != nil {
				t.Error(err)
			}
		}})
		gone, err := unlinking.Unlink(t.Context(), w.user, one.ID, account.UnlinkOptions{})
		if err != nil || !gone.Deregistered {
			t.Errorf("unlinked = %+v, %v, want the old device gone", gone, err)
		}
		// The new link came after the unlink, and stays.
		n, err := w.count(t, one.ID)
		if err != nil || n != 30 || w.sim.LiveDevices(login) != 1 {
			t.Errorf("%d titles, %v, %d devices live; want the new link to work with the one device", n, err, w.sim.LiveDevices(login))
		}
	})
}

func TestUnlinkThatAmazonMissesIsTriedUntilItIsDone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/deregister", Times: 9, Status: 500, Body: "{}"})
		gone, err := w.accounts.Unlink(t.Context(), w.user, one.ID, account.UnlinkOptions{ForgetLibrary: true})
		if err != nil || gone.Deregistered || !gone.Retrying || gone.LeftBehind != "Kim's AudiPy" {
			t.Fatalf("unlinked = %+v, %v, want the device named and tried again", gone, err)
		}
		if _, err := w.Credentials(t.Context(), w.user, one.ID); audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("credentials after the unlink: %v, want none", err)
		}
		for attempt := 2; ; attempt++ {
			leaving, err := w.DepartingDevices(t.Context(), w.user)
			if err != nil || len(leaving) != 1 || leaving[0].Account != one.ID || leaving[0].Attempts != attempt-1 {
				t.Fatalf("departing = %+v, %v before attempt %d", leaving, err, attempt)
			}
			w.Clock.Advance(leaving[0].DueAt.Sub(w.Clock.Now()))
			next, err := w.service(t).DepartDevice(t.Context(), w.user, leaving[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			if next.IsZero() {
				if attempt != 4 {
					t.Errorf("it was gone at attempt %d, want 4: three failed", attempt)
				}
				break
			}
		}
		if leaving, err := w.DepartingDevices(t.Context(), w.user); err != nil || len(leaving) != 0 || w.sim.LiveDevices(login) != 0 {
			t.Errorf("departing = %+v, %v with %d devices live, want none", leaving, err, w.sim.LiveDevices(login))
		}
	})
}

func TestCookiesOfAFileAreNotKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.fromFile(t)
		c.Cookies, c.StoreAuthCookie = map[string]string{"session-id": "made-up"}, "made-up"
		linked, err := w.accounts.LinkCredentials(t.Context(), w.user, c)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := w.accounts.Export(t.Context(), w.user, linked.Account.ID, "audible-cli")
		if err != nil || len(kept.Cookies) != 0 || kept.StoreAuthCookie != "" {
			t.Errorf("kept %d cookies and a store cookie of %d bytes, %v; want none", len(kept.Cookies), len(kept.StoreAuthCookie), err)
		}
	})
}

func TestSameDeviceFromAFileWithoutASerialLives(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		exported, err := w.accounts.Export(t.Context(), w.user, one.ID, "audible-cli")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.accounts.Note(t.Context(), w.user, one.ID, audible.ErrRefused); err != nil {
			t.Fatal(err)
		}
		exported.Device.Serial = ""
		if _, err := w.accounts.LinkCredentials(t.Context(), w.user, exported); err != nil {
			t.Fatal(err)
		}
		if n := w.sim.LiveDevices(login); n != 1 {
			t.Errorf("%d devices live: the one whose credentials were just linked was signed out", n)
		}
	})
}

func TestLostRegistrationSaysWhatMayRemain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		authorization := w.signIn(t)
		lossy := w.serviceOver(t, &losing{w.sim.Transport()})
		_, err := lossy.Link(t.Context(), w.user, authorization)
		wantKind(t, err, audipy.Unavailable)
		said, ok := errors.AsType[*audipy.Error](err)
		if n := w.sim.LiveDevices(login); n != 1 || !ok || !strings.Contains(said.Hint, "under Devices") {
			t.Errorf("error = %v with %d device live, want it to say where to look for one", err, n)
		}
	})
}

// losing loses the answer to a registration that Amazon has made.
type losing struct{ http.RoundTripper }

func (l *losing) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := l.RoundTripper.RoundTrip(request)
	if err == nil && strings.HasSuffix(request.URL.Path, "/auth/register") {
		_ = response.Body.Close()
		return nil, io.ErrUnexpectedEOF
	}
	return response, err
}

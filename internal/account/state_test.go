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

// tokenAnswer is an answer of the token service and what it must count as.
type tokenAnswer struct {
	status int
	body   string
	// trouble is the kind of trouble that is kept.
	trouble string
}

func tokenAnswers() map[string]tokenAnswer {
	const page = "<!DOCTYPE html><title>Sorry</title>"
	return map[string]tokenAnswer{
		"invalid grant":       {400, `{"error":"invalid_grant","error_description":"gone"}`, "refused"},
		"InvalidToken":        {401, `{"response":{"error":{"code":"InvalidToken","message":"no"}}}`, "refused"},
		"CredentialError":     {403, `{"error_code":"CredentialError","message":"no"}`, "refused"},
		"source token":        {400, `{"error":"invalid_request","error_description":"The source token is expired"}`, "refused"},
		"another JSON 400":    {400, `{"error":"unsupported_thing"}`, "unknown"},
		"a JSON 404":          {404, `{"message":"no such route"}`, "unknown"},
		"a JSON 418":          {418, `{"teapot":true}`, "unknown"},
		"a page with 200":     {200, page, "away"},
		"a page with 400":     {400, page, "away"},
		"a page with 403":     {403, page, "away"},
		"a time-out":          {408, `{"error":"invalid_grant"}`, "away"},
		"too many":            {429, `{"error":"invalid_grant"}`, "away"},
		"an error of theirs":  {500, `{"error":"invalid_grant"}`, "away"},
		"unavailable":         {503, page, "away"},
		"an empty object":     {200, `{}`, "away"},
		"an empty list":       {200, `[]`, "away"},
		"no JSON":             {200, `access_token=`, "away"},
		"a 401 without words": {401, ``, "away"},
		"a redirect":          {302, ``, "away"},
	}
}

func TestEveryAnswerOfTheTokenServiceCountsForWhatItIs(t *testing.T) {
	t.Parallel()
	states := map[string]audipy.AccountState{
		"refused": audipy.StateDegraded, "unknown": audipy.StateDegraded, "away": audipy.StateHealthy,
	}
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		for name, answer := range tokenAnswers() {
			w.Clock.Advance(48 * time.Hour)
			w.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/token", Times: 3, Status: answer.status, Body: answer.body})
			if n, err := w.count(t, one.ID); err != nil || n != 30 {
				t.Errorf("%s: %d titles, %v; want the key to carry on", name, n, err)
			}
			known, err := w.TokenState(t.Context(), w.user, one.ID)
			if err != nil || known.Pace.Trouble != answer.trouble || known.ErrorText == "" || strings.Contains(known.ErrorText, "Atnr") {
				t.Errorf("%s: kept as %q (%q), %v; want %q", name, known.Pace.Trouble, known.ErrorText, err, answer.trouble)
			}
			card := w.card(t, one.ID)
			if card.Account.State != states[answer.trouble] || card.ErrorText == "" {
				t.Errorf("%s: state %q (%q), want %q", name, card.Account.State, card.Account.StateReason, states[answer.trouble])
			}
			// The two answers that are left over are for the next question.
			w.Clock.Advance(48 * time.Hour)
			for range 3 {
				w.renew(t, one.ID)
				w.Clock.Advance(2 * time.Minute)
			}
			if after := w.card(t, one.ID).Account; after.State != audipy.StateHealthy || after.StateReason != "" {
				t.Errorf("%s: state after a token came = %q (%q), want healthy", name, after.State, after.StateReason)
			}
		}
	})
}

// keyless links an account from a file without a device's key.
func (w *world) keyless(t *testing.T) audipy.Account {
	t.Helper()
	c := w.fromFile(t)
	c.DeviceKey, c.ADPToken = "", ""
	linked, err := w.accounts.LinkCredentials(t.Context(), w.user, c)
	if err != nil {
		t.Fatal(err)
	}
	return linked.Account
}

func TestOutageOfThreeDaysIsNoWordAboutALink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.keyless(t)
		w.Clock.Advance(2 * time.Hour)
		from := w.Clock.Now()
		w.sim.AddOutage(audiblesim.Outage{From: from, To: from.Add(72 * time.Hour), Status: 503})
		for w.Clock.Now().Before(from.Add(71 * time.Hour)) {
			if _, err := w.count(t, one.ID); audipy.KindOf(account.Explain(err)) != audipy.Unavailable {
				t.Fatalf("a call in the outage: %v", err)
			}
			if state := w.card(t, one.ID).Account.State; state != audipy.StateHealthy {
				t.Fatalf("state = %q after %s of an outage", state, w.Clock.Now().Sub(from))
			}
			w.Clock.Advance(3 * time.Hour)
		}
		w.Clock.Advance(2 * time.Hour)
		if n, err := w.count(t, one.ID); err != nil || n != 30 || w.sim.Prompts(login) != 0 {
			t.Errorf("after the outage: %d titles, %v, %d sign-ins; want 30 and none", n, err, w.sim.Prompts(login))
		}
	})
}

func TestTokenServiceThatIsAwayForDaysIsWorthAWord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.Clock.Advance(2 * time.Hour)
		from := w.Clock.Now()
		w.sim.AddOutage(audiblesim.Outage{From: from, To: from.Add(5 * 24 * time.Hour), Host: "api.amazon.com"})
		for w.Clock.Now().Before(from.Add(97 * time.Hour)) {
			if n, err := w.count(t, one.ID); err != nil || n != 30 {
				t.Fatalf("%d titles, %v; want the key to carry on", n, err)
			}
			w.Clock.Advance(6 * time.Hour)
		}
		w.renew(t, one.ID)
		if got := w.card(t, one.ID); got.Account.State != audipy.StateDegraded || got.NextStep != "" {
			t.Errorf("card = %+v after four days, want a word and nothing to do", got)
		}
		w.Clock.Advance(24 * time.Hour)
		if got := w.renew(t, one.ID); got.Result != account.Renewed || w.card(t, one.ID).Account.State != audipy.StateHealthy {
			t.Errorf("renewal after the outage = %+v, want healthy", got)
		}
	})
}

func TestUnknownAnswerIsRetriedForADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.keyless(t)
		w.Clock.Advance(2 * time.Hour)
		w.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/token", Times: 1000, Status: 400, Body: `{"error":"new_rule"}`})
		for hour := range 26 {
			_, _ = w.count(t, one.ID)
			want := audipy.StateDegraded
			if hour >= 24 {
				want = audipy.StateNeedsSignIn
			}
			if got := w.card(t, one.ID).Account; got.State != want {
				t.Fatalf("state in hour %d = %q (%s), want %q", hour, got.State, got.StateReason, want)
			}
			w.Clock.Advance(time.Hour)
		}
		if got := w.card(t, one.ID); !strings.Contains(got.NextStep, "sign in again") || !strings.Contains(got.ErrorText, "new_rule") {
			t.Errorf("card = %+v, want the next step and what Amazon said", got)
		}
	})
}

func TestDeadRefreshTokenIsNotAskedForByEveryNewProcess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if err := w.sim.RefuseRefreshTokens(login); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Hour)
		calls := func(processes int) int {
			before := w.sim.Counts().RefusedRefreshes
			for range processes {
				w.accounts = w.service(t)
				n, err := w.count(t, one.ID)
				if err != nil || n != 30 {
					t.Fatalf("%d titles, %v; want the key to carry on", n, err)
				}
				if err := w.accounts.Note(t.Context(), w.user, one.ID, nil); err != nil {
					t.Fatal(err)
				}
			}
			return w.sim.Counts().RefusedRefreshes - before
		}
		if asked := calls(5); asked != 2 {
			t.Errorf("five processes asked %d times, want two looks in all", asked)
		}
		w.Clock.Advance(time.Hour)
		if asked := calls(5); asked != 2 {
			t.Errorf("an hour later five processes asked %d times, want two looks", asked)
		}
		got := w.card(t, one.ID)
		if got.Account.State != audipy.StateDegraded || !strings.Contains(got.Account.StateReason, "key signs") || got.NextStep != "" {
			t.Errorf("card = %+v, want the key to be named and nothing to do", got)
		}
		if wait := got.Token.NextRefreshAt.Sub(w.Clock.Now()); wait < 23*time.Hour {
			t.Errorf("it is asked again in %s, want a day", wait)
		}
		if got := w.renew(t, one.ID); got.Result != account.KeyOnly {
			t.Errorf("renewal = %+v, want to be told of the key", got)
		}
	})
}

func TestDeadLinkIsHealthyAfterANewSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if err := w.sim.RevokeAll(login); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			w.Clock.Advance(70 * time.Minute)
			_, err := w.count(t, one.ID)
			if err := w.accounts.Note(t.Context(), w.user, one.ID, err); err != nil {
				t.Fatal(err)
			}
		}
		dead := w.card(t, one.ID)
		if dead.Account.State != audipy.StateNeedsSignIn || dead.NextStep == "" || dead.Forecast.At.IsZero() {
			t.Errorf("card = %+v, want a sign-in to be asked for", dead)
		}
		linked, err := w.accounts.Link(t.Context(), w.user, w.signIn(t))
		if err != nil || linked.Account.ID != one.ID {
			t.Fatalf("linked = %+v, %v, want the same account", linked, err)
		}
		got := w.card(t, one.ID)
		if got.Account.State != audipy.StateHealthy || got.Account.SignIns != 2 || got.ErrorText != "" || !got.Forecast.At.IsZero() {
			t.Errorf("card = %+v, want a fresh one with two sign-ins", got)
		}
	})
}

func TestHundredCallersInTwoProcessesRefreshOnce(t *testing.T) {
	t.Parallel()
	callers := 50 // in each process
	if testing.Short() {
		callers = 10 // no more than the budget lets through at once
	}
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.Clock.Advance(2 * time.Hour)
		var all sync.WaitGroup
		// The clock leaps with every wait: who waits in the database meanwhile
		// would seem far behind, so the budget bears a lot at once.
		wide := store.Rate{PerSecond: 1000, Burst: 1_000_000, Daily: 1_000_000}
		for _, service := range []*account.Service{w.serviceAt(t, wide), w.serviceAt(t, wide)} {
			for range callers {
				client, err := service.Client(t.Context(), w.user, one.ID, "us")
				if err != nil {
					t.Fatal(err)
				}
				all.Go(func() {
					if _, err := client.Library(t.Context(), audible.LibraryQuery{PageSize: 1}); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		if n := w.sim.Counts().Refreshes; n != 1 {
			t.Errorf("%d refreshes by %d clients in two processes, want 1", n, 2*callers)
		}
	})
}

// unlinking unlinks the account, from another process, while a refresh is
// under way.
type unlinking struct {
	http.RoundTripper
	unlink func()
}

func (u *unlinking) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := u.RoundTripper.RoundTrip(request)
	if strings.HasSuffix(request.URL.Path, "/auth/token") && u.unlink != nil {
		unlink := u.unlink
		u.unlink = nil
		unlink()
	}
	return response, err
}

func TestRefreshThatAnUnlinkOvertakesSavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.Clock.Advance(55 * time.Minute)
		refreshing := w.serviceOver(t, &unlinking{w.sim.Transport(), func() {
			if _, err := w.accounts.Unlink(context.WithoutCancel(t.Context()), w.user, one.ID, account.UnlinkOptions{}); err != nil {
				t.Error(err)
			}
		}})
		client, err := refreshing.Client(t.Context(), w.user, one.ID, "us")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Library(t.Context(), audible.LibraryQuery{PageSize: 1}); err == nil {
			t.Error("a call went through after the unlink")
		}
		if card := w.card(t, one.ID); card.Account.State != audipy.StateRevoked || card.Token != (account.TokenFacts{}) || w.sim.LiveDevices(login) != 0 {
			t.Errorf("card = %+v with %d devices live, want nothing left", card, w.sim.LiveDevices(login))
		}
	})
}

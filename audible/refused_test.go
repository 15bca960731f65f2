package audible_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// withoutKey makes the account's credentials unable to sign.
func (r *rig) withoutKey() {
	r.store.change(func(c *audible.Credentials) { c.ADPToken, c.DeviceKey = "", "" })
}

func TestADeadRefreshTokenLeavesTheSignature(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		if err := r.sim.RefuseRefreshTokens(r.account.Login); err != nil {
			t.Fatal(err)
		}
		advance(t, 2*time.Hour)
		for range 5 {
			r.mustList(t)
		}
		if n := r.sim.Counts(); n.SignedCalls != 5 || n.RefusedRefreshes != 2 {
			t.Errorf("%d signed calls, %d refused refreshes; want 5, and 2 in all", n.SignedCalls, n.RefusedRefreshes)
		}
		advance(t, 2*time.Hour)
		r.mustList(t)
		if n := r.sim.Counts(); n.RefusedRefreshes != 4 {
			t.Errorf("%d refused refreshes after the hour of rest, want 4", n.RefusedRefreshes)
		}
	})
}

func TestADeadRefreshTokenWithoutKeyIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		r.withoutKey()
		if err := r.sim.RefuseRefreshTokens(r.account.Login); err != nil {
			t.Fatal(err)
		}
		r.mustList(t) // the access token lives out its hour
		advance(t, 2*time.Hour)
		start := time.Now()
		_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
		wantError(t, err, audible.ErrRefused)
		if waited := time.Since(start); waited != 5*time.Second {
			t.Errorf("asked again after %s, want 5s", waited)
		}
		_, err = r.client.Library(t.Context(), audible.LibraryQuery{})
		wantError(t, err, audible.ErrRefused)
		if n := r.sim.Counts(); n.RefusedRefreshes != 2 {
			t.Errorf("%d refreshes asked for, want 2", n.RefusedRefreshes)
		}
	})
}

func TestARevokedDeviceIsRefusedAfterEveryProof(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		if err := errors.Join(r.sim.RevokeAll(r.account.Login), r.sim.ExpireAccessTokens(r.account.Login)); err != nil {
			t.Fatal(err)
		}
		_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
		wantError(t, err, audible.ErrRefused)
		said, ok := errors.AsType[*audible.APIError](err)
		if !ok || said.Status != http.StatusForbidden || said.Endpoint != "library" {
			t.Errorf("error %v, want the refusal of the signed call", err)
		}
		if n := r.sim.Counts(); n.RefusedCalls != 2 || n.RefusedRefreshes != 2 {
			t.Errorf("%d calls and %d refreshes refused, want 2 and 2", n.RefusedCalls, n.RefusedRefreshes)
		}
	})
}

func TestALinkMadeAgainIsUsedAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		r.mustList(t)
		if err := errors.Join(r.sim.RevokeAll(r.account.Login), r.sim.ExpireAccessTokens(r.account.Login)); err != nil {
			t.Fatal(err)
		}
		fresh := registered(t, r.sim, r.account)
		r.store.change(func(c *audible.Credentials) { *c = fresh })
		r.mustList(t)
		if n := r.sim.Counts(); n.RefusedRefreshes != 0 {
			t.Errorf("%d refreshes refused, want 0", n.RefusedRefreshes)
		}
	})
}

func TestARefusedSignatureDuringAnOutageIsNoRefusal(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, time.Hour)
		r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/token", Status: 503, Times: 3})
		r.sim.AnswerNext(audiblesim.NextAnswer{
			Path: "/1.0/library", Status: 403, Body: `{"message":"Request could not be authenticated"}`,
		})
		_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
		if outage, ok := errors.AsType[*audible.OutageError](err); !ok || outage.Endpoint != "auth/token" || errors.Is(err, audible.ErrRefused) {
			t.Errorf("error %v, want the outage of the token service", err)
		}
	})
}

func TestAPageWithStatus403IsAnOutage(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/1.0/library", Status: 403, Body: "\n <HTML>", Times: 5})
		r.mustList(t)
		if n := r.sim.Counts(); n.Refreshes != 0 || n.SignedCalls != 0 {
			t.Errorf("%d refreshes, %d signed calls; want none", n.Refreshes, n.SignedCalls)
		}
	})
}

func TestARefusedClientNoticesANewLink(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		if err := errors.Join(r.sim.RevokeAll(r.account.Login), r.sim.ExpireAccessTokens(r.account.Login)); err != nil {
			t.Fatal(err)
		}
		_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
		wantError(t, err, audible.ErrRefused)
		fresh := registered(t, r.sim, r.account)
		r.store.change(func(c *audible.Credentials) { *c = fresh })
		r.mustList(t)
		advance(t, 2*time.Hour)
		r.mustList(t)
		if n := r.sim.Counts(); n.TokenCalls != 2 || n.Refreshes != 1 {
			t.Errorf("%d calls by token, %d refreshes; want 2 and 1", n.TokenCalls, n.Refreshes)
		}
	})
}

func TestATokenServiceThatHangsDoesNotHoldUpTheCall(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, time.Hour)
		if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultSlow, Path: "/auth/token", Delay: time.Hour}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		r.mustList(t)
		if took := time.Since(start); took > time.Minute || r.sim.Counts().SignedCalls != 1 {
			t.Errorf("%d signed calls after %s, want one within a minute", r.sim.Counts().SignedCalls, took)
		}
		start = time.Now()
		r.mustList(t)
		if took := time.Since(start); took > time.Second {
			t.Errorf("the next call took %s, although the service rests", took)
		}
	})
}

func TestAnOutageOfTheTokenServiceLeavesTheSignature(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, time.Hour)
		r.sim.AddOutage(audiblesim.Outage{
			From: time.Now(), To: time.Now().Add(3 * 24 * time.Hour), Status: 503, Host: "api.amazon.com",
		})
		for range 3 * 24 {
			r.mustList(t)
			advance(t, time.Hour)
		}
		if n := r.sim.Counts(); n.SignedCalls != 72 || n.Requests["POST api.amazon.com /auth/token"] > 72*3 {
			t.Errorf("%d signed calls, %v", n.SignedCalls, n.Requests)
		}
		advance(t, time.Hour)
		r.mustList(t)
		if n := r.sim.Counts(); n.Refreshes != 1 || n.TokenCalls != 1 {
			t.Errorf("after the outage: %d refreshes, %d calls by token; want 1, 1", n.Refreshes, n.TokenCalls)
		}
	})
}

func TestAnOutageWithoutKeyIsAnOutageAndNotARefusal(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]audiblesim.NextAnswer{
		"HTML 403":  {Status: 403, Body: "<html>busy</html>"},
		"HTML 200":  {Status: 200, Body: "<!doctype html><p>hello"},
		"429":       {Status: 429, Body: `{"message":"slow down"}`},
		"500":       {Status: 500, Body: `{"message":"Whoops"}`},
		"408":       {Status: 408},
		"no token":  {Status: 200, Body: `{"expires_in":3600}`},
		"bad token": {Status: 200, Body: `{"access_token":"a b\nc"}`},
		"empty 400": {Status: 400},
		"redirect":  {Status: 302, Header: http.Header{"Location": {"https://evil.example/"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				r := newRig(t, rigOptions{})
				r.withoutKey()
				advance(t, time.Hour)
				answer.Path, answer.Times = "/auth/token", 100
				r.sim.AnswerNext(answer)
				_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
				if _, ok := errors.AsType[*audible.OutageError](err); !ok || errors.Is(err, audible.ErrRefused) {
					t.Errorf("error %v, want an outage", err)
				}
			})
		})
	}
}

func TestRefusalsAreToldFromUnknownAnswers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]error{
		`{"error":"invalid_grant","error_description":"no"}`:                                               audible.ErrRefused,
		`{"error_description":"The request has an invalid parameter : source_token","error":"x"}`:          audible.ErrRefused,
		`{"response":{"error":{"code":"InvalidToken","message":"One or more tokens are invalid."}}}`:       audible.ErrRefused,
		`{"response":{"error":{"code":"InvalidValue","message":"One or more provided values are wrong"}}}`: audible.ErrDegraded,
		`{"message":"Request could not be authenticated"}`:                                                 audible.ErrDegraded,
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				r := newRig(t, rigOptions{})
				r.withoutKey()
				r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/token", Status: 400, Body: body, Times: 2})
				_, err := r.client.Refresh(t.Context())
				wantError(t, err, want)
			})
		})
	}
}

func TestARefusalThatPassesIsNotBelieved(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/token", Status: 400, Body: `{"error":"invalid_grant"}`})
		if _, err := r.client.Refresh(t.Context()); err != nil {
			t.Errorf("Refresh: %v", err)
		}
	})
}

func TestASignatureThatWorksLeadsForAnHour(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		// The API takes no token, as it stopped taking a header in 2025.
		r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/1.0/library", Status: 401, Body: `{"message":"no"}`, Times: 2})
		for range 4 {
			r.mustList(t)
		}
		if n := r.sim.Counts(); n.SignedCalls != 4 || n.TokenCalls != 0 || n.Refreshes != 1 {
			t.Errorf("%d signed, %d by token, %d refreshes; want 4, 0, 1", n.SignedCalls, n.TokenCalls, n.Refreshes)
		}
		advance(t, 2*time.Hour)
		r.mustList(t)
		if n := r.sim.Counts(); n.TokenCalls != 1 {
			t.Errorf("%d calls by token after the hour, want 1", n.TokenCalls)
		}
	})
}

package audible_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// requests is how often an endpoint was asked, by any host's name.
func requests(sim *audiblesim.Sim, path string) int {
	n := 0
	for endpoint, count := range sim.Counts().Requests {
		if strings.HasSuffix(endpoint, path) {
			n += count
		}
	}
	return n
}

func TestCookiesThatAreRefusedSaySo(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	if err := r.sim.RefuseRefreshTokens(r.account.Login); err != nil {
		t.Fatal(err)
	}
	home, err := audible.ParseMarketplace("us")
	if err != nil {
		t.Fatal(err)
	}
	cookies, life, err := r.client.ExchangeCookies(t.Context(), home)
	if !errors.Is(err, audible.ErrRefused) || cookies != nil || life != 0 {
		t.Errorf("%d cookies for %s, error %v; want none and ErrRefused", len(cookies), life, err)
	}
	r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/ap/exchangetoken/", Status: http.StatusBadRequest, Body: `{"error":"another"}`})
	if _, _, err = r.client.ExchangeCookies(t.Context(), home); err == nil || errors.Is(err, audible.ErrRefused) {
		t.Errorf("error %v for words that nobody knows, want one that condemns nothing", err)
	}
	r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/ap/exchangetoken/", Body: `{"response":{"tokens":{"cookies":{},"ttl":5}}}`})
	if _, _, err = r.client.ExchangeCookies(t.Context(), home); !errors.Is(err, audible.ErrUnexpected) {
		t.Errorf("error %v for an answer without cookies, want ErrUnexpected", err)
	}
	r.store.change(func(c *audible.Credentials) { c.RefreshToken = "" })
	fresh := audible.NewClient(audible.ClientOptions{Credentials: r.store, Transport: r.sim.Transport()})
	before := requests(r.sim, "/ap/exchangetoken/cookies")
	if _, _, err = fresh.ExchangeCookies(t.Context(), home); !errors.Is(err, audible.ErrNoCredentials) {
		t.Errorf("error %v without refresh token, want ErrNoCredentials", err)
	}
	if n := requests(r.sim, "/ap/exchangetoken/cookies"); n != before {
		t.Errorf("%d requests without refresh token, want none", n-before)
	}
}

func TestUserNamesGetTheirCookiesFromAudible(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{account: audiblesim.Account{Login: "kimsample", UserName: true, Marketplace: "uk", Marketplaces: map[string]int{"uk": 3}}})
	germany, err := audible.ParseMarketplace("de")
	if err != nil {
		t.Fatal(err)
	}
	cookies, _, err := r.client.ExchangeCookies(t.Context(), germany)
	if err != nil || len(cookies) == 0 || cookies[0].Domain != ".audible.de" {
		t.Errorf("%d cookies, %v; want some of .audible.de", len(cookies), err)
	}
	for endpoint := range r.sim.Counts().Requests {
		if strings.Contains(endpoint, "amazon") {
			t.Errorf("%s was asked for a user name", endpoint)
		}
	}
	if profile, err := r.client.Profile(t.Context()); err != nil || profile.UserID == "" {
		t.Errorf("Profile: %+v, %v", profile, err)
	}
}

// loadCredentials returns the rig's credentials, changed.
func (r *rig) loadCredentials(t *testing.T, change func(*audible.Credentials)) audible.Credentials {
	t.Helper()
	creds, _, err := r.store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	change(&creds)
	return creds
}

func TestADeregistrationThatCannotBeProvenIsNotMade(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	for name, change := range map[string]func(*audible.Credentials){
		"no token":       func(c *audible.Credentials) { c.AccessToken, c.RefreshToken = "", "" },
		"an ended token": func(c *audible.Credentials) { c.AccessTokenExpires, c.RefreshToken = time.Now().Add(-time.Hour), "" },
		"a minute's rest": func(c *audible.Credentials) {
			c.AccessTokenExpires, c.RefreshToken = time.Now().Add(50*time.Second), ""
		},
	} {
		err := audible.Deregister(t.Context(), r.sim.Transport(), r.loadCredentials(t, change))
		if !errors.Is(err, audible.ErrNoCredentials) {
			t.Errorf("%s: error %v, want ErrNoCredentials", name, err)
		}
	}
	if n := requests(r.sim, "/auth/deregister") + requests(r.sim, "/auth/token"); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

func TestATokenThatDiedEarlyIsRefreshedToDeregister(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	if err := r.sim.ExpireAccessTokens(r.account.Login); err != nil {
		t.Fatal(err)
	}
	creds := r.loadCredentials(t, func(*audible.Credentials) {})
	if err := audible.Deregister(t.Context(), r.sim.Transport(), creds); err != nil {
		t.Fatalf("Deregister: %v", err)
	}
	if counts := r.sim.Counts(); counts.Deregistrations != 1 || counts.Refreshes != 1 {
		t.Errorf("%d deregistrations after %d refreshes, want 1 after 1", counts.Deregistrations, counts.Refreshes)
	}
	if err := audible.Deregister(t.Context(), r.sim.Transport(), creds); !errors.Is(err, audible.ErrRefused) {
		t.Errorf("second Deregister: error %v, want ErrRefused: the device is gone", err)
	}
}

func TestADeregistrationOutlivesTwoOutages(t *testing.T) {
	t.Parallel()
	for outages, want := range map[int]bool{2: true, 3: false} {
		inBubble(t, func(t *testing.T) {
			r := newRig(t, rigOptions{})
			fault := audiblesim.Fault{Kind: audiblesim.FaultStatus, Status: 503, Path: "/auth/deregister", Times: outages}
			if err := r.sim.SetFaults(fault); err != nil {
				t.Fatal(err)
			}
			err := audible.Deregister(t.Context(), r.sim.Transport(), r.loadCredentials(t, func(*audible.Credentials) {}))
			if _, isOutage := errors.AsType[*audible.OutageError](err); (err == nil) != want || isOutage == want {
				t.Errorf("%d outages: error %v, want success %t", outages, err, want)
			}
		})
	}
}

func TestAnswersThatAreCompressedSlowOrTurnedRoundAreRead(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]audiblesim.Fault{
		"compressed": {Kind: audiblesim.FaultGzip}, "slow": {Kind: audiblesim.FaultTrickle, Delay: 20 * time.Second},
		"turned round": {Kind: audiblesim.FaultReorder},
	} {
		inBubble(t, func(t *testing.T) {
			r := newRig(t, rigOptions{})
			want := r.mustList(t)
			if err := r.sim.SetFaults(fault); err != nil {
				t.Fatal(err)
			}
			r.calls.Store(0)
			got := r.mustList(t)
			if len(got.Items) != len(want.Items) || got.TotalCount != want.TotalCount || r.calls.Load() != 1 {
				t.Fatalf("%s: %d items of %d in %d requests, want %d in one", name, len(got.Items), got.TotalCount, r.calls.Load(), len(want.Items))
			}
			for i, item := range got.Items {
				before := want.Items[i]
				same := item.ASIN == before.ASIN && len(item.Narrators) == len(before.Narrators) && item.RuntimeMinutes == before.RuntimeMinutes
				if !same || item.Title != before.Title || len(item.Authors) != len(before.Authors) {
					t.Errorf("%s: item %d is %q by %d, want %q by %d", name, i, item.Title, len(item.Authors), before.Title, len(before.Authors))
				}
			}
		})
	}
}

// TestWaitingIsRealWithoutAClock: a client that is given no clock waits on the
// real one between its attempts, and stops waiting when its caller does.
func TestWaitingIsRealWithoutAClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, rigOptions{client: func(o *audible.ClientOptions) { o.Rand = func() float64 { return 1 } }})
		if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultRateLimit, RetryAfter: "30", Path: "/1.0/library"}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		began := time.Now()
		time.AfterFunc(45*time.Second, func() { cancel(enough) })
		_, err := r.client.Library(ctx, audible.LibraryQuery{})
		if waited := time.Since(began); !errors.Is(err, enough) || waited != 45*time.Second || r.calls.Load() != 2 {
			t.Errorf("error %v after %v and %d requests, want the caller's after 45s and 2", err, waited, r.calls.Load())
		}
	})
}

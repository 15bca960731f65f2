package audiblesim_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestACodeLivesFiveMinutesToTheSecond(t *testing.T) {
	t.Parallel()
	for age, want := range map[time.Duration]int{5*time.Minute - time.Second: http.StatusOK, 5 * time.Minute: http.StatusBadRequest} {
		ticking := newClock()
		s := newSim(t, audiblesim.Options{Now: ticking.now}, audiblesim.Account{})
		c := newApp(t, s.Transport(), "us")
		c.open()
		c.signIn(kim, "right horse")
		ticking.at = ticking.at.Add(age)
		status, body := c.postJSON("https://api.amazon.com/auth/register", c.registration(c.code()))
		if status != want || (want != http.StatusOK) != strings.Contains(string(body), `"InvalidToken"`) {
			t.Errorf("a code of %v = %d %.80s, want %d", age, status, body, want)
		}
	}
}

func TestAnAccessTokenLivesAnHourToTheSecond(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{Books: 1}, audiblesim.Account{})
	header := func() http.Header { return http.Header{"X-Amz-Access-Token": {e.device.Tokens.Bearer.Access}} }
	e.clock.at = e.clock.at.Add(time.Hour - time.Second)
	if status, body := e.library(header()); status != http.StatusOK {
		t.Errorf("a second before the hour = %d %s, want 200", status, body)
	}
	e.clock.at = e.clock.at.Add(time.Second)
	if status, body := e.library(header()); status != http.StatusUnauthorized || !strings.Contains(body, `"invalid_token"`) {
		t.Errorf("at the hour = %d %s, want 401", status, body)
	}
}

func TestASignaturesTimeMayBeOffByAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{Books: 1}, audiblesim.Account{})
	e.clock.at = time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	for date, want := range map[string]int{
		"2026-03-04T04:45:00Z": http.StatusOK, "2026-03-04T05:15:00Z": http.StatusOK,
		"2026-03-04T04:44:59Z": http.StatusForbidden, "2026-03-04T05:15:01Z": http.StatusForbidden,
		"2026-03-04T06:15:00+01:00Z": http.StatusForbidden, // the odd form is known for UTC alone
	} {
		if status, body := e.signed("https://api.audible.com/1.0/library", date); status != want {
			t.Errorf("signed at %s = %d %.80s, want %d", date, status, body, want)
		}
	}
}

func TestAnApprovalTakesAsManyLooksAsAsked(t *testing.T) {
	t.Parallel()
	for _, polls := range []int{1, 3} {
		s := newSim(t, audiblesim.Options{}, audiblesim.Account{Challenges: []string{"approval"}, ApprovalPolls: polls})
		c := newApp(t, s.Transport(), "us")
		c.open()
		c.signIn(kim, "right horse")
		looks := 0
		for ; c.code() == "" && looks < 10; looks++ {
			c.get(c.at.String())
		}
		if looks != polls {
			t.Errorf("approved after %d looks, want %d", looks, polls)
		}
	}
}

func TestABudgetIsFreshEveryMinute(t *testing.T) {
	t.Parallel()
	ticking := newClock()
	r := newReaderWith(t, audiblesim.Options{Seed: 7, Now: ticking.now}, map[string]int{"us": 1})
	r.sim.SetBudget(2, true)
	statuses := func(n int) (all []int, wait string) {
		for range n {
			a := r.get("/1.0/library")
			all, wait = append(all, a.status), a.header.Get("Retry-After")
		}
		return all, wait
	}
	if got, wait := statuses(3); !slices.Equal(got, []int{200, 200, 429}) || wait != "60" {
		t.Errorf("three calls = %v, wait %q; want the third refused for 60", got, wait)
	}
	ticking.at = ticking.at.Add(45 * time.Second)
	if got, wait := statuses(1); !slices.Equal(got, []int{429}) || wait != "15" {
		t.Errorf("45 seconds later = %v, wait %q; want it refused for 15", got, wait)
	}
	ticking.at = ticking.at.Add(15 * time.Second)
	if got, _ := statuses(3); !slices.Equal(got, []int{200, 200, 429}) {
		t.Errorf("a minute later = %v, want two more", got)
	}
	r.sim.SetBudget(0, false)
	if got, _ := statuses(3); !slices.Equal(got, []int{200, 200, 200}) {
		t.Errorf("without a budget = %v, want all", got)
	}
}

func TestAHandfulOfWishesIsFreshEverySecond(t *testing.T) {
	t.Parallel()
	ticking := newClock()
	r := newReaderWith(t, audiblesim.Options{Seed: 7, Now: ticking.now}, map[string]int{"us": 1})
	r.sim.SetQuirks(audiblesim.Quirks{WishlistWritesPerSecond: 1})
	asin := someTitle(t, r)
	write := func() int { return r.send(http.MethodPost, "com", "/1.0/wishlist", `{"asin":"`+asin+`"}`).status }
	got := []int{write(), write()}
	ticking.at = ticking.at.Add(time.Second)
	if got = append(got, write()); !slices.Equal(got, []int{201, 500, 201}) {
		t.Errorf("two wishes in a second and one in the next = %v, want the second refused", got)
	}
}

func TestOrdersGoBackHalfAYear(t *testing.T) {
	t.Parallel()
	ticking := newClock()
	r := newReaderWith(t, audiblesim.Options{Seed: 7, Now: ticking.now}, map[string]int{"us": 0})
	bought, err := r.sim.AddTitles(readerLogin, "us", 1)
	if err != nil {
		t.Fatal(err)
	}
	half := ticking.at.AddDate(0, 6, 0)
	listed := func() bool {
		r.token = accessToken(t, r.sim) // the one before lived an hour
		return strings.Contains(string(r.get("/1.0/orders").body), bought[0])
	}
	if ticking.at = half.Add(-24 * time.Hour); !listed() {
		t.Error("an order of the last half year is not listed")
	}
	if ticking.at = half.Add(24 * time.Hour); listed() {
		t.Error("an older order is still listed")
	}
}

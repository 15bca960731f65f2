package audible_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// answering is a rig whose next answer for a path is the given one.
func answering(t *testing.T, path, body string) *rig {
	t.Helper()
	r := newRig(t, rigOptions{})
	r.sim.AnswerNext(audiblesim.NextAnswer{Path: path, Body: body})
	return r
}

func TestStatisticsAreReadInEveryFormOfANumber(t *testing.T) {
	t.Parallel()
	r := answering(t, "/1.0/stats/aggregates", `{
		"aggregated_daily_listening_stats":[{"interval_identifier":"2026-04-01","aggregated_sum":60000},
			{"interval_identifier":"2026-04-02","aggregated_sum":"120000"},{"interval_identifier":"2026-04-03","aggregated_sum":1.8E5},
			{"interval_identifier":"2026-04-04","aggregated_sum":null},{"interval_identifier":"2026-04-05","aggregated_sum":-5}, null],
		"aggregated_total_listening_stats":{"aggregated_sum":3600000},"other":[1,2]}`)
	got, err := r.client.ListeningStats(t.Context(), audible.StatsQuery{})
	if err != nil {
		t.Fatal(err)
	}
	want := audible.ListeningStats{Total: time.Hour, Daily: []audible.ListeningInterval{
		{Interval: "2026-04-01", Listened: time.Minute},
		{Interval: "2026-04-02", Listened: 2 * time.Minute},
		{Interval: "2026-04-03", Listened: 3 * time.Minute},
		{Interval: "2026-04-04"},
		{Interval: "2026-04-05"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ListeningStats (-want +got):\n%s", diff)
	}
}

func TestTheNewestMarkOfATitleWins(t *testing.T) {
	t.Parallel()
	r := answering(t, "/1.0/stats/status/finished", `{"mark_as_finished_status_list":[
		{"asin":"B1","is_marked_as_finished":true,"event_timestamp":"2026-01-01T00:00:00Z"},
		{"asin":"B2","is_marked_as_finished":"true","event_timestamp":"2026-01-02T00:00:00Z"},
		{"asin":"B1","is_marked_as_finished":false,"event_timestamp":"2026-03-01T00:00:00Z"},
		{"asin":"B1","is_marked_as_finished":true,"event_timestamp":"2026-02-01T00:00:00Z"},
		{"asin":null,"is_marked_as_finished":true}]}`)
	got, err := r.client.Finished(t.Context(), time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	want := []audible.FinishedMark{
		{ASIN: "B1", At: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
		{ASIN: "B2", Finished: true, At: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Finished: %v (-want +got):\n%s", err, diff)
	}
}

func TestPositionsWithoutOneAreLeftOut(t *testing.T) {
	t.Parallel()
	r := answering(t, "/1.0/annotations/lastpositions", `{"asin_last_position_heard_annots":[
		{"asin":"B1","last_position_heard":{"position_ms":372000,"last_updated":"2026-09-30 12:33:04.122","status":"Exists"}},
		{"asin":"B2","last_position_heard":{"status":"DoesNotExist"}},
		{"asin":"B3","last_position_heard":{"position_ms":"1000","status":"Exists"}},
		{"asin":"B4","last_position_heard":null}, null]}`)
	got, err := r.client.LastPositions(t.Context(), []string{"B1", "B2", "B3", "B4"})
	want := []audible.Position{
		{ASIN: "B1", At: 372 * time.Second, UpdatedAt: time.Date(2026, 9, 30, 12, 33, 4, 122_000_000, time.UTC)},
		{ASIN: "B3", At: time.Second},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("LastPositions: %v (-want +got):\n%s", err, diff)
	}
}

func TestAMembershipIsReadWhole(t *testing.T) {
	t.Parallel()
	r := answering(t, "/1.0/account/information", `{"customer_information":{"segment":{"active_segment":"CreditAL","x":1},
		"subscription":{"subscription_details":[{"status":"Active","auto_renew_enabled":true,
			"subscription_start_date":"2020-01-02T03:04:05.000Z","expected_status_end_date":"2027-01-02T03:04:05.000Z",
			"next_bill_date":"2026-12-02T03:04:05.000Z","next_bill_amount":{"amount":9.949999809,"currency":"EUR"},
			"plan":{"membership_plan_details":{"title":"Audible","z":[]},"y":0},"offers":[{"a":{}}]}]},"profile":{"e":"x"}},"q":null}`)
	got, err := r.client.AccountInformation(t.Context())
	day := func(year, month int) time.Time { return time.Date(year, time.Month(month), 2, 3, 4, 5, 0, time.UTC) }
	want := audible.AccountInformation{Segment: "CreditAL", Subscriptions: []audible.Subscription{{
		Status: "Active", Plan: "Audible", Renews: audible.FlagTrue, StartedAt: day(2020, 1), EndsAt: day(2027, 1),
		NextBillAt: day(2026, 12), NextBill: audible.Amount{Base: 9.949999809, Currency: "EUR"},
	}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("AccountInformation: %v (-want +got):\n%s", err, diff)
	}
}

func TestCookiesAreReadInTheOtherFormToo(t *testing.T) {
	t.Parallel()
	germany, _ := audible.ParseMarketplace("de")
	const path = "/ap/exchangetoken/cookies"
	r := answering(t, path, `{"response":{"tokens":{"cookies":{".amazon.de":[
		{"Name":"at-acbde","Value":"\"Atza|x\"","Path":"/","Secure":true,"HttpOnly":"true","Expires":"11 Jun 2046 20:06:35 GMT"},
		{"Name":"","Value":"y"},{"Name":"x-acbde","Value":"z","Domain":".other","Expires":"soon"}]},"ttl":60}}}`)
	got, life, err := r.client.ExchangeCookies(t.Context(), germany)
	want := []audible.Cookie{
		{
			Name: "at-acbde", Value: "Atza|x", Domain: ".amazon.de", Path: "/", Secure: true, HTTPOnly: true,
			Expires: time.Date(2046, 6, 11, 20, 6, 35, 0, time.UTC),
		},
		{Name: "x-acbde", Value: "z", Domain: ".other"},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" || life != time.Minute {
		t.Errorf("ExchangeCookies: %v, %s (-want +got):\n%s", err, life, diff)
	}
	r.sim.AnswerNext(audiblesim.NextAnswer{Path: path, Body: `{"response":{"tokens":{"cookies":{}}}}`})
	_, _, err = r.client.ExchangeCookies(t.Context(), germany)
	wantError(t, err, audible.ErrUnexpected)
	r.sim.AnswerNext(audiblesim.NextAnswer{Path: path, Status: 400, Body: `{"error":"invalid_grant"}`})
	_, _, err = r.client.ExchangeCookies(t.Context(), germany)
	wantError(t, err, audible.ErrRefused)
	r.store.change(func(c *audible.Credentials) { c.RefreshToken = "" })
	fresh := audible.NewClient(audible.ClientOptions{Credentials: r.store, Transport: r.sim.Transport()})
	_, _, err = fresh.ExchangeCookies(t.Context(), germany)
	wantError(t, err, audible.ErrNoCredentials)
}

func TestErrorsSayWhatTheServerSaidInEveryShape(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"message":"Request could not be read"}`:                                          `library: status 422: "Request could not be read"`,
		`{"error_code":"000307","message":"No response groups populated."}`:                `library: status 422 000307: "No response groups populated."`,
		`{"error_code":null,"message":"Invalid response group(s) requested: x"}`:           `library: status 422: "Invalid response group(s) requested: x"`,
		`{"error":"InvalidValue","error_description":"Bad\u0000 \u202evalue\n\there"}`:     `library: status 422 InvalidValue: "Bad value here"`,
		`{"response":{"error":{"code":"InvalidValue","message":"no"}},"request_id":"5b1"}`: `library: status 422 InvalidValue: "no"`,
		`{"error":{"code":"E1","message":"m"}}`:                                            `library: status 422 E1: "m"`,
		`not json`:                                                                         `library: status 422`,
		``:                                                                                 `library: status 422`,
		`[1]`:                                                                              `library: status 422`,
		`{"message":"the token Atna|abc is bad"}`:                                          `library: status 422: "(not shown: it quotes a secret)"`,
		`{"message":"` + strings.Repeat("ä", 300) + `"}`:                                   `library: status 422: "` + strings.Repeat("ä", 200) + `…"`,
	} {
		r := newRig(t, rigOptions{})
		r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/1.0/library", Status: 422, Body: body})
		_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
		if err == nil || err.Error() != want {
			t.Errorf("for %.60s: error %q, want %q", body, err, want)
		}
	}
}

func TestOutagesSayWhatHappened(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]*audible.OutageError{
		"library: status 503, retry after 30s": {Endpoint: "library", Status: 503, RetryAfter: 30 * time.Second},
		"wishlist: the answer is not JSON":     {Endpoint: "wishlist", Err: audible.ErrNotJSON},
	} {
		if err.Error() != want {
			t.Errorf("error %q, want %q", err, want)
		}
	}
}

func TestUnknownEncodingsAreAnOutage(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		r.sim.AnswerNext(audiblesim.NextAnswer{
			Path: "/1.0/library", Times: 6, Body: "xyz", Header: http.Header{"Content-Encoding": {"br"}},
		})
		_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
		if _, ok := errors.AsType[*audible.OutageError](err); !ok || !strings.Contains(err.Error(), `unknown encoding "br"`) {
			t.Errorf("error %v", err)
		}
		r.sim.AnswerNext(audiblesim.NextAnswer{
			Path: "/1.0/library", Body: "xyz", Header: http.Header{"Content-Encoding": {"gzip"}},
		})
		r.mustList(t)
	})
}

func TestAProfileNeedsATokenAndSaysWhose(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		if err := errors.Join(r.sim.RefuseRefreshTokens(r.account.Login), r.sim.ExpireAccessTokens(r.account.Login)); err != nil {
			t.Fatal(err)
		}
		_, err := r.client.Profile(t.Context())
		wantError(t, err, audible.ErrRefused)
		if n := r.sim.Counts().SignedCalls; n != 0 {
			t.Errorf("%d signed calls, want none", n)
		}
		other := answering(t, "/user/profile", `{"name":"Kim"}`)
		other.sim.AnswerNext(audiblesim.NextAnswer{Path: "/user/profile", Times: 5, Body: `{"name":"Kim"}`})
		_, err = other.client.Profile(t.Context())
		wantError(t, err, audible.ErrUnexpected)
	})
}

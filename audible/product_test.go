package audible_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
)

// readItem reads one library item.
func readItem(t *testing.T, fields string) audible.Product {
	t.Helper()
	page, listed, err := audible.ReadLibrary(strings.NewReader(`{"items":[{"asin":"B0",`+fields+`}]}`), 64)
	if err != nil || !listed || len(page.Items) != 1 {
		t.Fatalf("item %s: %v", fields, err)
	}
	return page.Items[0]
}

func TestEveryFormOfTimeIsRead(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 9, 30, 12, 33, 4, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-09-30T12:33:04Z": want, "2026-09-30T12:33:04.122Z": want.Add(122 * time.Millisecond),
		"2026-09-30T12:33:04.00000Z": want, "2026-09-30 12:33:04.122": want.Add(122 * time.Millisecond),
		"2026-09-30T14:33:04+02:00": want, "2026-09-30T14:33:04+0200": want, "2026-09-30T12:33:04": want,
		" 2026-09-30 ": time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC), "": {}, "soon": {}, "2026-13-01": {}, "1700000000000": {},
	} {
		if got := audible.ParseTime(text); !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("ParseTime(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestTheLargestCoverIsKept(t *testing.T) {
	t.Parallel()
	got := readItem(t, `"product_images":{"500":"a","1215":"b","252":"c","99999":"d","x":"e","900":null}`)
	if got.CoverURL != "b" || got.CoverSize != 1215 {
		t.Errorf("cover %q of %d pixels, want b of 1215", got.CoverURL, got.CoverSize)
	}
}

func TestPlusIsToldByPlansAndNotByMusic(t *testing.T) {
	t.Parallel()
	for fields, want := range map[string]struct {
		plus  bool
		until string
	}{
		`"plans":[{"plan_name":"AccessViaMusic","end_date":"2099-12-31T00:00:00.00000Z"}]`: {false, "0001-01-01"},
		`"plans":[{"plan_name":"US Minerva","end_date":"2027-03-01T00:00:00.00000Z"}]`:     {true, "2027-03-01"},
		`"plans":[{"plan_name":"US Minerva","end_date":"2099-12-31T00:00:00.00000Z"}]`:     {true, "0001-01-01"},
		`"plans":[{"plan_name":"DE AYCL"},{"plan_name":"Free Tier"}]`:                      {true, "0001-01-01"},
		`"is_ayce":true,"customer_rights":{"is_consumable_until":"2027-01-02T12:00:00Z"}`:  {true, "2027-01-02"},
		`"is_ayce":false,"plans":null`: {false, "0001-01-01"},
	} {
		got := readItem(t, fields)
		if until := got.PlusUntil().Format(time.DateOnly); got.InPlus() != want.plus || until != want.until {
			t.Errorf("%s: in Plus %t until %s, want %t until %s", fields, got.InPlus(), until, want.plus, want.until)
		}
	}
}

func TestRemovedItemsAreToldInEveryWay(t *testing.T) {
	t.Parallel()
	for fields, want := range map[string]bool{
		`"status":"Active"`: false, `"status":"Revoked"`: true, `"status":"revoked"`: true, `"status":null`: false,
		`"library_status":{"is_visible":false}`: true, `"library_status":{"is_visible":true}`: false, `"library_status":null`: false,
	} {
		if got := readItem(t, fields).IsGone(); got != want {
			t.Errorf("%s: gone %t, want %t", fields, got, want)
		}
	}
	page, listed, err := audible.ReadLibrary(strings.NewReader(`{"deleted_asins":["B1",null],"removed_items":[{"asin":"B2"}]}`), 64)
	if err != nil || !listed || strings.Join(page.Removed, " ") != "B1 B2" {
		t.Errorf("removed %q, %v", page.Removed, err)
	}
}

func TestAnswersThatAreTooLargeAreRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{client: func(o *audible.ClientOptions) { o.Transport = endless{o.Transport} }})
	_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
	wantError(t, err, audible.ErrTooLarge)
	if outage, ok := errors.AsType[*audible.OutageError](err); !ok || outage.Endpoint != "library" || r.calls.Load() != 1 {
		t.Errorf("error %v after %d requests, want one request", err, r.calls.Load())
	}
}

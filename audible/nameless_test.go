package audible_test

import (
	"net/http"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

func TestANamelessPageIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for times, want := range map[int]int64{0: 1, 1: 2, 2: 3} {
		r := newRig(t, rigOptions{})
		if times > 0 {
			fault := audiblesim.Fault{Kind: audiblesim.FaultBlankNames, Path: "/1.0/library", Times: times}
			if err := r.sim.SetFaults(fault); err != nil {
				t.Fatal(err)
			}
		}
		page := r.mustList(t)
		if n := r.calls.Load(); n != want {
			t.Errorf("%d nameless answers: %d requests, want %d", times, n, want)
		}
		for _, item := range page.Items {
			if item.Title == "" || len(item.Authors) == 0 {
				t.Errorf("%d nameless answers: %s is called %q and by %d people", times, item.ASIN, item.Title, len(item.Authors))
			}
		}
	}
}

func TestAListingAsksForNamesAgainToo(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(120))
	if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultBlankNames, Path: "/1.0/library", Times: 2}); err != nil {
		t.Fatal(err)
	}
	nameless := 0
	listing, err := audible.ListLibrary(t.Context(), r.client, audible.ListOptions{PageSize: 50}, func(page audible.LibraryPage) error {
		for _, item := range page.Items {
			if item.Title == "" {
				nameless++
			}
		}
		return nil
	})
	if err != nil || listing.Unique != 120 || !listing.Complete || nameless != 0 {
		t.Errorf("%d titles, %d of them nameless, complete %t, %v; want 120 with names", listing.Unique, nameless, listing.Complete, err)
	}
}

func TestNamesThatAreNotMissingAreNotAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		groups, items string
		want          int64
	}{
		"no groups for names":            {"price", `{"asin":"B1"},{"asin":"B2"}`, 1},
		"names, no authors asked":        {"product_desc", `{"asin":"B1","title":"x"},{"asin":"B2","title":"y"}`, 1},
		"one title without authors":      {"", `{"asin":"B1","title":"x"}`, 1},
		"some titles with authors":       {"", `{"asin":"B1","title":"x"},{"asin":"B2","title":"y","authors":[{"name":"z"}]}`, 1},
		"returned titles":                {"", `{"asin":"B1","status":"Revoked"},{"asin":"B2","status":"Revoked"}`, 1},
		"nothing":                        {"", ``, 1},
		"no title":                       {"media", `{"asin":"B1","title":null}`, 3},
		"no authors of any":              {"", `{"asin":"B1","title":"x"},{"asin":"B2","title":"y","authors":null}`, 3},
		"no authors, groups with blanks": {"product_desc, contributors", `{"asin":"B1","title":"x"},{"asin":"B2","title":"y"}`, 3},
	} {
		r := newRig(t, rigOptions{})
		r.sim.AnswerNext(audiblesim.NextAnswer{
			Path: "/1.0/library", Times: 5, Body: `{"items":[` + c.items + `]}`, Header: http.Header{"Content-Type": {"application/json"}},
		})
		if _, err := r.client.Library(t.Context(), audible.LibraryQuery{Groups: c.groups}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := r.calls.Load(); n != c.want {
			t.Errorf("%s: %d requests, want %d", name, n, c.want)
		}
	}
}

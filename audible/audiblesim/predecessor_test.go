package audiblesim_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// predecessorGroups is what the earlier AudiPy asks for, in one parameter.
const predecessorGroups = "series,contributors,product_desc,media,price"

// owned is what the earlier AudiPy keeps of a title.
type owned struct {
	ASIN     string  `json:"asin"`
	Title    string  `json:"title"`
	Authors  []named `json:"authors"`
	Language string  `json:"language"`
	Series   []struct {
		Title string `json:"title"`
	} `json:"series"`
	Price *struct {
		Credit float64 `json:"credit_price"`
		Lowest struct {
			Base float64 `json:"base"`
			Type string  `json:"type"`
		} `json:"lowest_price"`
	} `json:"price"`
	Narrators []named `json:"narrators"`
}

func (o owned) series() []string {
	out := make([]string, 0, len(o.Series))
	for _, one := range o.Series {
		out = append(out, one.Title)
	}
	return out
}

func names(people []named) []string {
	out := make([]string, 0, len(people))
	for _, one := range people {
		out = append(out, one.Name)
	}
	return out
}

// sync reads a library as the earlier AudiPy does: one page after the other,
// until one is not full. It fails on a title that comes twice.
func (s signer) sync(size int) (titles map[string]owned, requests int) {
	s.t.Helper()
	titles = make(map[string]owned)
	for page := 1; ; page++ {
		got := decode[struct{ Items []owned }](s.t, s.get("/1.0/library",
			"num_results", strconv.Itoa(size), "page", strconv.Itoa(page), "response_groups", predecessorGroups)).Items
		requests++
		for _, one := range got {
			if _, twice := titles[one.ASIN]; twice || one.ASIN == "" {
				s.t.Errorf("page %d: title %q comes twice or without ASIN", page, one.ASIN)
			}
			titles[one.ASIN] = one
		}
		if len(got) < size {
			return titles, requests
		}
	}
}

func TestThePredecessorSyncs(t *testing.T) {
	t.Parallel()
	for books, requests := range map[int]int{0: 1, 696: 1, 1000: 2} {
		e, old := newSigner(t, audiblesim.Options{Books: books})
		titles, made := old.sync(1000)
		want, _ := e.sim.Titles(kim, "us")
		if len(titles) != len(want) || made != requests {
			t.Errorf("%d books: %d titles in %d requests, want %d in %d", books, len(titles), made, len(want), requests)
		}
	}
}

// TestThePredecessorAsksOnePageTooMany: a library whose last page is full is
// read one page further, which the service refuses beyond 10,000.
func TestThePredecessorAsksOnePageTooMany(t *testing.T) {
	t.Parallel()
	e, old := newSigner(t, audiblesim.Options{Books: 20})
	eleventh := []string{"num_results", "1000", "page", "11", "response_groups", predecessorGroups}
	if a := old.get("/1.0/library", eleventh...); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), "Implied library size is unsupported") {
		t.Errorf("page 11 of 1000 = %d %s, want 400", a.status, a.body)
	}
	e.sim.SetQuirks(audiblesim.Quirks{AnyLibrarySize: true})
	if a := old.get("/1.0/library", eleventh...); a.status != http.StatusOK || !strings.Contains(string(a.body), `"items":[]`) {
		t.Errorf("page 11 of 1000 with any size = %d %s, want an empty page", a.status, a.body)
	}
}

// find searches the catalogue as the earlier AudiPy does: the first page, no
// page number.
func (s signer) find(groups, by, what string) []owned {
	s.t.Helper()
	return decode[struct{ Products []owned }](s.t, s.get("/1.0/catalog/products",
		"num_results", "50", "response_groups", groups, by, what)).Products
}

// TestThePredecessorRecommends: it keeps what really is of the series, the
// author or the narrator it asked for, in its language, at a member's price.
func TestThePredecessorRecommends(t *testing.T) {
	t.Parallel()
	_, old := newSigner(t, audiblesim.Options{Books: 200})
	titles, _ := old.sync(1000)
	kept := map[string]int{}
	keep := func(by, name string, found []owned, of func(owned) []string) {
		for _, one := range found {
			_, has := titles[one.ASIN]
			if !has && one.Language == "english" && one.Price != nil && one.Price.Lowest.Type == "member" && slices.Contains(of(one), name) {
				kept[by]++
			}
		}
	}
	const withoutSeries = "contributors,product_desc,media,price"
	for _, one := range titles {
		if len(one.Series) > 0 && kept["title"] == 0 {
			name := one.Series[0].Title
			keep("title", name, old.find(predecessorGroups, "title", name), owned.series)
		}
		if len(one.Authors) > 0 && kept["author"] == 0 {
			name := one.Authors[0].Name
			keep("author", name, old.find(withoutSeries, "author", name), func(p owned) []string { return names(p.Authors) })
		}
		if len(one.Narrators) > 0 && kept["narrator"] == 0 {
			name := one.Narrators[0].Name
			keep("narrator", name, old.find(withoutSeries, "narrator", name), func(p owned) []string { return names(p.Narrators) })
		}
	}
	for _, by := range []string{"title", "author", "narrator"} {
		if kept[by] == 0 {
			t.Errorf("nothing to recommend by %s", by)
		}
	}
}

// TestThePredecessorsTokenIsStillTaken: versions before 2025 send the access
// token as a bearer's, with a client id; the service refuses that now, and
// took it then.
func TestThePredecessorsTokenIsStillTaken(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{Books: 1}, audiblesim.Account{})
	header := http.Header{"Authorization": {"Bearer " + e.device.Tokens.Bearer.Access}, "Client-Id": {"0"}}
	if status, body := e.library(header); status != http.StatusBadRequest {
		t.Errorf("bearer and client id = %d %s, want 400", status, body)
	}
	e.sim.AcceptOldBearer(true)
	if status, body := e.library(header); status != http.StatusOK {
		t.Errorf("bearer and client id of old = %d %s, want 200", status, body)
	}
}

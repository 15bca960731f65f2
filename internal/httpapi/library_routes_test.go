package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/librarysync"
)

// reader is somebody with a synced library of 30 titles in the US store and 3
// in the German one.
type reader struct {
	*browser
	user    audipy.UserID
	account audipy.AccountID
}

// reads sets a server up for one person with a library; the catalogue around it
// was asked a minute ago.
func (r *rig) reads(t *testing.T) *reader {
	t.Helper()
	b := r.setUp(t)
	people, err := r.Users(t.Context())
	must(t, err)
	one := &reader{browser: b, user: people[0].ID}
	one.account = r.link(t, one.user)
	r.sync(t, one.user, one.account)
	must(t, r.advice.RefreshCatalog(t.Context(), one.user, nil))
	r.Clock.Advance(time.Minute)
	return one
}

// link links the simulated account of amazonLogin to a person, by a file.
func (r *rig) link(t *testing.T, user audipy.UserID) audipy.AccountID {
	t.Helper()
	data, err := r.sim.CredentialFile(amazonLogin, "us")
	must(t, err)
	found, _, err := authfile.Read(data, authfile.ReadOptions{})
	must(t, err)
	linked, err := r.accounts.LinkCredentials(t.Context(), user, found[0].Credentials)
	must(t, err)
	return linked.Account.ID
}

func (r *rig) sync(t *testing.T, user audipy.UserID, id audipy.AccountID) {
	t.Helper()
	_, err := r.syncs.Sync(t.Context(), librarysync.Request{User: user, Account: id})
	must(t, err)
}

// page asks for a part of the library.
func (b *browser) page(t *testing.T, query string) httpapi.LibraryPage {
	t.Helper()
	var page httpapi.LibraryPage
	b.get(t, "/api/v1/library?"+query).into(t, http.StatusOK, &page)
	return page
}

func TestTheLibraryIsListedPageByPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		seen := map[string]bool{}
		query := url.Values{"limit": {"7"}, "sort": {"author"}}
		for pages := 1; ; pages++ {
			page := one.page(t, query.Encode())
			for _, item := range page.Items {
				seen[item.Marketplace+item.ASIN] = true
			}
			if page.Total != 33 {
				t.Errorf("the total of page %d is %d", pages, page.Total)
			}
			if page.Next == "" {
				if pages != 5 {
					t.Errorf("%d pages, want 5", pages)
				}
				break
			}
			query.Set("cursor", page.Next)
		}
		if len(seen) != 33 {
			t.Errorf("%d titles on all pages, want 33", len(seen))
		}
	})
}

func TestTheLibraryIsChosenFrom(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		first := one.page(t, "limit=1").Items[0]
		for query, want := range map[string]func(httpapi.Item) bool{
			"marketplace=de":       func(i httpapi.Item) bool { return i.Marketplace == "de" },
			"language=german":      func(i httpapi.Item) bool { return i.Language == "german" },
			"finished=true":        func(i httpapi.Item) bool { return i.Finished },
			"finished=false":       func(i httpapi.Item) bool { return !i.Finished },
			"plus=false":           func(i httpapi.Item) bool { return !i.Plus },
			"min_minutes=600":      func(i httpapi.Item) bool { return i.RuntimeMinutes >= 600 },
			"max_minutes=599":      func(i httpapi.Item) bool { return i.RuntimeMinutes <= 599 },
			"status=active":        func(i httpapi.Item) bool { return i.Status == "active" },
			"search=" + first.ASIN: func(i httpapi.Item) bool { return i.ASIN == first.ASIN },
			"author=" + url.QueryEscape(first.Authors[0].Name): func(i httpapi.Item) bool {
				return i.Authors[0].Name == first.Authors[0].Name
			},
			"account=" + string(one.account): func(httpapi.Item) bool { return true },
		} {
			page := one.page(t, "limit=100&"+query)
			if len(page.Items) == 0 || page.Total != len(page.Items) {
				t.Errorf("%s chooses %d titles of %d", query, len(page.Items), page.Total)
			}
			for _, item := range page.Items {
				if !want(item) {
					t.Errorf("%s chooses %q", query, item.Title)
				}
			}
		}
		if page := one.page(t, "account=another"); page.Total != 0 || page.Items == nil {
			t.Errorf("an account of nobody has %d titles", page.Total)
		}
	})
}

func TestAnUnchangedLibraryIsNotSentAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		for _, path := range []string{
			"/api/v1/library?limit=5", "/api/v1/library/facets", "/api/v1/library/timeline", "/api/v1/series",
			"/api/v1/suggestions?limit=5",
		} {
			first := one.get(t, path)
			tag := first.header.Get("ETag")
			has := func(req *http.Request) { req.Header.Set("If-None-Match", `"other", W/`+tag) }
			again := one.do(t, http.MethodGet, path, nil, has)
			if tag == "" || again.status != http.StatusNotModified || len(again.body) != 0 || again.header.Get("ETag") != tag {
				t.Errorf("%s with the tag %q of it: %d %s", path, tag, again.status, again.body)
			}
		}
		tag := one.get(t, "/api/v1/library").header.Get("ETag")
		asin, err := r.sim.AddTitles(amazonLogin, "us", 1)
		must(t, err)
		r.sync(t, one.user, one.account)
		has := func(req *http.Request) { req.Header.Set("If-None-Match", tag) }
		if changed := one.do(t, http.MethodGet, "/api/v1/library", nil, has); changed.status != http.StatusOK {
			t.Errorf("after %s was bought: %d", asin, changed.status)
		}
	})
}

func TestACursorIsGoodForItsPersonAndItsQuestion(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2", "9.1.1", "9.2.3")
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		cursor := one.page(t, "limit=5").Next
		other := r.joins(t, "bob@example.com")
		for name, answered := range map[string]answer{
			"another question": one.get(t, "/api/v1/library?sort=author&cursor="+cursor),
			"another filter":   one.get(t, "/api/v1/library?language=german&cursor="+cursor),
			"another list":     one.get(t, "/api/v1/suggestions?cursor="+cursor),
			"another person":   other.get(t, "/api/v1/library?cursor="+cursor),
			"one letter less":  one.get(t, "/api/v1/library?cursor="+cursor[:len(cursor)-1]),
			"one letter more":  one.get(t, "/api/v1/library?cursor="+cursor+"A"),
			"made up":          one.get(t, "/api/v1/library?cursor="+strings.Repeat("A", 60)),
			"no base64":        one.get(t, "/api/v1/library?cursor=***"),
			"too short":        one.get(t, "/api/v1/library?cursor=AAAA"),
		} {
			t.Run(name, func(t *testing.T) { answered.wantProblem(t, http.StatusBadRequest, "cursor_invalid") })
		}
	})
}

func TestFacetsCountTheLibrary(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		var f httpapi.Facets
		one.get(t, "/api/v1/library/facets").into(t, http.StatusOK, &f)
		if f.Total != 33 || f.TotalMinutes == 0 || len(f.Authors) == 0 || len(f.Languages) == 0 {
			t.Errorf("%+v", f)
		}
		if len(f.Accounts) != 1 || f.Accounts[0].ID != string(one.account) || f.Accounts[0].Count != 33 || f.Accounts[0].Name == "" {
			t.Errorf("accounts %+v", f.Accounts)
		}
		if want := (httpapi.Tally{Value: "us", Count: 30}); f.Marketplaces[0] != want {
			t.Errorf("marketplaces %+v", f.Marketplaces)
		}
		var timeline httpapi.Timeline
		one.get(t, "/api/v1/library/timeline").into(t, http.StatusOK, &timeline)
		last, sum := timeline.Months[len(timeline.Months)-1], 0
		for i, month := range timeline.Months {
			sum += month.Added
			if month.Total != sum || i > 0 && month.Month <= timeline.Months[i-1].Month {
				t.Errorf("month %d is %+v, after %d titles", i, month, sum)
			}
		}
		if last.Total != 33 {
			t.Errorf("the last month is %+v", last)
		}
	})
}

func TestNobodyElsesLibraryIsSeen(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2", "8.4.1")
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		item := one.page(t, "limit=1").Items[0]
		other := r.joins(t, "bob@example.com")
		if page := other.page(t, "search="+item.ASIN); page.Total != 0 {
			t.Errorf("another person finds %d titles", page.Total)
		}
		if page := other.page(t, "account="+string(one.account)); page.Total != 0 {
			t.Errorf("another person finds %d titles by the account", page.Total)
		}
		other.get(t, "/api/v1/books/"+item.Marketplace+"/"+item.ASIN).wantProblem(t, http.StatusNotFound, "not_found")
		var series httpapi.SeriesList
		one.get(t, "/api/v1/series").into(t, http.StatusOK, &series)
		other.get(t, "/api/v1/series/"+series.Items[0].ID).wantProblem(t, http.StatusNotFound, "not_found")
		r.browser().get(t, "/api/v1/library").wantProblem(t, http.StatusUnauthorized, "unauthorized")
	})
}

func TestWhatNoFilterTakesIsRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.2.1", "15.3.7")
	r := onSQLite(t)
	one := r.reads(t)
	for _, query := range []string{
		"sort=password_hash", "sort=id%3Bdrop", "limit=0", "limit=501", "limit=-1", "limit=abc", "finished=maybe",
		"status=other", "min_minutes=-1", "min_minutes=1e308", "max_minutes=NaN", "search=" + strings.Repeat("a", 501),
	} {
		got := one.get(t, "/api/v1/library?"+query)
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%.40s answered %d %s", query, got.status, got.body)
		}
	}
	one.get(t, "/api/v1/library?limit=5&limit=6").wantProblem(t, http.StatusBadRequest, "duplicate_parameter")
	one.get(t, "/api/v1/library?search=a%00b").wantProblem(t, http.StatusBadRequest, "invalid_path")
	one.get(t, "/api/v1/library?page=2").wantProblem(t, http.StatusBadRequest, "unknown_field")
	one.get(t, "/api/v1/library?search="+url.QueryEscape(strings.Repeat("word ", 13))).
		wantProblem(t, http.StatusUnprocessableEntity, "invalid")
}

func TestTheLibraryIsExported(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "5.4.1", "5.4.2")
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		table := one.get(t, "/api/v1/library/export?format=csv")
		lines := strings.Split(strings.TrimSpace(string(table.body)), "\n")
		if table.status != http.StatusOK || len(lines) != 34 || !strings.HasPrefix(lines[0], "asin,title,") {
			t.Errorf("%d lines: %.200s", len(lines), table.body)
		}
		want := `attachment; filename="audipy-library-` + r.Clock.Now().UTC().Format(time.DateOnly) + `.csv"`
		if got := table.header.Get("Content-Disposition"); got != want {
			t.Errorf("the file is %s, want %s", got, want)
		}
		var items []httpapi.Item
		one.get(t, "/api/v1/library/export?format=json").into(t, http.StatusOK, &items)
		if len(items) != 33 || items[0].Title == "" {
			t.Errorf("%d titles in JSON", len(items))
		}
		if other := r.joins(t, "bob@example.com").get(t, "/api/v1/library/export?format=json"); string(other.body) != "[]\n" {
			t.Errorf("another person gets %.100s", other.body)
		}
		one.get(t, "/api/v1/library/export?format=exe").wantProblem(t, http.StatusUnprocessableEntity, "invalid")
	})
}

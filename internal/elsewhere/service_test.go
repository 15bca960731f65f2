package elsewhere_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/elsewhere"
	"github.com/audipy/audipy/internal/elsewhere/shelftest"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

func TestMain(m *testing.M) {
	defer storetest.Sweep()
	m.Run()
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func codeOf(err error) string {
	if known, ok := errors.AsType[*audipy.Error](err); ok {
		return known.Code
	}
	return ""
}

const apiKey = "abs_a-made-up-key"

// world is a person with a server outside of Audible.
type world struct {
	*storetest.DB
	user    audipy.UserID
	shelf   *shelftest.Server
	address string
	advice  *advice.Service
	service *elsewhere.Service
}

func each(t *testing.T, run func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		w := &world{DB: db, user: must[audipy.User](t)(db.CreateUser(t.Context(), "kim@example.com")).ID}
		w.shelf = &shelftest.Server{Key: apiKey}
		server := httptest.NewServer(w.shelf)
		t.Cleanup(server.Close)
		w.address = server.URL
		w.advice = advice.New(advice.Options{Store: db.Store, Now: db.Clock.Now})
		w.service = w.within(t, "127.0.0.1/32")
		run(t, w)
	})
}

// within is the service of an operator who allows a network.
func (w *world) within(t *testing.T, network string) *elsewhere.Service {
	t.Helper()
	return elsewhere.New(elsewhere.Options{
		Store: w.Store, Advice: w.advice, Now: w.Clock.Now, Networks: []netip.Prefix{netip.MustParsePrefix(network)},
		Key: must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true})),
	})
}

// sells puts the volumes of a saga into the person's catalogue.
func (w *world) sells(t *testing.T, n int) {
	t.Helper()
	var products []audipy.Product
	for i := 1; i <= n; i++ {
		products = append(products, audipy.Product{Marketplace: "us", Edition: audipy.Edition{
			ASIN: fmt.Sprintf("B00000000%d", i), Title: fmt.Sprintf("Volume %d", i), Authors: []audipy.Contributor{{Name: "Ann Author"}},
			Series: []audipy.SeriesPlace{{ASIN: "S1", Title: "The Saga", Sequence: fmt.Sprint(i)}},
		}})
	}
	check(t, w.UpsertProducts(t.Context(), w.user, products))
}

func book(id, title, series, asin string) shelftest.Book {
	return shelftest.Book{ID: id, Title: title, Authors: "Ann Author, Bo Author", Series: series, ASIN: asin, AudioFiles: 1}
}

func TestWhatAServerHasCountsOnceThePersonSaysSo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.sells(t, 5)
		w.shelf.Set(
			book("a", "Something", "", " b000000001 "), book("b", "Volume 2", "Other, the Long One #1, The Saga #2", ""), book("c", "Volume 3", "", "not an ASIN"),
			book("d", "Nobody knows it", "", ""), shelftest.Book{ID: "e", Title: "Volume 4", Authors: "Ann Author"},
			shelftest.Book{ID: "f", Title: "Volume 4", Authors: "Ann Author", IsMissing: true, AudioFiles: 1},
		)
		check(t, w.service.Connect(ctx, w.user, w.address, apiKey))
		if err := w.service.Apply(ctx, w.user, true); codeOf(err) != "not_read" {
			t.Errorf("applied before it was read: %v", err)
		}
		next := must[time.Time](t)(w.service.ReadJob(ctx, store.Job{Kind: store.JobElsewhere, User: w.user}))
		if !next.Equal(w.Clock.Now().Add(24 * time.Hour)) {
			t.Errorf("due again at %v", next)
		}
		p := must[elsewhere.Preview](t)(w.service.Preview(ctx, w.user))
		if p.Titles != 4 || p.Unknown != 1 || p.Sure != 2 || len(p.Matches) != 3 || p.Matches[2].Confidence != recommend.ByName {
			t.Errorf("preview %+v", p)
		}
		counting := func() int {
			t.Helper()
			in := must[recommend.Input](t)(w.advice.Input(ctx, w.user))
			return len(in.Elsewhere.Copies)
		}
		if counting() != 0 {
			t.Error("it counts before the person said so")
		}
		check(t, w.service.Apply(ctx, w.user, false))
		if counting() != 4 {
			t.Error("it doesn't count")
		}
		check(t, w.service.Disconnect(ctx, w.user))
		if counting() != 0 {
			t.Error("it counts after it was removed")
		}
		if _, err := w.service.Server(ctx, w.user); audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("error = %v", err)
		}
	})
}

// TestAPreviewIsWorkedOutOnceForEachState: what the database says behind the
// store's back isn't looked at, since nothing says that it changed.
func TestAPreviewIsWorkedOutOnceForEachState(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		wants := func(when string, titles, sure int) {
			t.Helper()
			if p := must[elsewhere.Preview](t)(w.service.Preview(ctx, w.user)); p.Titles != titles || p.Sure != sure {
				t.Errorf("%s: %d titles and %d sure, want %d and %d", when, p.Titles, p.Sure, titles, sure)
			}
		}
		w.shelf.Set(book("a", "One", "", "B000000001"), book("b", "Two", "", "B000000002"))
		check(t, w.service.Connect(ctx, w.user, w.address, apiKey))
		check(t, w.service.Read(ctx, w.user))
		wants("at first", 2, 0)
		_, err := w.Raw.ExecContext(ctx, `DELETE FROM elsewhere_titles WHERE id = 'a'`)
		check(t, err)
		w.Clock.Advance(time.Hour)
		wants("in the same state", 2, 0)
		w.shelf.Set(book("a", "One", "", "B000000001"))
		check(t, w.service.Read(ctx, w.user))
		wants("read anew", 1, 0)
		w.sells(t, 1)
		wants("while the catalogue is written", 1, 0)
		w.Clock.Advance(10 * time.Second)
		wants("once it was written", 1, 1)
		check(t, w.service.Disconnect(ctx, w.user))
		wants("disconnected", 0, 0)
	})
}

func TestAServerIsReadPageByPageAndEachTitleOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var books []shelftest.Book
		for i := range 450 {
			books = append(books, book(fmt.Sprint("id", i), fmt.Sprint("Title ", i), "", ""))
		}
		w.shelf.Set(append(books, books[3])...)
		check(t, w.service.Connect(t.Context(), w.user, w.address, apiKey))
		check(t, w.service.Read(t.Context(), w.user))
		if p := must[elsewhere.Preview](t)(w.service.Preview(t.Context(), w.user)); p.Titles != 450 {
			t.Errorf("%d titles", p.Titles)
		}
		if w.shelf.Calls() != 1+1+3 { // of connecting; the libraries; three pages
			t.Errorf("%d calls", w.shelf.Calls())
		}
	})
}

func TestAServerThatFailsKeepsWhatItSaidAndThePersonSeesWhy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.shelf.Set(book("a", "One", "", ""))
		check(t, w.service.Connect(ctx, w.user, w.address, apiKey))
		check(t, w.service.Read(ctx, w.user))
		w.shelf.Key = "another"
		must[time.Time](t)(w.service.ReadJob(ctx, store.Job{Kind: store.JobElsewhere, User: w.user}))
		server := must[elsewhere.Server](t)(w.service.Server(ctx, w.user))
		if server.Failure != "The server doesn't take this API key." || server.FailedAt.IsZero() || server.Host != strings.TrimPrefix(w.address, "http://") {
			t.Errorf("server %+v", server)
		}
		if p := must[elsewhere.Preview](t)(w.service.Preview(ctx, w.user)); p.Titles != 1 {
			t.Errorf("%d titles", p.Titles)
		}
		w.shelf.Key = apiKey
		check(t, w.service.Read(ctx, w.user))
		if server := must[elsewhere.Server](t)(w.service.Server(ctx, w.user)); server.Failure != "" || !server.FailedAt.IsZero() {
			t.Errorf("server %+v", server)
		}
		check(t, w.service.Disconnect(ctx, w.user))
		if next := must[time.Time](t)(w.service.ReadJob(ctx, store.Job{Kind: store.JobElsewhere, User: w.user})); !next.IsZero() {
			t.Errorf("due again at %v", next)
		}
	})
}

func TestAddressAndKeyOfAServerAreSealed(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.3.3")
	each(t, func(t *testing.T, w *world) {
		check(t, w.service.Connect(t.Context(), w.user, w.address+"/", apiKey))
		found := must[store.ElsewhereServer](t)(w.ElsewhereServer(t.Context(), w.user))
		if len(found.Sealed) == 0 || bytes.Contains(found.Sealed, []byte(apiKey)) || bytes.Contains(found.Sealed, []byte("127.0.0.1")) {
			t.Error("the target lies open")
		}
		_, err := w.Raw.ExecContext(t.Context(), `UPDATE elsewhere_servers SET id = 'another'`)
		check(t, err)
		if server := must[elsewhere.Server](t)(w.service.Server(t.Context(), w.user)); server.Host != "" {
			t.Errorf("it opens in another row: %q", server.Host)
		}
	})
}

func TestServersLeadToThePublicNetworkOrWhereTheOperatorAllows(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.6")
	each(t, func(t *testing.T, w *world) {
		strict := w.within(t, "10.9.9.0/24")
		named := strings.Replace(w.address, "127.0.0.1", "localhost", 1)
		for _, address := range []string{w.address, named, "ftp://example.com", "https://user:pw@example.com", "nothing"} {
			if err := strict.Connect(t.Context(), w.user, address, apiKey); codeOf(err) != "target_invalid" {
				t.Errorf("%s: error = %v", address, err)
			}
		}
		if w.shelf.Calls() != 0 {
			t.Errorf("%d calls", w.shelf.Calls())
		}
	})
}

func TestWhatIsNoServerOfTheKindIsRefusedWithinBounds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, one := range map[string]struct {
			status     int
			body, code string
		}{
			"a page":         {200, "<html></html>", "no_such_server"},
			"another answer": {200, `{"items":[]}`, "no_such_server"},
			"null":           {200, `null`, "no_such_server"},
			"nothing":        {404, "", "no_such_server"},
			"a redirect":     {302, "", "no_such_server"},
			"a refusal":      {401, "", "key_refused"},
			"trouble":        {503, "", ""},
			"too many":       {200, `{"libraries":[` + strings.Repeat("{},", 20_000) + "{}]}", "no_such_server"},
			"no list":        {200, `{"libraries":{}}`, "no_such_server"},
			"too much":       {200, `{"libraries":["` + strings.Repeat("x", 9<<20), ""},
		} {
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/api/libraries" {
					t.Errorf("%s: a call to %s", name, r.URL.Path)
				}
				rw.Header().Set("Location", "/elsewhere")
				rw.WriteHeader(one.status)
				_, _ = rw.Write([]byte(one.body))
			}))
			err := w.service.Connect(t.Context(), w.user, server.URL, apiKey)
			server.Close()
			if kind := audipy.KindOf(err); err == nil || kind != audipy.Invalid && kind != audipy.Unavailable || codeOf(err) != one.code {
				t.Errorf("%s: error = %v", name, err)
			}
		}
		if _, err := w.service.Server(t.Context(), w.user); audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("something was kept: %v", err)
		}
	})
}

// A name of 700,000 parts is read no further than what is kept of it; reading each
// part with all before it would take hours.
func TestANameOfManyPartsIsCutAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/libraries" {
				_, _ = rw.Write([]byte(`{"libraries":[{"id":"a","mediaType":"book"}]}`))
				return
			}
			many := strings.Repeat("a, ", 2<<20/3)
			_, _ = fmt.Fprintf(rw, `{"total":1,"results":[{"id":"one","media":{"metadata":{"title":"One","seriesName":%q,"authorName":%[1]q}}}]}`, many)
		}))
		defer server.Close()
		check(t, w.service.Connect(t.Context(), w.user, server.URL, apiKey))
		check(t, w.service.Read(t.Context(), w.user))
		kept := must[[]audipy.ElsewhereCopy](t)(w.ElsewhereCopies(t.Context(), w.user))
		if len(kept) != 1 || len(kept[0].Series) != 1 || len(kept[0].Series[0].Title) > 400 || len(kept[0].Authors) != 20 {
			t.Errorf("kept = %.2000v", kept)
		}
	})
}

// A shelf may say as much of its titles as people do, and no more: what is kept
// of them lies in the server's memory and database.
func TestAServerFillsNeitherMemoryNorDatabase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, answer := range map[string]func(page string) string{
			"empty titles": func(string) string {
				return `{"total":9,"results":[` + strings.Repeat("{},", 20_000) + "{}]}"
			},
			"long names": func(page string) string {
				names := strings.Repeat(strings.Repeat("\U0001F4DA", 400)+",", 20)
				var all []string
				for i := range 100 {
					all = append(all, fmt.Sprintf(`{"id":"%s-%d","media":{"metadata":{"title":"One","authorName":"%[3]s","narratorName":"%[3]s"}}}`, page, i, names))
				}
				return `{"total":20000,"results":[` + strings.Join(all, ",") + "]}"
			},
		} {
			pages := 0
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/libraries" {
					_, _ = rw.Write([]byte(`{"libraries":[{"id":"a","mediaType":"book"}]}`))
					return
				}
				if pages++; pages > 4 {
					http.Error(rw, "more than was to be kept was read", http.StatusServiceUnavailable)
					return
				}
				_, _ = rw.Write([]byte(answer(r.URL.Query().Get("page"))))
			}))
			check(t, w.service.Connect(t.Context(), w.user, server.URL, apiKey))
			err := w.service.Read(t.Context(), w.user)
			server.Close()
			if err == nil || audipy.KindOf(err) != audipy.Invalid {
				t.Errorf("%s: error = %v", name, err)
			}
			if kept := must[[]audipy.ElsewhereCopy](t)(w.ElsewhereCopies(t.Context(), w.user)); len(kept) != 0 {
				t.Errorf("%s: %d titles were kept", name, len(kept))
			}
		}
	})
}

package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/canary"
)

// The mark of the first person, which is in all that they call something, and
// what stands beside it to break a page of somebody else's.
const (
	marked      = "Zq7Kim"
	markedName  = marked + " <img src=x onerror=audipyTaken=1>"
	markedEmail = "zq7kim@example.org"
)

// markedStore is a made-up Amazon whose British store, where the first person
// buys, puts the mark into every name.
type markedStore struct{ base http.RoundTripper }

func (m markedStore) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := m.base.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Hostname(), "audible.co.uk") || !strings.Contains(response.Header.Get("Content-Type"), "json") {
		return response, err
	}
	text, err := io.ReadAll(response.Body)
	_ = response.Body.Close() // all of it is read
	text = regexp.MustCompile(`"(title|name)": ?"`).ReplaceAll(text, []byte(`"$1":`+strings.TrimSuffix(quoted(markedName+" "), `"`)))
	response.Header.Del("Content-Length")
	response.ContentLength, response.Body = int64(len(text)), io.NopCloser(bytes.NewReader(text))
	return response, err
}

// Two people share a server, and even a browser one after the other. Whatever
// the second one opens, asks for by the first one's ids, searches, follows or
// finds in the browser, nothing of it is the first one's.
func TestNothingOfOnePersonIsSeenByAnother(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2", "8.4.1", "14.3.1")
	sim := audiblesim.New(audiblesim.Options{Seed: 7})
	check(t, sim.AddAccount(audiblesim.Account{Login: login, Password: password, Name: markedName, Marketplace: "uk", Marketplaces: map[string]int{"uk": 30}}))
	check(t, sim.AddAccount(audiblesim.Account{Login: robin, Password: password, Name: "Robin Reader", Marketplaces: map[string]int{"us": 30}}))
	setUp := startServer(t, markedStore{sim.Transport()}, nil)
	address, code, _ := strings.Cut(setUp, "/setup#")
	w := &watched{sim: sim, address: address}
	kim, theirs := w.firstPerson(t, code)
	other := w.secondPerson(t, kim)

	b := openTab(startChromium(t), t)
	b.signInAs(t, address, markedEmail, firstPassword)
	for _, path := range []string{"/next", "/series", "/accounts", "/notices", "/settings", "/security", "/people", theirs.book, "/library"} {
		b.open(t, address+path)
		b.settle(t, path)
	}
	b.wait(t, "see the mark", `document.querySelector("main").textContent.includes(`+quoted(markedName)+`)`)
	b.pressText(t, "Sign out")
	b.wait(t, "be asked to sign in", `location.pathname === "/sign-in"`)
	b.signInAs(t, address, robin, secondPassword)

	news := other.listen(t)
	kim.syncAgain(t, theirs.accounts[0])
	places := w.lookAround(t, b, theirs)
	places = append(places, other.asksForAll(t, theirs)...)
	other.syncAgain(t, other.accounts(t)[0])
	places = append(places, canary.Place{Name: "the stream of events", Data: news()})
	wantNone(t, places, theirs.canaries())
	b.wantSilence(t, ": 404", ": 403", ": 401", streamCut) // 401: what was asked as they signed out
}

// belongings are what the first person has, by which the second one asks.
type belongings struct {
	accounts, ids []string
	book, cover   string
}

// canaries are what to search for.
func (o belongings) canaries() []canary.Canary {
	all := []canary.Canary{{Kind: "name", Text: marked}, {Kind: "address", Text: markedEmail}}
	for _, id := range append(o.ids, o.accounts...) {
		all = append(all, canary.Canary{Kind: "id", Text: id})
	}
	return all
}

// firstPerson sets the server up, links an account and leaves something
// wherever somebody can.
func (w *watched) firstPerson(t *testing.T, code string) (*caller, belongings) {
	t.Helper()
	kim := w.caller()
	kim.must(t, http.MethodPost, "/setup", fields{"code": strings.TrimPrefix(code, "code="), "name": markedName, "email": markedEmail, "password": firstPassword}, nil)
	kim.must(t, http.MethodPost, "/session/step-up", fields{"password": firstPassword}, nil)
	link := kim.linkFile(t, login, "uk")
	var titles struct {
		Items []struct{ ASIN, Marketplace string }
	}
	kim.must(t, http.MethodGet, "/library", nil, &titles)
	title := titles.Items[0].Marketplace + "/" + titles.Items[0].ASIN
	var channel struct{ ID string }
	kim.must(t, http.MethodPost, "/notices/channels", fields{"kind": "webhook", "name": marked, "url": "https://localhost/" + marked}, &channel)
	var calendar struct{ Path string }
	kim.must(t, http.MethodPost, "/notices/calendar", nil, &calendar)
	kim.must(t, http.MethodPut, "/marks/"+title, fields{}, nil)
	kim.must(t, http.MethodGet, "/covers/"+title, nil, nil)
	theirs := belongings{accounts: kim.accounts(t), ids: []string{link, channel.ID, calendar.Path}, book: "/books/" + title, cover: "/covers/" + title}
	for _, list := range []string{"/sync-runs", "/sessions"} {
		var all struct{ Items []struct{ ID string } }
		kim.must(t, http.MethodGet, list, nil, &all)
		for _, one := range all.Items {
			theirs.ids = append(theirs.ids, one.ID)
		}
	}
	return kim, theirs
}

// secondPerson is invited by the first and has a library of their own.
func (w *watched) secondPerson(t *testing.T, kim *caller) *caller {
	t.Helper()
	var invite struct{ Path string }
	kim.must(t, http.MethodPost, "/admin/invites", fields{"email": robin}, &invite)
	_, token, _ := strings.Cut(invite.Path, "#")
	other := w.caller()
	other.must(t, http.MethodPost, "/registration", fields{"invite": token, "name": "Robin", "email": robin, "password": secondPassword}, nil)
	other.signIn(t, secondPassword)
	other.linkFile(t, robin, "us")
	return other
}

// linkFile links an account by its file and waits for its library. It returns
// the id of the link.
func (c *caller) linkFile(t *testing.T, login, marketplace string) string {
	t.Helper()
	file, err := c.w.sim.CredentialFile(login, marketplace)
	check(t, err)
	var l link
	c.must(t, http.MethodPost, "/account-links/import", fields{"file": string(file)}, &l)
	c.must(t, http.MethodPost, "/account-links/"+l.ID+"/confirm", nil, nil)
	c.awaitSync(t, "")
	return l.ID
}

// syncAgain lists the whole library anew.
func (c *caller) syncAgain(t *testing.T, account string) {
	t.Helper()
	before := c.newestRun(t).ID
	c.must(t, http.MethodPost, "/accounts/"+account+"/sync", fields{"full": true}, nil)
	c.awaitSync(t, before)
}

type syncRun struct{ ID, State string }

func (c *caller) newestRun(t *testing.T) syncRun {
	t.Helper()
	var runs struct{ Items []syncRun }
	c.must(t, http.MethodGet, "/sync-runs", nil, &runs)
	if len(runs.Items) == 0 {
		return syncRun{}
	}
	return runs.Items[0]
}

// awaitSync waits until a sync after the one with an id has succeeded.
func (c *caller) awaitSync(t *testing.T, before string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if run := c.newestRun(t); run.ID != before && run.State == "done" {
			return
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
	t.Fatalf("no sync came to its end; the newest is %+v", c.newestRun(t))
}

// listen follows the news until what it returns is called, which waits for an
// event and returns all that came.
func (c *caller) listen(t *testing.T) func() []byte {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	resp, err := new(http.Client).Do(c.request(ctx, t, http.MethodGet, "/events", nil))
	check(t, err)
	var all bytes.Buffer
	var reading sync.WaitGroup
	came := make(chan struct{})
	reading.Go(func() {
		defer resp.Body.Close()
		once := sync.OnceFunc(func() { close(came) })
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			all.WriteString(lines.Text() + "\n")
			if strings.HasPrefix(lines.Text(), "data:") {
				once()
			}
		}
	})
	return func() []byte {
		select {
		case <-came:
		case <-ctx.Done():
			t.Error("no event came")
		}
		stop()
		reading.Wait()
		return all.Bytes()
	}
}

// signInAs signs somebody in.
func (b *tab) signInAs(t *testing.T, address, email, secret string) {
	t.Helper()
	b.open(t, address+"/sign-in")
	b.fill(t, "input[name=email]", email)
	b.fill(t, "input[name=password]", secret)
	b.press(t, "button[type=submit]")
	b.wait(t, "sign in", `location.pathname === "/" && document.querySelector("h1")`)
}

// lookAround opens every page, those of the first person's things and those
// that the browser has been at before, and returns what it found there.
func (w *watched) lookAround(t *testing.T, b *tab, theirs belongings) []canary.Place {
	t.Helper()
	paths := []string{
		theirs.book, "/library?search=" + strings.ToLower(marked), "/series?search=" + strings.ToLower(marked), "/sync-runs?account=" + theirs.accounts[0],
		"/accounts/link/" + theirs.ids[0],
	}
	for _, v := range visits() {
		if !slices.Contains(paths, v.path) {
			paths = append(paths, v.path)
		}
	}
	var places []canary.Place
	for _, path := range paths {
		b.open(t, w.address+path)
		b.settle(t, path)
		places = append(places, b.found(t, path)...)
	}
	b.back(t, len(paths)) // to what the first person left
	for step := range 8 {
		b.back(t, 1)
		places = append(places, b.found(t, fmt.Sprintf("that is %d steps back", step))...)
	}
	return places
}

// back goes back in the browser's history, and waits for the page there.
func (b *tab) back(t *testing.T, steps int) {
	t.Helper()
	b.within(t, "go back", chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`globalThis.audipyLeft = location.href; history.go(-%d)`, steps)))
	b.wait(t, "go back", `globalThis.audipyLeft !== location.href`)
	b.settle(t, "an earlier page")
}

// found is what a page shows and keeps. An address of our own making is no find.
func (b *tab) found(t *testing.T, path string) []canary.Place {
	t.Helper()
	ctx, over := context.WithTimeout(b.ctx, patience)
	defer over()
	html, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(() => {
		const page = document.documentElement.cloneNode(true);
		for (const field of page.querySelectorAll("input[type=search]")) field.removeAttribute("value");
		return page.outerHTML;
	})()`))
	check(t, err)
	held, err := chromedp.Run(ctx, chromedp.Evaluate[string](keptByPage, chromedp.EvalAwaitPromise))
	check(t, err)
	return []canary.Place{{Name: "the page " + path, Data: []byte(html)}, {Name: "what the browser keeps at " + path, Data: []byte(held)}}
}

// asksForAll makes every call that only looks, those with an id by each of the
// first person's, and returns the answers.
func (c *caller) asksForAll(t *testing.T, theirs belongings) []canary.Place {
	t.Helper()
	var places []canary.Place
	ask := func(path string) int {
		status, data := c.do(t, http.MethodGet, path, nil)
		places = append(places, canary.Place{Name: "the answer to " + path, Data: data})
		return status
	}
	for _, op := range operations(t) {
		switch {
		case op.method != http.MethodGet || op.path == "/events" || op.path == "/calendars/{token}":
		case strings.Contains(op.path, "{id}"):
			for _, id := range append(theirs.ids, theirs.accounts...) {
				if status := ask(strings.ReplaceAll(op.path, "{id}", id)); status != http.StatusNotFound && status != http.StatusUnprocessableEntity {
					t.Errorf("%s with an id of somebody else's is answered %d", op.path, status)
				}
			}
		case strings.Contains(op.path, "{asin}"):
		default:
			ask(op.path)
		}
	}
	for _, path := range []string{theirs.cover, theirs.book} {
		if status := ask(path); status != http.StatusNotFound {
			t.Errorf("%s is answered %d", path, status)
		}
	}
	for _, path := range []string{"/library?search=" + marked, "/series?search=" + marked, "/library?account=" + theirs.accounts[0]} {
		ask(path)
	}
	return places
}

package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/canary"
	"github.com/audipy/audipy/internal/store/storetest"
)

// TestNoSecretLeavesTheServer uses a whole server with secrets that are known,
// in a browser and by every operation of the API, and then searches everything
// that came out of it or stayed on a disk for each of them, in every form.
// Requests are told from forged ones by their origin, so that there is no
// secret against forgery to look for.
func TestNoSecretLeavesTheServer(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.1.1", "14.2.1", "14.2.4", "14.3.3", "16.2.5")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		w := watch(t, db)
		b := openTab(startChromium(t), t)
		w.firstRun(t, b)
		c := w.caller()
		c.refused(t, http.MethodPost, "/session", fields{"email": robin, "password": guessedPassword}, http.StatusUnauthorized)
		c.signIn(t, firstPassword)
		c.linkByQuestions(t)
		c.linkByFiles(t)
		ids := c.accounts(t)
		c.storeSignIn(t, ids)
		c.follow(t, ids[0])
		c.usePrograms(t)
		w.readMetrics(t)
		c.changePasswords(t)
		w.walk(t, b)
		c.useFactors(t)
		c.invite(t)
		c.failAtAmazon(t, ids)
		c.askEverything(t)
		w.run(t, "", "user", "list")
		w.run(t, "", "status", "--as", robin)
		canaries := w.canaries(t)
		for _, kind := range []string{"access token", "refresh token", "ADP token", "device key", "authorization code", "PKCE verifier"} {
			if w.tap.Heard(kind) == 0 {
				t.Errorf("no %s went by: the run does not show what it should", kind)
			}
		}
		for _, kind := range []string{"code of a mail", authenticatorSeed, recoveryCode, inviteToken, apiToken, programToken, sessionCookie + " __Host-Http-audipy", sessionCookie + " __Host-Http-audipy-dev"} {
			if len(kinds(canaries, kind)) == 0 {
				t.Errorf("no %s went by: the run does not show what it should", kind)
			}
		}
		wantNone(t, w.places(t), canaries)
		w.wantFoundWhereTheyBelong(t, canaries)
	})
}

// kinds are the canaries whose kind begins so.
func kinds(canaries []canary.Canary, beginning string) []canary.Canary {
	var found []canary.Canary
	for _, c := range canaries {
		if strings.HasPrefix(c.Kind, beginning) {
			found = append(found, c)
		}
	}
	return found
}

// wantFoundWhereTheyBelong shows that the search would have found them.
func (w *watched) wantFoundWhereTheyBelong(t *testing.T, canaries []canary.Canary) {
	t.Helper()
	found := map[string]bool{}
	for _, p := range w.places(t) {
		for _, kind := range p.Belongs {
			p.Belongs = nil
			found[kind] = found[kind] || len(canary.Search([]canary.Place{p}, kinds(canaries, kind))) > 0
		}
	}
	for kind, isFound := range found {
		if !isFound {
			t.Errorf("a %s was not found where it belongs", kind)
		}
	}
	if len(found) < 3 {
		t.Errorf("only %v belong anywhere", found)
	}
}

// firstRun sets the server up and links an account on Amazon's own pages.
func (w *watched) firstRun(t *testing.T, b *tab) {
	t.Helper()
	check(t, w.sim.AddAccount(audiblesim.Account{
		Login: robin, Password: amazonPassword, OTP: oneTimePassword, Challenges: []string{audiblesim.ChallengeOTP},
		Marketplaces: map[string]int{"us": 40},
	}))
	b.open(t, w.setUp)
	w.look(t, b, "set-up")
	b.fill(t, "input[name=email]", robin)
	b.fill(t, "input[name=password]", firstPassword)
	w.look(t, b, "set-up, filled in")
	b.press(t, "button[type=submit]")
	b.pressText(t, "I have kept it")
	b.pressText(t, "On Amazon's own pages")
	b.signInAtAmazon(t, func() madeUp { return madeUp{robin, amazonPassword, oneTimePassword} })
	b.pressText(t, "Yes, link it")
	b.wait(t, "see the library", `location.pathname === "/library" && document.querySelector("main img")`)
	w.look(t, b, "library")
}

// walk signs in, looks at every page, and signs out.
func (w *watched) walk(t *testing.T, b *tab) {
	t.Helper()
	b.open(t, w.address+"/sign-in")
	b.fill(t, "input[name=email]", robin)
	b.fill(t, "input[name=password]", thirdPassword)
	w.look(t, b, "sign-in, filled in")
	b.press(t, "button[type=submit]")
	b.wait(t, "sign in", `location.pathname === "/" && document.querySelector("h1")`)
	for _, v := range visits() {
		b.open(t, w.address+v.path)
		b.wait(t, "settle "+v.name, `document.querySelector("h1") && !document.querySelector("main [aria-busy=true]")`)
		w.look(t, b, v.name)
	}
	b.within(t, "sign out", chromedp.Evaluate[chromedp.Void](`fetch("/api/v1/session", {method: "DELETE"}).then(() => location.assign("/"))`,
		chromedp.EvalAwaitPromise))
	b.wait(t, "be signed out", `location.pathname === "/sign-in" && document.querySelector("h1")`)
	w.look(t, b, "after signing out")
}

// kept is everything that a page has kept in its browser, as JSON.
const keptByPage = `(async () => {
	const all = { local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie, bases: [], caches: [], state: history.state };
	for (const { name } of await indexedDB.databases()) {
		const base = await new Promise((done) => (indexedDB.open(name).onsuccess = (e) => done(e.target.result)));
		for (const store of base.objectStoreNames) {
			const held = await new Promise((done) => (base.transaction(store).objectStore(store).getAll().onsuccess = (e) => done(e.target.result)));
			all.bases.push(name, store, held);
		}
		base.close();
	}
	for (const name of await caches.keys()) {
		const cache = await caches.open(name);
		for (const request of await cache.keys()) {
			const answer = await cache.match(request);
			all.caches.push(name, request.url, [...request.headers], [...answer.headers], await answer.text());
		}
	}
	return JSON.stringify(all);
})()`

// look keeps the page's HTML and all that it has kept in its browser.
func (w *watched) look(t *testing.T, b *tab, page string) {
	t.Helper()
	ctx, over := context.WithTimeout(b.ctx, patience)
	defer over()
	html, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.documentElement.outerHTML`))
	check(t, err)
	held, err := chromedp.Run(ctx, chromedp.Evaluate[string](keptByPage, chromedp.EvalAwaitPromise))
	check(t, err)
	cookies, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{w.address, "http://127.0.0.1:" + w.recorder.port}})
	check(t, err)
	var jar strings.Builder
	for _, c := range cookies.Cookies {
		fmt.Fprintf(&jar, "%s=%s\n", c.Name, c.Value)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fromPages = append(w.fromPages, canary.Place{Name: "HTML of the page " + page, Data: []byte(html)},
		canary.Place{Name: "storage of the page " + page, Data: []byte(held)},
		canary.Place{Name: "cookies at the page " + page, Data: []byte(jar.String()), Belongs: []string{sessionCookie}})
}

// readMetrics keeps the page of metrics.
func (w *watched) readMetrics(t *testing.T) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.metrics, nil)
	check(t, err)
	resp, err := new(http.Client).Do(request)
	check(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	check(t, err)
	if !strings.Contains(string(text), "audipy_") {
		t.Errorf("the metrics are %s", text)
	}
	headers, err := json.Marshal(resp.Header)
	check(t, err)
	w.fromScreen = append(w.fromScreen, canary.Place{Name: "metrics", Data: append(text, headers...)})
}

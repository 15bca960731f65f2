package e2e_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/canary"
	"github.com/audipy/audipy/internal/store/storetest"
)

// TestTheScanFindsWhatIsPlanted plants a secret in each of its forms at each of
// the places that TestNoSecretLeavesTheServer searches, and wants each found.
func TestTheScanFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		w := watch(t, db)
		secret := canary.Canary{Kind: "planted", Text: "Planted Canary/4Ty9 ~~~~~~ Rk2:Hs6"} // in base64 its two alphabets differ
		planted := strings.Join(slices.Collect(maps.Values(secret.Forms())), " | ")
		for _, o := range []*output{w.log, w.out} {
			_, err := o.Write([]byte(planted))
			check(t, err)
		}
		w.plantInAnswers(t, planted)
		w.plantInPages(t, planted)
		w.plantInDatabase(t, planted)
		w.fromScreen = append(w.fromScreen, canary.Place{Name: "output", Data: []byte(planted)})

		places := w.places(t)
		found := map[string]int{}
		for _, f := range canary.Search(places, []canary.Canary{secret}) {
			found[f.Place]++
		}
		forms := map[string]bool{}
		for _, text := range secret.Forms() {
			forms[text] = true
		}
		if len(forms) != len(secret.Forms()) {
			t.Errorf("only %d of %d forms differ", len(forms), len(secret.Forms()))
		}
		for _, want := range w.plantedPlaces() {
			n := 0
			for name, count := range found {
				if strings.HasPrefix(name, want) || strings.HasSuffix(name, want) {
					n = max(n, count)
				}
			}
			if n != len(forms) {
				t.Errorf("%d of %d forms were found in what begins or ends with %q", n, len(forms), want)
			}
		}
		t.Logf("%d forms at %d places", len(forms), len(w.plantedPlaces()))
	})
}

// plantedPlaces are how the names of the places begin or end.
func (w *watched) plantedPlaces() []string {
	all := []string{
		"log", "standard output", "output", "metrics", "opened backup", "HTML of the page", "cookies at the page",
		"headers of GET /planted", "Set-Cookie of GET /planted", "body of GET /planted", "body of GET /events",
	}
	for kind := range plantings() {
		all = append(all, "storage of the page "+kind)
	}
	if w.options.PostgresURL != "" {
		return append(all, "dump", "pg_wal/")
	}
	return append(all, ".db-wal")
}

// plantInAnswers has another server answer in the place of ours.
func (w *watched) plantInAnswers(t *testing.T, planted string) {
	t.Helper()
	other := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/events" {
			rw.Header().Set("Content-Type", "text/event-stream")
			_, _ = rw.Write([]byte("data: " + planted + "\n\n"))
			return
		}
		rw.Header().Set("X-Planted", planted)
		rw.Header().Set("Set-Cookie", "planted="+planted)
		_, _ = rw.Write([]byte("audipy_ " + planted))
	}))
	defer other.Close()
	ours := w.recorder.to.Swap(strings.TrimPrefix(other.URL, "http://"))
	for _, path := range []string{"/planted", "/events"} {
		resp, err := new(http.Client).Get(w.address + path)
		check(t, err)
		check(t, resp.Write(&output{}))
		check(t, resp.Body.Close())
	}
	w.recorder.to.Store(ours)
	metrics := w.metrics
	w.metrics = other.URL
	w.readMetrics(t)
	w.metrics = metrics
}

// plantings are how a page keeps something in its browser, by what it is kept
// in.
func plantings() map[string]string {
	return map[string]string{
		"localStorage":   `localStorage.setItem("planted", text)`,
		"sessionStorage": `sessionStorage.setItem("planted", text)`,
		"cookie":         `document.cookie = "planted=" + text`,
		"history":        `history.replaceState({planted: text}, "")`,
		"caches":         `caches.open("planted").then((c) => c.put("/planted", new Response(text)))`,
		"indexedDB": `new Promise((done) => {
			const asked = indexedDB.open("planted", 1);
			asked.onupgradeneeded = () => asked.result.createObjectStore("planted", {autoIncrement: true});
			asked.onsuccess = () => {
				const change = asked.result.transaction("planted", "readwrite");
				change.objectStore("planted").add({text});
				change.oncomplete = () => { asked.result.close(); done(); };
			};
		})`,
	}
}

// plantInPages has a page keep it in every way, each on its own.
func (w *watched) plantInPages(t *testing.T, planted string) {
	t.Helper()
	browser := startChromium(t)
	for kind, plant := range plantings() {
		b := openTab(browser, t)
		b.open(t, w.address+"/sign-in")
		b.within(t, "plant in "+kind, chromedp.Evaluate[chromedp.Void](
			`(async () => {
				const text = `+strconv.Quote(planted)+`;
				await Promise.all((await indexedDB.databases()).map(({name}) => new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done))));
				for (const name of await caches.keys()) await caches.delete(name);
				localStorage.clear(); sessionStorage.clear(); document.cookie = "planted=; max-age=0";
				document.querySelector("h1").append(text);
				await (`+plant+`);
			})()`, chromedp.EvalAwaitPromise))
		w.look(t, b, kind)
	}
}

// plantInDatabase makes it a person's name.
func (w *watched) plantInDatabase(t *testing.T, planted string) {
	t.Helper()
	user, err := w.store.CreateUser(t.Context(), robin)
	check(t, err)
	_, err = w.store.Rename(t.Context(), user.ID, planted, audit.Event{Action: audit.NameChanged, Outcome: audit.Succeeded})
	check(t, err)
}

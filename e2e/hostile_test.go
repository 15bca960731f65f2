package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/audible/audiblesim"
)

// hostile are 200 names that somebody might give a book, a series or
// themselves to break a page: fifty texts, each in four places.
func hostile() []string {
	bases := []string{
		`<script>audipyTaken=1</script>`, `<img src=x onerror=audipyTaken=1>`, `<svg onload=audipyTaken=1>`, `<iframe src=//evil.example></iframe>`,
		`"><script>audipyTaken=1</script>`, `'onmouseover='audipyTaken=1'`, `</title><script>audipyTaken=1</script>`, `</script><script>audipyTaken=1</script>`,
		`<!--`, `]]>`, `<style>*{display:none}</style>`, `<base href=//evil.example>`, `<meta http-equiv=refresh content=0>`, `<form action=//evil.example>`,
		`javascript:audipyTaken=1`, `data:text/html,<script>audipyTaken=1</script>`, `//evil.example/`, `https://evil.example/?q=<x>`, `file:///etc/passwd`,
		`{{constructor.constructor('audipyTaken=1')()}}`, `${audipyTaken=1}`, `<%= 7*7 %>`, `#{7*7}`, `{{7*7}}`, `__proto__`, `constructor`,
		`=HYPERLINK("//evil.example")`, `+1+cmd|' /C calc'!A0`, `-2+3`, `@SUM(1)`, `'; DROP TABLE items;--`, `%00%0a%s%n`, `../../etc/passwd`, `\u003cscript\u003e`,
		`null`, `undefined`, `NaN`, `[object Object]`, `true`, `-0`, `1e309`, `&lt;b&gt; &amp;amp; &#60;`,
		"Z\u0351\u0316a\u0334\u0316l\u031b\u0317g\u0335\u0319o" + strings.Repeat("\u0336\u0310", 20), strings.Repeat("Donaudampfschiff", 16), "👩\u200d👩\u200d👧\u200d👦🏳\ufe0f\u200d🌈",
		"שלום עולם", "مرحبا بالعالم", "吾輩は猫である", "İstanbul ﬃ ﷽", "a\u00ad\u200bb\u2060c",
	}
	var all []string
	for _, base := range bases {
		all = append(all, base, "Book "+base, base+" 2", "\u202e"+base+"\u202c")
	}
	return all
}

// masquerade is a made-up Amazon whose titles and series have hostile names,
// each title a series of its own.
type masquerade struct {
	base http.RoundTripper

	mu    sync.Mutex
	names map[string]string // by ASIN
}

// RoundTrip renames what comes in JSON.
func (m *masquerade) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := m.base.RoundTrip(r)
	if err != nil || !strings.Contains(response.Header.Get("Content-Type"), "json") || !strings.Contains(r.URL.Path, "/1.0/") {
		return response, err
	}
	text, err := io.ReadAll(response.Body)
	_ = response.Body.Close() // all of it is read
	if err != nil {
		return nil, fmt.Errorf("read the made-up answer: %w", err)
	}
	var body any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&body) == nil {
		m.rename(body)
		if text, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("write the made-up answer: %w", err)
		}
		response.Header.Del("Content-Length")
		response.ContentLength = int64(len(text))
	}
	response.Body = io.NopCloser(bytes.NewReader(text))
	return response, nil
}

// rename gives every title in an answer its name.
func (m *masquerade) rename(value any) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			m.rename(one)
		}
	case map[string]any:
		asin, _ := value["asin"].(string)
		if _, isTitle := value["title"].(string); isTitle && asin != "" {
			name := m.nameOf(asin)
			value["title"], value["subtitle"] = name, nil
			value["authors"] = []any{map[string]any{"name": name}}
			value["series"] = []any{map[string]any{"asin": "S" + asin[1:], "title": name, "sequence": "1"}}
			return
		}
		for _, one := range value {
			m.rename(one)
		}
	}
}

func (m *masquerade) nameOf(asin string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	name, known := m.names[asin]
	if !known {
		name = hostile()[len(m.names)%len(hostile())]
		m.names[asin] = name
	}
	return name
}

// Whatever a title, a series or an account is called is shown as text, and
// nothing else comes of it.
func TestHostileNamesAreText(t *testing.T) {
	t.Parallel()
	sim := audiblesim.New(audiblesim.Options{Seed: 3})
	check(t, sim.AddAccount(audiblesim.Account{Login: login, Password: password, Name: hostile()[4], Marketplaces: map[string]int{"us": 420}}))
	m := &masquerade{base: sim.Transport(), names: map[string]string{}}
	setUp := startServer(t, m, nil)
	if n := len(hostile()); n != 200 {
		t.Fatalf("%d hostile names, want 200", n)
	}
	address, _, _ := strings.Cut(setUp, "/setup#")
	b := openTab(startChromium(t), t)
	b.open(t, setUp)
	b.fill(t, "input[name=email]", "robin@example.org")
	b.fill(t, "input[name=password]", "seven words nobody has ever guessed")
	b.press(t, "button[type=submit]")
	b.pressText(t, "I have kept it")
	b.wait(t, "come to the linking", `location.pathname === "/accounts/link"`)
	b.linkFile(t, sim)
	b.wantShown(t, address+"/library?view=table", "main li[data-place] a")
	b.wantShown(t, address+"/series", "main article h2")
	b.wantBooks(t, address, m)
	b.wantAccounts(t, address)
	b.wantSilence(t, "/covers/")
}

// taken is whether a name became more than text.
const taken = `globalThis.audipyTaken !== undefined || document.querySelector("main script, main iframe, main style, main base, main meta, " +
	"main object, main [onload], main [onerror], main [onmouseover], main a[href^='javascript:'], main form[action], main [src^='//'], main [href^='//']") !== null`

// linkFile links the made-up account by the door for credential files.
func (b *tab) linkFile(t *testing.T, sim *audiblesim.Sim) {
	t.Helper()
	file, err := sim.CredentialFile(login, "us")
	check(t, err)
	b.pressText(t, "From another program's file")
	b.wait(t, "choose the file", fmt.Sprintf(`(() => {
		const field = document.querySelector("input[type=file]");
		if (!field) return false;
		const chosen = new DataTransfer();
		chosen.items.add(new File([%s], "account.json", { type: "application/json" }));
		field.files = chosen.files;
		return field.dispatchEvent(new Event("change", { bubbles: true }));
	})()`, quoted(string(file))))
	b.press(t, "main button[type=submit]")
	b.wait(t, "be asked whether it is the account", `document.querySelector("main").textContent.includes(`+quoted(hostile()[4])+`)`)
	b.pressText(t, "Yes, link it")
	b.wait(t, "see the first sync's end", `location.pathname === "/library" && document.querySelector("main li a")`)
}

// tall is the height of a screen that shows many rows at once, in pixels.
const tall = 4000

// wantShown wants every hostile name among the texts of a page, which is
// scrolled from its top to its end, and none other.
func (b *tab) wantShown(t *testing.T, address, selector string) {
	t.Helper()
	b.within(t, "have a tall screen", chromedp.EmulateViewport(sizes()[0].width, tall))
	b.open(t, address)
	b.settle(t, address)
	ctx, over := context.WithTimeout(b.ctx, patience)
	defer over()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](fmt.Sprintf(`(async () => {
		const texts = new Set();
		for (let y = 0; y <= document.documentElement.scrollHeight; y += 1500) {
			scrollTo(0, y);
			for (let frame = 0; frame < 8; frame++) await new Promise(requestAnimationFrame);
			while (document.querySelector("main li[aria-hidden], main li > [aria-hidden=true]")) await new Promise(requestAnimationFrame);
			for (const e of document.querySelectorAll(%q)) texts.add(e.textContent);
		}
		return [...texts];
	})()`, selector), chromedp.EvalAwaitPromise))
	check(t, err)
	for _, name := range hostile() {
		if !slices.Contains(shown, name) {
			t.Errorf("%s doesn't show %q", address, name)
		}
	}
	for _, text := range shown {
		if !slices.Contains(hostile(), text) {
			t.Errorf("%s shows %q, which nobody is called", address, text)
		}
	}
	b.wantUntaken(t, address)
}

func (b *tab) wantUntaken(t *testing.T, address string) {
	t.Helper()
	is, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](taken))
	check(t, err)
	if is {
		t.Errorf("a name on %s became more than text", address)
	}
}

// wantBooks opens the pages of some titles, whose names stand in the heading
// and in the browser's tab.
func (b *tab) wantBooks(t *testing.T, address string, m *masquerade) {
	t.Helper()
	m.mu.Lock()
	names := maps.Clone(m.names)
	m.mu.Unlock()
	for place, asin := range slices.Sorted(maps.Keys(names)) {
		if place%60 != 0 {
			continue
		}
		b.open(t, address+"/books/us/"+asin)
		b.settle(t, asin)
		b.wait(t, fmt.Sprintf("read %q as the heading", names[asin]),
			fmt.Sprintf(`document.querySelector("h1").textContent === %[1]s && document.title.startsWith(%[1]s.trim().split(/\s/)[0])`, quoted(names[asin])))
		b.wantUntaken(t, asin)
	}
}

// wantAccounts shows 200 accounts, one of each name.
func (b *tab) wantAccounts(t *testing.T, address string) {
	t.Helper()
	body, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`fetch("/api/v1/accounts").then((r) => r.json()).then(({ items: [one] }) =>
		JSON.stringify({ items: `+quoted(hostile())+`.map((name, place) => ({ ...one, id: one.id.slice(0, -4) + "x" + (100 + place), name })) }))`,
		chromedp.EvalAwaitPromise))
	check(t, err)
	check(t, chromedp.Listen(b.ctx, func(ev any) {
		if paused, ok := ev.(*fetch.EventRequestPaused); ok {
			go func() {
				_, _ = chromedp.Call(b.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{ // a page that was left needs no answer
					RequestID: paused.RequestID, ResponseCode: http.StatusOK, Body: []byte(body),
					ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "application/json"}},
				})
			}()
		}
	}))
	_, err = chromedp.Call(b.ctx, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*/api/v1/accounts"}}})
	check(t, err)
	b.wantShown(t, address+"/accounts", "main section[aria-label] h2")
}

// quoted is a value as a script writes it.
func quoted(value any) string {
	text, _ := json.Marshal(value) // texts and lists of them can always be written
	return string(text)
}

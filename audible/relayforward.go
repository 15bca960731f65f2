package audible

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// The relay's own paths. None of Amazon's begins with a tilde.
const (
	relayStart   = "/~start/"
	relayImage   = "/~image"
	relayBrowser = "/~browser"
	relayPaste   = "/~paste"
	relayOutside = "/~outside"
)

// maxRelayBody bounds a form that the browser sends.
const maxRelayBody = 256 << 10

// ServeHTTP answers the person's browser.
func (r *Relay) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	setRelayHeaders(w.Header())
	secret, isStart := strings.CutPrefix(request.URL.Path, relayStart)
	isNew := isStart && !r.isHolder(request)
	switch {
	case request.Host != r.origin.Host:
		writeNotice(w, http.StatusForbidden, noticeForbidden, notice{})
	case r.isOver():
		writeNotice(w, http.StatusGone, noticeExpired, notice{})
	case isNew && r.asks() && request.Method == http.MethodGet:
		r.serveQuestion(w, secret)
	case isNew && r.asks() && request.Method == http.MethodPost && r.isOwnOrigin(request),
		isNew && !r.asks() && request.Method == http.MethodGet:
		r.serveStart(w, request, secret)
	case !r.isHolder(request):
		writeNotice(w, http.StatusForbidden, noticeForbidden, notice{})
	case r.isFinished():
		writeNotice(w, http.StatusOK, noticeDone, notice{})
	case request.Method == http.MethodGet:
		r.serveGet(w, request)
	case request.Method == http.MethodPost && r.isOwnOrigin(request):
		r.servePost(w, request)
	default:
		writeNotice(w, http.StatusForbidden, noticeForbidden, notice{})
	}
}

// setRelayHeaders are the policies of every answer. The two hosts serve the
// style sheets of Amazon's pages; nothing else is loaded from anywhere.
func setRelayHeaders(header http.Header) {
	const styles = "https://m.media-amazon.com https://images-na.ssl-images-amazon.com"
	header.Set("Content-Security-Policy", "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline' "+styles+
		"; font-src "+styles+"; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// asks reports whether a browser must say that it means to begin: the address of a
// server's relay can be sent to somebody else, who would take the page for their
// own sign-in, or lose to it the one that they are in the middle of.
func (r *Relay) asks() bool { return r.id != "" }

// serveQuestion asks whoever has an address that nobody used yet. Nothing is
// exchanged before the answer.
func (r *Relay) serveQuestion(w http.ResponseWriter, secret string) {
	r.mu.Lock()
	mayStart := r.state.mayStart(r.id, secret)
	r.mu.Unlock()
	if !mayStart {
		writeNotice(w, http.StatusForbidden, noticeForbidden, notice{})
		return
	}
	writeNotice(w, http.StatusOK, noticeAsk, notice{})
}

// serveStart exchanges the secret for the cookie. To a browser that may have come
// from another site it answers with a page that goes on by itself instead of a
// redirect, along which no Strict cookie would be sent.
func (r *Relay) serveStart(w http.ResponseWriter, request *http.Request, secret string) {
	token, err := r.exchangeSecret(request.Context(), secret)
	if errors.Is(err, errNotHolder) {
		writeNotice(w, http.StatusForbidden, noticeForbidden, notice{})
		return
	}
	if err != nil {
		r.writeTrouble(w, request)
		return
	}
	//nolint:gosec // Secure follows the origin: loopback has no TLS, and a Secure cookie would not come back
	http.SetCookie(w, &http.Cookie{
		Name: r.cookie, Value: relayKey(r.id, token), Path: "/", HttpOnly: true,
		Secure: r.origin.Scheme == "https", SameSite: http.SameSiteStrictMode,
	})
	if r.asks() {
		w.Header().Set("Location", r.start)
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	writeNotice(w, http.StatusOK, noticeStart, notice{Next: r.start})
}

// serveGet answers everything that changes nothing here.
func (r *Relay) serveGet(w http.ResponseWriter, request *http.Request) {
	path := request.URL.Path
	switch {
	case path == "/" || strings.HasPrefix(path, relayStart):
		w.Header().Set("Location", r.start)
		w.WriteHeader(http.StatusSeeOther)
	case path == relayImage:
		r.serveImage(w, request)
	case path == relayBrowser:
		writeNotice(w, http.StatusOK, noticeBrowser, notice{Door: r.door, Paste: relayPaste})
	case strings.HasPrefix(path, "/ap/"):
		r.forward(w, request, "")
	default:
		writeNotice(w, http.StatusNotFound, noticeOutside, notice{Next: relayBrowser})
	}
}

// servePost reads a form within its bound and sends it on its way.
func (r *Relay) servePost(w http.ResponseWriter, request *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, request.Body, maxRelayBody))
	contentType, _, _ := strings.Cut(request.Header.Get("Content-Type"), ";")
	switch {
	case err != nil:
		writeNotice(w, http.StatusRequestEntityTooLarge, noticeOutside, notice{Next: relayBrowser})
	case contentType != "application/x-www-form-urlencoded":
		writeNotice(w, http.StatusUnsupportedMediaType, noticeOutside, notice{Next: relayBrowser})
	case request.URL.Path == relayPaste:
		r.servePaste(w, request, string(raw))
	case strings.HasPrefix(request.URL.Path, "/ap/"):
		r.forward(w, request, r.withMetadata(string(raw)))
	default:
		writeNotice(w, http.StatusForbidden, noticeOutside, notice{Next: relayBrowser})
	}
}

// servePaste takes the address that the person's browser ended on.
func (r *Relay) servePaste(w http.ResponseWriter, request *http.Request, body string) {
	sent, err := url.ParseQuery(body)
	code := ""
	if err == nil {
		code, err = ParseLanding(r.market, sent.Get("address"))
	}
	if err != nil {
		writeNotice(w, http.StatusUnprocessableEntity, noticeBrowser, notice{Door: r.door, Paste: relayPaste, Problem: err.Error()})
		return
	}
	r.serveEnd(w, request, code)
}

// serveEnd keeps the code and says that all is well.
func (r *Relay) serveEnd(w http.ResponseWriter, request *http.Request, code string) {
	if err := r.finish(request.Context(), code); err != nil {
		r.writeTrouble(w, request)
		return
	}
	writeNotice(w, http.StatusOK, noticeDone, notice{})
}

// writeTrouble says that the relay itself can't go on just now.
func (r *Relay) writeTrouble(w http.ResponseWriter, request *http.Request) {
	next := r.start
	if request.Method == http.MethodGet {
		next = request.URL.RequestURI()
	}
	writeNotice(w, http.StatusServiceUnavailable, noticeTrouble, notice{Next: next})
}

// serveImage gives the browser a captcha, re-encoded.
func (r *Relay) serveImage(w http.ResponseWriter, request *http.Request) {
	walker := r.newWalker(request)
	picture, err := walker.image(request.Context(), request.URL.Query().Get("u"))
	if err == nil {
		err = r.keepCookies(request.Context(), walker.jar.set)
	}
	if err != nil {
		http.Error(w, "no such image", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(picture) //nolint:gosec // a PNG that this program has encoded itself, sent as such with nosniff
}

// forward asks Amazon for a page and gives it to the browser.
func (r *Relay) forward(w http.ResponseWriter, request *http.Request, body string) {
	address := "https://" + r.root + request.URL.EscapedPath()
	if request.URL.RawQuery != "" {
		address += "?" + request.URL.RawQuery
	}
	at, err := url.Parse(address)
	if err != nil || !isSignInAddress(r.market, address) {
		writeNotice(w, http.StatusNotFound, noticeOutside, notice{Next: relayBrowser})
		return
	}
	if !r.admitPassword(w, request, body) {
		return
	}
	walker := r.newWalker(request)
	answer, err := walker.exchange(request.Context(), request.Method, address, body, maxPageBytes)
	if err != nil {
		writeNotice(w, http.StatusBadGateway, noticeUnavailable, notice{Next: r.start})
		return
	}
	if err := r.keepCookies(request.Context(), walker.jar.set); err != nil {
		r.writeTrouble(w, request)
		return
	}
	if next, redirected := redirectTarget(at, answer); redirected {
		r.redirect(w, request, answer.status, next)
		return
	}
	v, err := walker.read(at, answer)
	if err != nil {
		writeNotice(w, http.StatusBadGateway, noticeUnavailable, notice{Next: r.start})
		return
	}
	r.show(w, v.page)
}

// admitPassword reports whether a request may go to Amazon: one that bears no
// password always. It has answered one that may not.
func (r *Relay) admitPassword(w http.ResponseWriter, request *http.Request, body string) bool {
	if r.admit == nil || !bearsPassword(body) && !bearsPassword(request.URL.RawQuery) {
		return true
	}
	admitted, err := r.admit(request.Context())
	if err != nil {
		r.writeTrouble(w, request)
		return false
	}
	if !admitted {
		writeNotice(w, http.StatusTooManyRequests, noticeWait, notice{Next: relayBrowser})
	}
	return admitted
}

// bearsPassword reports whether a form has a password in it, however its name
// is spelled.
func bearsPassword(form string) bool {
	for pair := range strings.SplitSeq(form, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if value != "" && strings.Contains(strings.ToLower(name), "password") {
			return true
		}
	}
	return false
}

// keepCookies adds what one answer has set to what the relay holds by now:
// answers to several requests of a page come at once.
func (r *Relay) keepCookies(ctx context.Context, set []cookie) error {
	if len(set) == 0 {
		return nil
	}
	return r.change(ctx, func(s *relayState) error {
		if s.SignIn.Kind == StepDone {
			return nil
		}
		jar := &cookieJar{cookies: s.SignIn.Cookies}
		for _, c := range set {
			jar.put(c, r.now())
		}
		s.SignIn.Cookies = jar.cookies
		return nil
	})
}

// redirect looks for the code, and passes on what stays within the sign-in.
func (r *Relay) redirect(w http.ResponseWriter, request *http.Request, status int, next *url.URL) {
	if code, ok := codeOf(r.market, next); ok {
		r.serveEnd(w, request, code)
		return
	}
	switch {
	case isCancelled(r.market, next):
		writeNotice(w, http.StatusOK, noticeCancelled, notice{Next: r.start})
	case next.Host == r.root && isSignInAddress(r.market, next.String()):
		w.Header().Set("Location", next.RequestURI())
		w.WriteHeader(status)
	default:
		writeNotice(w, http.StatusOK, noticeOutside, notice{Next: relayBrowser})
	}
}

// show gives a page to the browser. An approval page reloads itself, which on
// Amazon's own site a script does.
func (r *Relay) show(w http.ResponseWriter, p *page) {
	if p.isApproval() {
		w.Header().Set("Refresh", "5; url="+p.at.RequestURI())
	}
	kind := p.kind()
	stuck := kind == pageAutomation || kind == pagePasskey ||
		kind == pageCaptcha && !isCaptchaAddress(r.market, p.captchaImage())
	text, err := rewritePage(p, r.root, stuck)
	if err != nil {
		writeNotice(w, http.StatusBadGateway, noticeUnavailable, notice{Next: r.start})
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.status)
	_, _ = w.Write(text) // a browser that went away needs no answer
}

// withMetadata adds to the sign-in form what the page's script would have:
// without it Amazon is more likely to show a captcha (protocol 3.5).
func (r *Relay) withMetadata(body string) string {
	const name = "metadata1"
	kept := make([]string, 0, 32)
	signIn := false
	for pair := range strings.SplitSeq(body, "&") {
		key, _, _ := strings.Cut(pair, "=")
		signIn = signIn || key == "email" || key == "password"
		if key != name {
			kept = append(kept, pair)
		}
	}
	if !signIn {
		return body
	}
	kept = append(kept, name+"="+url.QueryEscape(signInMetadata(r.door, r.now())))
	return strings.Join(kept, "&")
}

package audible

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Bounds of the walk through Amazon's pages: several times what the longest
// sign-in seen needs, so that only a loop or a flood runs into them.
const (
	pageTime       = 30 * time.Second
	maxPageBytes   = 2 << 20
	maxAnswerPages = 16 // requests for pages after one answer
	maxSignInPages = 60 // requests for pages in one sign-in
	maxPolls       = 80 // looks at one approval page, on top of those
)

// errTooManyPages ends a walk that Amazon does not want to end.
var errTooManyPages = errors.New("too many pages")

// walker asks for pages on behalf of one answer. It keeps the cookies, counts
// the pages and never leaves the marketplace's sign-in hosts.
type walker struct {
	market   Marketplace
	jar      *cookieJar
	rt       http.RoundTripper
	now      func() time.Time
	language string
	headers  http.Header // sent besides the usual ones; may be nil
	left     int         // pages that this answer may still ask for
	used     int         // pages asked for
}

// visit is where a request led, redirects included: a page, the code, or an
// address that is not followed.
type visit struct {
	page      *page
	code      string
	cancelled bool
	foreign   bool
	unsafe    bool
}

// webAnswer is one response, read whole.
type webAnswer struct {
	status int
	header http.Header
	body   []byte
}

// get asks for a page of the sign-in.
func (w *walker) get(ctx context.Context, address string) (visit, error) {
	return w.follow(ctx, http.MethodGet, address, "")
}

// post sends a form.
func (w *walker) post(ctx context.Context, f form) (visit, error) {
	return w.follow(ctx, http.MethodPost, f.Action, f.encode())
}

// follow makes a request and goes after its redirects by hand. Every hop is
// looked at for the code, and a hop that has it is not followed: in Brazil it
// leads on to the home page (protocol 3.7).
func (w *walker) follow(ctx context.Context, method, address, body string) (visit, error) {
	for {
		at, ok := siteAddress(w.market, address)
		if !ok {
			return visit{foreign: true}, nil
		}
		if w.left--; w.left < 0 {
			return visit{}, errTooManyPages
		}
		w.used++
		response, err := w.exchange(ctx, method, address, body, maxPageBytes)
		if err != nil {
			return visit{}, err
		}
		next, redirected := redirectTarget(at, response)
		if !redirected {
			return w.read(at, response)
		}
		if code, ok := codeOf(w.market, next); ok {
			return visit{code: code}, nil
		}
		if isCancelled(w.market, next) {
			return visit{cancelled: true}, nil
		}
		if method == http.MethodPost && (response.status == http.StatusTemporaryRedirect || response.status == http.StatusPermanentRedirect) {
			// What was typed is not sent a second time to another address.
			return visit{foreign: true}, nil
		}
		method, address, body = http.MethodGet, next.String(), ""
	}
}

// redirectTarget returns where a response leads.
func redirectTarget(at *url.URL, response webAnswer) (*url.URL, bool) {
	location := response.header.Get("Location")
	if response.status < 300 || response.status > 399 || location == "" {
		return nil, false
	}
	next, err := at.Parse(location)
	if err != nil {
		return &url.URL{}, true
	}
	return next, true
}

// read makes a page of a response that is no redirect.
func (w *walker) read(at *url.URL, response webAnswer) (visit, error) {
	if response.status >= 500 || response.status == http.StatusTooManyRequests {
		return visit{}, fmt.Errorf("%w (status %d)", ErrSignInUnavailable, response.status)
	}
	contentType := response.header.Get("Content-Type")
	if !isHTML(contentType) {
		return visit{}, fmt.Errorf("%w (it sent %q instead of a page)", ErrSignInUnavailable, bounded(contentType))
	}
	p, err := parsePage(w.market, at, contentType, response.body)
	if err != nil {
		return visit{}, fmt.Errorf("%w: %w", ErrSignInUnavailable, err)
	}
	p.status = response.status
	return visit{page: p}, nil
}

// isHTML reports whether a content type is a page's. A sign-in has no other
// answers; JSON or an image would mean that something in between answered.
func isHTML(contentType string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	kind = strings.TrimSpace(kind)
	return kind == "text/html" || kind == "application/xhtml+xml"
}

// exchange makes one request, without following anything, and reads the
// answer within limit. It looks like the app's web view (protocol 3.3).
func (w *walker) exchange(ctx context.Context, method, address, body string, limit int) (webAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, pageTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return webAnswer{}, fmt.Errorf("make a request for a sign-in page: %w", err)
	}
	request.Header.Set("User-Agent", signInUserAgent)
	request.Header.Set("Accept", "*/*")
	request.Header.Set("Accept-Language", w.language)
	request.Header.Set("Accept-Encoding", "gzip")
	maps.Copy(request.Header, w.headers)
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookies := w.jar.header(request.URL, w.now()); cookies != "" {
		request.Header.Set("Cookie", cookies)
	}
	response, err := w.rt.RoundTrip(request)
	if err != nil {
		return webAnswer{}, requestError(err)
	}
	defer response.Body.Close()
	w.jar.store(w.market, request.URL, response, w.now())
	text, err := readAnswer(response, limit)
	if err != nil {
		return webAnswer{}, fmt.Errorf("%w: %w", ErrSignInUnavailable, err)
	}
	return webAnswer{status: response.StatusCode, header: response.Header, body: text}, nil
}

// requestError leaves the address out of a transport's error: its query can
// hold what must not be printed.
func requestError(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return fmt.Errorf("%w: %w", ErrSignInUnavailable, err)
}

// readAnswer reads a body of at most limit bytes, counted after
// decompression.
func readAnswer(response *http.Response, limit int) ([]byte, error) {
	var body io.Reader = response.Body
	if strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") {
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, fmt.Errorf("unpack a sign-in page: %w", err)
		}
		body = unpacked
	}
	text, err := io.ReadAll(io.LimitReader(body, int64(limit)+1))
	if err != nil {
		return nil, fmt.Errorf("read a sign-in page: %w", err)
	}
	if len(text) > limit {
		return nil, ErrTooLarge
	}
	return text, nil
}

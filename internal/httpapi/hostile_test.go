package httpapi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store/storetest"
)

// badPath is an address that names nothing, and what it is answered with; 0
// means that the connection is closed or answered with any 4xx.
type badPath struct {
	target string
	status int
}

func badPaths() []badPath {
	many := strings.TrimSuffix(strings.Repeat("a=1&", 33), "&")
	return []badPath{
		{"/api/v1/%2e%2e/admin", 404},
		{"//api//v1/server", 404},
		{"/api/v1/../../healthz", 404},
		{"/api/v1/./server", 404},
		{"/api/v1/server;x=y", 404},
		{"/API/V1/server", 404},
		{"/api/v1/server/", 404},
		{"/api/v1%2fserver", 404},
		{"/api/v1/%5c..%5cserver", 404},
		{"/api/v1/ser%00ver", 400},
		{"/api/v1/%0d%0aSet-Cookie:x=y", 400},
		{"/api/v1/%c0%af", 400},
		{"/api/v1/server?a=%zz", 400},
		{"/api/v1/server?a=%00", 400},
		{"/api/v1/server?a=1&a=2", 400},
		{"/api/v1/server?" + many, 400},
		{"/api/v1/server?access_token=swordfish", 400},
		{"/api/v1/server?" + strings.Repeat("x", 8<<10), 414},
		{"/api/v1/library/x.css", 404},
		{"/assets/../app.db", 404},
		{"/assets/", 404},
		{"/.env", 404},
		{"/.git/HEAD", 404},
		{"/metrics", 404},
		{"/debug/pprof", 404},
		{"/openapi.json", 404},
		{"/index.html.bak", 404},
	}
}

// raw sends bytes on a connection of their own and returns the status of the
// answer, 0 when the server closed without one, and the answer.
func (r *rig) raw(t *testing.T, text string) (int, string) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.listener)
	must(t, err)
	defer func() { _ = conn.Close() }() // all is said
	must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	// The server may answer and close before it has read everything.
	_, _ = io.WriteString(conn, text)
	data, _ := io.ReadAll(bufio.NewReader(conn))
	status := 0
	_, _ = fmt.Sscanf(string(data), "HTTP/1.1 %d", &status)
	return status, string(data)
}

func (r *rig) host() string { return strings.TrimPrefix(r.origin, "http://") }

func TestAddressesThatNameNothingAreRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.1.1", "5.3.2", "13.4.1", "13.4.2", "13.4.3", "13.4.5", "14.2.1", "14.2.5", "15.3.7", "13.4.7")
	each(t, func(t *testing.T, r *rig) {
		for _, c := range badPaths() {
			status, body := r.raw(t, "GET "+c.target+" HTTP/1.1\r\nHost: "+r.host()+"\r\nAccept: application/json\r\nConnection: close\r\n\r\n")
			if status != c.status {
				t.Errorf("%.60s was answered %d, want %d", c.target, status, c.status)
			}
			for _, leak := range []string{"swordfish", "Location:", "goroutine", "Server:", "x=y"} {
				if strings.Contains(body, leak) {
					t.Errorf("the answer to %.60s holds %q: %.300s", c.target, leak, body)
				}
			}
		}
		if strings.Contains(r.log.String(), "swordfish") {
			t.Error("the log holds what stood in an address")
		}
	})
}

func TestRequestsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "4.1.4", "4.2.1", "13.4.4")
	r := onSQLite(t)
	host := "Host: " + r.host() + "\r\n"
	end := "Connection: close\r\n\r\n"
	cases := []struct {
		name, request string
		allowed       []int
	}{
		{"no host", "GET /api/v1/server HTTP/1.1\r\n" + end, []int{400}},
		{"two hosts", "GET /api/v1/server HTTP/1.1\r\n" + host + "Host: evil.example\r\n" + end, []int{400}},
		{"two lengths", "POST /api/v1/echo-public HTTP/1.1\r\n" + host + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", []int{400}},
		{
			"a length and chunks", "POST /api/v1/echo-public HTTP/1.1\r\n" + host +
				"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + end + "0\r\n\r\nGET /healthz HTTP/1.1\r\n" + host + "\r\n",
			[]int{400, 403, 415},
		},
		{
			"a chunk of 1 MB of words", "POST /api/v1/echo-public HTTP/1.1\r\n" + host + "Content-Type: application/json\r\n" +
				"Origin: " + r.origin + "\r\nTransfer-Encoding: chunked\r\n" + end + "2;" + strings.Repeat("x", 1<<20) + "\r\n{}\r\n0\r\n\r\n",
			[]int{400, 413, 0},
		},
		{"a header of 40 kB", "GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("x", 40<<10) + "\r\n" + end, []int{431}},
		{"2,000 headers", "GET / HTTP/1.1\r\n" + host + strings.Repeat("X-Something: something\r\n", 2000) + end, []int{431}},
		{"languages without end", "GET / HTTP/1.1\r\n" + host + "Accept-Language: " + strings.Repeat("-", 1<<20) + "\r\n" + end, []int{431, 0}},
		{"60 cookies", "GET /api/v1/server HTTP/1.1\r\n" + host + "Cookie: " + strings.Repeat("a=1; ", 59) + "a=1\r\n" + end, []int{400}},
		{"a cookie of 8 kB", "GET /api/v1/server HTTP/1.1\r\n" + host + "Cookie: a=" + strings.Repeat("x", 8<<10) + "\r\n" + end, []int{400}},
		{"10,000 empty cookies", "GET /api/v1/server HTTP/1.1\r\n" + host + "Cookie: " + strings.Repeat("a=;", 10_000) + "\r\n" + end, []int{400}},
		{"TRACE", "TRACE /api/v1/server HTTP/1.1\r\n" + host + end, []int{405, 403}},
		{"CONNECT", "CONNECT /api/v1/server HTTP/1.1\r\n" + host + end, []int{400, 403, 404, 405, 421}},
		{"PROPFIND", "PROPFIND /api/v1/server HTTP/1.1\r\n" + host + "Origin: " + r.origin + "\r\n" + end, []int{405}},
		{"a small get", "get /api/v1/server HTTP/1.1\r\n" + host + "Origin: " + r.origin + "\r\n" + end, []int{405}},
		{"a long method", strings.Repeat("A", 100) + " /api/v1/server HTTP/1.1\r\n" + host + "Origin: " + r.origin + "\r\n" + end, []int{405}},
		{"a thousand ranges", "GET /assets/index-abc.js HTTP/1.1\r\n" + host + "Range: bytes=0-" + strings.Repeat(",0-", 1000) + "\r\n" + end, []int{200, 416}},
		{"nothing that is HTTP", "\x16\x03\x01\x02\x00\x01\x00", []int{0, 400}},
	}
	for _, c := range cases {
		status, answer := r.raw(t, c.request)
		if !slices.Contains(c.allowed, status) {
			t.Errorf("%s was answered %d, want one of %v", c.name, status, c.allowed)
		}
		if n := strings.Count(answer, "HTTP/1.1 "); n > 1 {
			t.Errorf("%s was read as %d requests", c.name, n)
		}
	}
}

func TestBadInputLeavesNothingRunning(t *testing.T) { //nolint:paralleltest // it counts what runs in the whole process
	asvs.Covers(t, "1.4.3")
	r := onSQLite(t)
	b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
	good, err := r.sim.CredentialFile(o.Login, "us")
	must(t, err)
	all := func() {
		for _, spoil := range badFiles(t) {
			b.post(t, linksPath+"/import", object{"file": spoiled(t, good, spoil)})
		}
		link := b.startLink(t, "browser", o)
		for _, address := range []string{"", "words", "http://www.amazon.com/ap/maplanding", strings.Repeat("x", 50<<10)} {
			b.post(t, linksPath+"/"+link.ID+"/complete", object{"address": address})
		}
		b.do(t, http.MethodDelete, linksPath+"/"+link.ID, nil)
		r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/ap/signin", Body: strings.Repeat("<form><input name=", 5000), Header: http.Header{"Content-Type": {"text/html"}}})
		b.post(t, linksPath, object{"door": "guided", "marketplace": "us"}).into(t, http.StatusCreated, &link)
		b.do(t, http.MethodDelete, linksPath+"/"+link.ID, nil)
		for _, c := range badBodies() {
			r.browser().do(t, http.MethodPost, "/api/v1/echo-public", struct{}{}, rawBody(c.body))
		}
		for _, c := range badPaths() {
			r.raw(t, "GET "+c.target+" HTTP/1.1\r\nHost: "+r.host()+"\r\nConnection: close\r\n\r\n")
		}
	}
	all() // what is made once is made now
	before, heap := runtime.NumGoroutine(), heapInUse()
	for range 5 {
		all()
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	after := 0
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if after = runtime.NumGoroutine(); after <= before+5 {
			if grown := heapInUse() - heap; grown > 8<<20 {
				t.Errorf("%d bytes of memory stayed", grown)
			}
			return
		}
		runtime.Gosched()
	}
	t.Errorf("%d goroutines before, %d after", before, after)
}

// heapInUse is what is still reachable, in bytes.
func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestAPanicIsAnsweredAndTellsNothing(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.5.1", "16.5.4", "16.3.4")
	r := onSQLite(t)
	got := r.browser().post(t, "/api/v1/panic", nil)
	got.wantProblem(t, http.StatusInternalServerError, "internal")
	if strings.Contains(string(got.body), "defect") || strings.Contains(string(got.body), ".go") {
		t.Errorf("the answer is %s", got.body)
	}
	if !strings.Contains(r.log.String(), "a defect") {
		t.Error("the log does not have the cause")
	}
}

func TestOnlyTrustedProxiesSayWhereARequestIsFrom(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "4.1.3", "15.3.4")
	trusting := newRig(t, storetest.Open(t), func(o *httpapi.Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	})
	cases := []struct{ forwarded, want string }{
		{"203.0.113.9", "203.0.113.9"},
		{"198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"},
		{"203.0.113.9, unknown", "127.0.0.1"},
		{"203.0.113.9, garbage, 10.1.2.3", "10.1.2.3"},
		{"fe80::1%eth0", "fe80::1"},
		{"::ffff:203.0.113.9", "203.0.113.9"},
		{"2001:db8::7", "2001:db8::7"},
		{strings.Repeat("10.0.0.1, ", 60) + "10.0.0.2", "10.0.0.1"},
		{"", "127.0.0.1"},
	}
	for _, c := range cases {
		var got httpapi.Echo
		trusting.browser().do(t, http.MethodPost, "/api/v1/echo-public", map[string]any{"text": "x"},
			with("X-Forwarded-For", c.forwarded)).into(t, http.StatusOK, &got)
		if got.From != c.want {
			t.Errorf("%.60q is from %s, want %s", c.forwarded, got.From, c.want)
		}
	}
	var got httpapi.Echo
	onSQLite(t).browser().do(t, http.MethodPost, "/api/v1/echo-public", map[string]any{"text": "x"},
		with("X-Forwarded-For", "203.0.113.9", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https",
			"X_User_Id", "1")).into(t, http.StatusOK, &got)
	if got.From != "127.0.0.1" {
		t.Errorf("somebody's word on where they are was taken: %s", got.From)
	}
}

func TestABearerOverPlainHTTPIsRefusedAndNotRedirected(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "4.1.2")
	r := newRig(t, storetest.Open(t), func(o *httpapi.Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	got := r.browser().do(t, http.MethodGet, "/api/v1/server", nil,
		with("Authorization", "Bearer x", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "http"))
	got.wantProblem(t, http.StatusBadRequest, "https_required")
	if got.header.Get("Location") != "" {
		t.Error("it was redirected, which teaches clients to send credentials in the clear first")
	}
	for _, path := range []string{"token", "revoke", "device_authorization"} {
		r.browser().do(t, http.MethodPost, "/api/v1/oauth/"+path, nil, with("X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "http")).
			wantProblem(t, http.StatusBadRequest, "https_required")
	}
}

// rows is all that the store keeps, sessions and throttles aside.
func (r *rig) rows(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for row, err := range r.AllRows(t.Context()) {
		must(t, err)
		fmt.Fprintln(&all, row)
	}
	return all.String()
}

func TestABadBodyChangesNothingWhicheverOperationItIsFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b := r.setUp(t)
		operations, err := httpapi.Operations(r.options())
		must(t, err)
		before, tried := r.rows(t), 0
		fill := strings.NewReplacer("{marketplace}", "us", "{asin}", "B000000000", "{id}", "x")
		for _, op := range operations {
			if !op.HasBody || op.Access != httpapi.Session && op.Access != httpapi.Admin {
				continue
			}
			tried++
			for _, c := range badBodies() {
				got := b.do(t, op.Method, fill.Replace(op.Path), struct{}{}, rawBody(c.body))
				if got.status < 400 || got.status >= 500 {
					t.Errorf("%s with %s was answered %d", op.ID, c.name, got.status)
				}
			}
		}
		if after := r.rows(t); after != before || tried < 5 {
			t.Errorf("%d operations; the store was\n%s\nand is\n%s", tried, before, after)
		}
	})
}

func TestTwoCredentialsAtOnceAreRefused(t *testing.T) {
	t.Parallel()
	b := onSQLite(t).setUp(t)
	got := b.do(t, http.MethodPost, "/api/v1/echo", map[string]any{"text": "x"}, with("Authorization", "Bearer x"))
	got.wantProblem(t, http.StatusBadRequest, "ambiguous_credentials")
}

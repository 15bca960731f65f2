package e2e_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"filippo.io/age"

	"github.com/audipy/audipy/internal/canary"
)

// recorder stands between the browsers and the server and keeps what each
// request asks for and every answer: its headers, and its body as far as it
// came.
type recorder struct {
	port string
	to   atomic.Value // string: where the server listens

	mu      sync.Mutex
	answers []*answer
	set     map[string][]string // cookies by name
}

// answer is one exchange.
type answer struct {
	name    string // method and address
	headers []byte
	cookies []byte

	mu   sync.Mutex
	body bytes.Buffer
}

// record starts a recorder until the test ends.
func record(t *testing.T) *recorder {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	check(t, err)
	r := &recorder{set: map[string][]string{}}
	_, r.port, err = net.SplitHostPort(listener.Addr().String())
	check(t, err)
	// Uncompressed answers can be searched, and events are passed on at once.
	transport := &http.Transport{DisableCompression: true}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			to, _ := r.to.Load().(string)
			p.SetURL(&url.URL{Scheme: "http", Host: to})
			p.Out.Host = p.In.Host
			p.Out.Header.Del("Accept-Encoding")
		},
		Transport: transport, FlushInterval: -1, ModifyResponse: r.keep, ErrorHandler: r.gone,
	}
	server := &http.Server{Handler: proxy}
	go func() { _ = server.Serve(listener) }() // ends when it is closed
	t.Cleanup(func() {
		_ = server.Close()
		transport.CloseIdleConnections()
	})
	return r
}

// gone answers for a server that is not there, as at the end of a test.
func (*recorder) gone(w http.ResponseWriter, _ *http.Request, _ error) {
	w.WriteHeader(http.StatusBadGateway)
}

// keep begins to keep an answer.
func (r *recorder) keep(resp *http.Response) error {
	a := &answer{name: resp.Request.Method + " " + resp.Request.URL.RequestURI() + " " + strconv.Itoa(resp.StatusCode)}
	var headers, cookies bytes.Buffer
	for name, values := range resp.Header {
		to := &headers
		if name == "Set-Cookie" {
			to = &cookies
		}
		for _, value := range values {
			to.WriteString(name + ": " + value + "\n")
		}
	}
	a.headers, a.cookies = headers.Bytes(), cookies.Bytes()
	r.mu.Lock()
	r.answers = append(r.answers, a)
	for _, c := range resp.Cookies() {
		r.set[c.Name] = append(r.set[c.Name], c.Value)
	}
	r.mu.Unlock()
	resp.Body = &kept{ReadCloser: resp.Body, answer: a}
	return nil
}

// kept is a body that is kept while it is read.
type kept struct {
	io.ReadCloser
	answer *answer
}

// Read reads on.
func (k *kept) Read(p []byte) (int, error) {
	n, err := k.ReadCloser.Read(p)
	k.answer.mu.Lock()
	defer k.answer.mu.Unlock()
	k.answer.body.Write(p[:n])
	return n, err
}

// cookies are the values of cookies that the server has set.
func (r *recorder) cookies() []canary.Canary {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []canary.Canary
	for name, values := range r.set {
		for _, value := range values {
			if id, secret, ok := strings.Cut(value, "."); ok && strings.HasPrefix(name, "audipy_relay") && id != "" {
				value = secret // before it stands the id of the link, which is none
			}
			if value != "" {
				all = append(all, canary.Of(sessionCookie+" "+name, value)...)
			}
		}
	}
	return all
}

// places are everything that was kept.
func (r *recorder) places() []canary.Place {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []canary.Place
	for _, a := range r.answers {
		a.mu.Lock()
		belongs := belonging(a.name)
		all = append(all,
			canary.Place{Name: "address of " + a.name, Data: []byte(a.name), Belongs: belongs["address"]},
			canary.Place{Name: "headers of " + a.name, Data: a.headers},
			canary.Place{Name: "Set-Cookie of " + a.name, Data: a.cookies, Belongs: []string{sessionCookie}},
			canary.Place{Name: "body of " + a.name, Data: bytes.Clone(a.body.Bytes()), Belongs: belongs["body"]})
		a.mu.Unlock()
	}
	return all
}

// belonging are the secrets that an answer gives to the person, and where.
func belonging(name string) map[string][]string {
	for beginning, kinds := range map[string][]string{
		"POST /api/v1/me/authenticator ":         {authenticatorSeed},
		"POST /api/v1/me/authenticator/confirm ": {recoveryCode},
		"POST /api/v1/me/recovery-codes ":        {recoveryCode},
		"POST /api/v1/admin/invites ":            {inviteToken},
		"POST /api/v1/api-tokens ":               {apiToken},
		"POST /api/v1/oauth/":                    {programToken},
		"POST /api/v1/setup ":                    {"key, as it is kept", "key, its bytes"}, // the recovery kit, this once
	} {
		if strings.HasPrefix(name, beginning) {
			return map[string][]string{"body": kinds}
		}
	}
	if strings.Contains(name, " /ap/") { // Amazon's forms name it in their addresses
		session := []string{"sign-in cookie session-id"}
		return map[string][]string{"address": session, "body": session}
	}
	return nil
}

// answered reports whether a request with a method and such a path was answered.
func (r *recorder) answered(method string, path func(string) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.answers {
		parts := strings.Fields(a.name)
		address, _, _ := strings.Cut(parts[1], "?")
		if parts[0] == method && path(address) {
			return true
		}
	}
	return false
}

// backup makes one while the server runs, and returns it as it is and opened.
func (w *watched) backup(t *testing.T) []canary.Place {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	check(t, err)
	path := filepath.Join(t.TempDir(), "audipy.backup")
	w.run(t, "", "backup", "--output", path, "--to", identity.Recipient().String())
	data, err := os.ReadFile(path)
	check(t, err)
	opened, err := age.Decrypt(bytes.NewReader(data), identity)
	check(t, err)
	zipped, err := gzip.NewReader(opened)
	check(t, err)
	inside, err := io.ReadAll(zipped)
	check(t, err)
	if !bytes.Contains(inside, []byte(robin)) {
		t.Error("the person is not in the backup: it was not opened")
	}
	return []canary.Place{{Name: "backup", Data: data}, {Name: "opened backup", Data: inside, Belongs: []string{passwordHash}}}
}

// dump is what PostgreSQL's own programs give out, and the log that it writes
// ahead. On SQLite there is none: the files are searched.
func (w *watched) dump(t *testing.T) []canary.Place {
	t.Helper()
	if w.options.PostgresURL == "" {
		return nil
	}
	text, err := exec.CommandContext(t.Context(), pgDump(t), "--dbname", w.db.RawAddress).Output()
	check(t, err)
	if !bytes.Contains(text, []byte(robin)) {
		t.Error("the person is not in the dump")
	}
	all := []canary.Place{{Name: "dump", Data: text, Belongs: []string{passwordHash}}}
	_, err = w.db.Raw.ExecContext(t.Context(), `SELECT pg_switch_wal()`) // writes out what still is in memory
	check(t, err)
	folder := strings.TrimPrefix(strings.Fields(w.options.PostgresURL)[0], "host=")
	logs, err := filepath.Glob(filepath.Join(folder, "data", "pg_wal", "0*"))
	check(t, err)
	for _, path := range logs {
		data, err := os.ReadFile(path)
		check(t, err)
		all = append(all, canary.Place{Name: "pg_wal/" + filepath.Base(path), Data: data, Belongs: []string{passwordHash}})
	}
	if len(logs) == 0 {
		t.Error("PostgreSQL writes no log ahead")
	}
	return all
}

// pgDump finds the program beside PostgreSQL's other ones.
func pgDump(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("pg_dump"); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	check(t, err)
	if len(found) == 0 {
		t.Fatal("PostgreSQL's program pg_dump was not found")
	}
	return found[len(found)-1]
}

package cli_test

import (
	"database/sql"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/store"
)

func TestServeDeletesWhatHasExpired(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "14.2.7")
	home := t.TempDir()
	path := filepath.Join(home, ".local", "share", "audipy", "audipy.db")
	opened, err := store.Open(t.Context(), store.Options{
		SQLitePath: path, Now: func() time.Time { return time.Now().Add(-time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, window := range map[string]time.Duration{"over": time.Minute, "going on": 24 * time.Hour} {
		limit := store.Throttle{Name: name, Key: []byte("somebody"), Limit: 3, Window: window}
		if _, err := opened.TakeAttempt(t.Context(), []store.Throttle{limit}); err != nil {
			t.Fatal(err)
		}
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	s := startServe(t, map[string]string{"HOME": home})
	s.address(t)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it was only read
	for deadline, left := time.After(30*time.Second), ""; left != "going on"; {
		if err := db.QueryRowContext(t.Context(), `SELECT group_concat(name) FROM throttles`).Scan(&left); err != nil {
			t.Fatal(err)
		}
		select {
		case <-deadline:
			t.Fatalf("what is left is %q", left)
		case <-time.After(5 * time.Millisecond):
		}
	}
	if code := s.end(t); code != 0 {
		t.Errorf("a stop ends with %d: %s", code, s.err)
	}
}

func TestServeEndsAfterTheMailsUnderWay(t *testing.T) {
	t.Parallel()
	mails, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mails.Close() }() // it only listens
	_, port, _ := net.SplitHostPort(mails.Addr().String())
	s := startServe(t, map[string]string{
		"AUDIPY_SMTP_HOST": "127.0.0.1", "AUDIPY_SMTP_PORT": port, "AUDIPY_SMTP_SECURITY": "plain",
		"AUDIPY_SMTP_FROM": "AudiPy <audipy@example.com>", "AUDIPY_LOG": "info",
		"AUDIPY_PUBLIC_URL": "", "AUDIPY_LISTEN": "localhost:0",
	})
	address := s.address(t)
	if err := setUpServer(s, address, "kim@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := post(address, "password-reset", map[string]string{"email": "kim@example.com"}, http.StatusAccepted); err != nil {
		t.Fatal(err)
	}
	mail, err := mails.Accept() // a mail server that says nothing yet
	if err != nil {
		t.Fatal(err)
	}
	s.stop()
	for { // until the server takes no request any more
		conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	select {
	case code := <-s.code:
		t.Fatalf("it ended with %d while a mail was under way", code)
	case <-time.After(200 * time.Millisecond):
	}
	if err := mail.Close(); err != nil {
		t.Fatal(err)
	}
	if code := s.end(t); code != 0 || !strings.Contains(s.err.String(), "no mail was sent") {
		t.Errorf("it ended with %d: %s", code, s.err)
	}
}

func TestServeGivesUpAMailServerThatSaysNothing(t *testing.T) {
	t.Parallel()
	mails, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mails.Close() }() // it only listens
	_, port, _ := net.SplitHostPort(mails.Addr().String())
	s := startServe(t, map[string]string{
		"AUDIPY_SMTP_HOST": "127.0.0.1", "AUDIPY_SMTP_PORT": port, "AUDIPY_SMTP_SECURITY": "plain",
		"AUDIPY_SMTP_FROM": "AudiPy <audipy@example.com>",
	})
	address := s.address(t)
	if err := setUpServer(s, address, "kim@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := post(address, "password-reset", map[string]string{"email": "kim@example.com"}, http.StatusAccepted); err != nil {
		t.Fatal(err)
	}
	mail, err := mails.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mail.Close() }() // it was silent to the end
	started := time.Now()
	if code := s.end(t); code != 0 || time.Since(started) > 15*time.Second {
		t.Errorf("it ended with %d after %v", code, time.Since(started))
	}
}

package main_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	main "github.com/audipy/audipy/cmd/audiblesim"
)

func TestHelpDocumentsTheAccountsFile(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := main.Run(t.Context(), []string{"--help"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--accounts", "--books", "--seed", "--listen", "--control", "totp_seed", "wrong-password-captcha"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("--help lacks %q:\n%s", want, &out)
		}
	}
}

func TestWrongFlagsAndFilesAreErrors(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "accounts.json")
	if err := os.WriteFile(broken, []byte(`[{"login":"kim"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"unknown flag":            {"--nonsense"},
		"no such file":            {"--accounts", broken + "x"},
		"password":                {"--accounts", broken},
		"loopback addresses only": {"--listen", "0.0.0.0:0"},
	} {
		if err := main.Run(t.Context(), args, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v = %v, want an error with %q", args, err, want)
		}
	}
}

func TestItServesUntilStopped(t *testing.T) {
	t.Parallel()
	accounts := filepath.Join(t.TempDir(), "accounts.json")
	if err := os.WriteFile(accounts, []byte(`[{"login":"kim@example.com","password":"x","marketplaces":{"us":3}}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	read, written := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- main.Run(ctx, []string{"--accounts", accounts}, written) }()
	lines := bufio.NewScanner(read)
	addresses := make(map[string]string)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		addresses[name] = strings.TrimSpace(value)
		if name == "account" {
			break
		}
	}
	if addresses["account"] != "kim@example.com" {
		t.Errorf("printed %v, want the account", addresses)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, addresses["browser"]+"?x=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("GET %s = %d, want 200", addresses["browser"], response.StatusCode)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("run = %v after it was stopped, want nil", err)
	}
}

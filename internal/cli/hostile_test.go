package cli_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/store/storetest"
)

// deviceKey is a key as PEM, in its PKCS #8 form.
func deviceKey(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	ensure(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// hostileFiles are credential files that can't be used, by what is wrong with
// them (G179 to G183).
func hostileFiles(t *testing.T, good []byte) map[string]string {
	t.Helper()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ensure(t, err)
	usual, err := rsa.GenerateKey(rand.Reader, 2048)
	ensure(t, err)
	with := func(name string, value any) string {
		var file map[string]any
		ensure(t, json.Unmarshal(good, &file))
		file["device_name"], file[name] = "canary", value
		text, err := json.Marshal(file)
		ensure(t, err)
		return string(text)
	}
	one := deviceKey(t, usual)
	sealed, err := os.ReadFile(filepath.Join(root, "audible", "authfile", "testdata", "python", "py012.json-encrypted.json"))
	ensure(t, err)
	return map[string]string{
		"elliptic key": with("device_private_key", deviceKey(t, curve)), "two keys": with("device_private_key", one+one),
		"no key": with("device_private_key", "canary"), "a number for a key": with("device_private_key", 7),
		"an end that is no time": with("expires", "canary"), "an end without end": `{"expires":1e400,` + string(good[1:]),
		"an end that is no number": `{"expires":NaN,` + string(good[1:]), "a store of nowhere": with("locale_code", "xx"),
		"a token of a list": with("refresh_token", []string{"Atnr|canary"}), "a list": "[" + string(good) + "]", "half of it": string(good[:len(good)/2]),
		"nothing": "", "words": "canary", "too much": strings.Repeat("canary ", 50_000), "a file that is locked": string(sealed),
	}
}

func TestTheCommandLineTakesNoBadFile(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "5.2.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		sim := audiblesim.New(audiblesim.Options{Seed: 1, Now: time.Now})
		ensure(t, sim.AddAccount(audiblesim.Account{Login: killLogin, Password: madeUpPassword, Marketplaces: map[string]int{"us": 3}}))
		good, err := sim.CredentialFile(killLogin, "us")
		ensure(t, err)
		home := t.TempDir()
		variables := map[string]string{"HOME": home, "AUDIPY_HOME": t.TempDir(), "AUDIPY_DATABASE": db.Options.PostgresURL, "AUDIPY_LOG": "debug"}
		if !db.IsPostgres() {
			variables["AUDIPY_HOME"] = filepath.Dir(db.Options.SQLitePath)
		}
		run := func(args ...string) (int, string) {
			out := &lockedBuffer{}
			code := cli.Main(t.Context(), args, cli.Env{
				Stdin: strings.NewReader(""), Stdout: out, Stderr: out, GOOS: "linux", Now: time.Now, NoKeyring: true,
				Transport: sim.Transport(), Getenv: func(name string) string { return variables[name] },
			})
			return code, out.String()
		}
		if code, said := run("prefs"); code != 0 {
			t.Fatalf("exit code %d: %s", code, said)
		}
		before := everyRow(t, db)
		path := filepath.Join(home, "file.json")
		for name, text := range hostileFiles(t, good) {
			ensure(t, os.WriteFile(path, []byte(text), 0o600))
			code, said := run("login", "--import", path)
			if code != 2 || strings.Contains(said, "canary") || strings.Contains(said, "goroutine") || !strings.Contains(said, "file.json") {
				t.Errorf("%s: exit code %d: %.400s", name, code, said)
			}
		}
		if after := everyRow(t, db); after != before {
			t.Errorf("the store was\n%s\nand is\n%s", before, after)
		}
		ensure(t, os.WriteFile(path, good, 0o600))
		if code, said := run("login", "--import", path); code != 0 || sim.LiveDevices(killLogin) != 1 {
			t.Errorf("the file as it was: exit code %d: %s", code, said)
		}
	})
}

// everyRow is all that a store keeps.
func everyRow(t *testing.T, db *storetest.DB) string {
	t.Helper()
	var all strings.Builder
	for row, err := range db.AllRows(t.Context()) {
		ensure(t, err)
		fmt.Fprintln(&all, row)
	}
	return all.String()
}

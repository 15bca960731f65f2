package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/canary"
)

// TestNoSecretGetsOut uses the whole command line with secrets that are known,
// logging everything, and then searches what it left and said for each of
// them, in every form. Only what the person asked for may hold any.
func TestNoSecretGetsOut(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "14.2.4", "16.2.5")
	w := newCanaryWorld(t)
	for _, folder := range []string{"made", "asked", "shared"} {
		ensure(t, os.Mkdir(filepath.Join(w.home, folder), 0o700))
	}
	w.signInByQuestions(t)
	w.useLibrary(t)
	w.exportCredentials(t)
	w.failAtAmazon(t)
	w.signInByBrowser(t)
	w.importFiles(t)
	w.storeSignIn(t)
	w.makeMistakes(t)

	canaries, places := w.canaries(t), append(w.files(t), w.said...)
	for _, f := range canary.Search(places, canaries) {
		t.Errorf("%s lies in %s (%s)", f.Kind, f.Place, f.Form)
	}
	w.wantFoundWhereAsked(t, canaries)
	size := 0
	for _, h := range places {
		size += len(h.Data)
	}
	t.Logf("%d secrets or parts of them, in %d forms each, searched for in %d places of %d bytes",
		len(canaries), len(canaries[0].Forms()), len(places), size)
}

// signInByQuestions signs in with every challenge, and with a wrong answer to
// each.
func (w *canaryWorld) signInByQuestions(t *testing.T) {
	t.Helper()
	w.account(t, audiblesim.Account{
		Login: "kim@example.com", Password: canaryPassword, OTP: canaryOTP, Captcha: canaryCaptcha, Code: canaryCode,
		Challenges: []string{
			audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeCVF, audiblesim.ChallengeApproval,
			audiblesim.ChallengeNag,
		},
		ApprovalPolls: 2, Marketplaces: map[string]int{"us": fewer(120), "de": fewer(10)},
	})
	w.must(t, &person{answers: map[string][]string{
		"E-mail": {"kim@example.com"}, "Password": {canaryWrongPassword, canaryPassword},
		"Characters": {"wrongletters", canaryCaptcha}, "Number": {"1"},
		"Code": {canaryWrongOTP, canaryOTP, canaryWrongCode, canaryCode},
	}}, "login", "--password", "--new")
	w.account(t, audiblesim.Account{
		Login: "seed@example.com", Password: canaryPassword, TOTPSeed: canarySeed, Challenges: []string{audiblesim.ChallengeOTP},
	})
	code, err := w.sim.OTP("seed@example.com")
	ensure(t, err)
	w.must(t, &person{answers: map[string][]string{
		"E-mail": {"seed@example.com"}, "Password": {canaryPassword}, "Code": {code},
	}}, "login", "--password", "--new", "--json")
	w.must(t, nil, "logout", "--account", w.lastAccount(t))
}

// lastAccount is the end of the newest account's id.
func (w *canaryWorld) lastAccount(t *testing.T) string {
	t.Helper()
	w.must(t, nil, "accounts", "--json")
	listed := string(w.said[len(w.said)-2].Data)
	at := strings.LastIndex(listed, `"id": "`)
	if at < 0 {
		t.Fatalf("no account in %s", listed)
	}
	id, _, _ := strings.Cut(listed[at+len(`"id": "`):], `"`)
	return id[len(id)-6:]
}

// useLibrary does what people do every day, under faults.
func (w *canaryWorld) useLibrary(t *testing.T) {
	t.Helper()
	ensure(t, w.sim.SetFaults(
		audiblesim.Fault{Kind: audiblesim.FaultStatus, Path: "/1.0/", Probability: 0.1, Status: 500},
		audiblesim.Fault{Kind: audiblesim.FaultCut, Path: "/1.0/", Probability: 0.1},
		audiblesim.Fault{Kind: audiblesim.FaultRateLimit, Path: "/1.0/", Probability: 0.1, RetryAfter: "2"},
		audiblesim.Fault{Kind: audiblesim.FaultHTML, Path: "/auth/token", Times: 1},
	))
	w.must(t, nil, "sync")
	ensure(t, w.sim.ExpireAccessTokens("kim@example.com"))
	w.must(t, nil, "sync", "--full", "--json")
	ensure(t, w.sim.SetFaults())
	ensure(t, w.wait(t.Context(), 2*time.Hour))
	for _, line := range []string{
		"refresh", "refresh --json", "status", "status --json", "next", "next --json", "next --upcoming --offline",
		"library list", "library list --json", "series", "series --json", "wishlist", "wishlist --json", "prefs --json",
		"accounts", "audit", "audit --json", "audit verify", "config", "config --json", "version", "completion bash",
	} {
		w.must(t, nil, strings.Fields(line)...)
	}
	for _, name := range []string{"library.json", "library.csv", "reports"} {
		args := []string{"export", "--output", filepath.Join(w.home, "shared", name)}
		if name == "reports" {
			args = append(args, "--format", "text")
		}
		w.must(t, nil, args...)
	}
	w.must(t, nil, "dump", "--report-only", "--output", filepath.Join(w.home, "shared", "report"))
	w.must(t, nil, "dump", "--json", "--output", filepath.Join(w.home, "shared", "dump"))
}

// exportCredentials writes the account out, encrypted and, into the folder of
// what was asked for, in plain text.
func (w *canaryWorld) exportCredentials(t *testing.T) {
	t.Helper()
	secret := func() *person {
		return &person{answers: map[string][]string{"Password for": {canaryFilePassword}, "Password": {canaryFilePassword}}}
	}
	w.must(t, secret(), "credentials", "export", "--output", filepath.Join(w.home, "shared", "encrypted.json"))
	w.must(t, secret(), "credentials", "export", "--format", "audible-cli", "--i-know-this-is-weak", "--json",
		"--output", filepath.Join(w.home, "shared", "weak.json"))
	w.must(t, nil, "credentials", "export", "--plain", "--format", "audible-cli", "--output", filepath.Join(w.home, "asked", "plain.json"))
	w.fails(t, nil, "credentials", "export", "--plain", "--output", filepath.Join(w.home, "asked", "plain.json"))
}

// failAtAmazon has Amazon refuse and go away, and ends the account.
func (w *canaryWorld) failAtAmazon(t *testing.T) {
	t.Helper()
	now := w.clock()
	w.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(time.Hour), Status: 503})
	w.fails(t, nil, "sync", "--json")
	ensure(t, w.wait(t.Context(), 2*time.Minute))
	w.fails(t, nil, "refresh")
	ensure(t, w.wait(t.Context(), 2*time.Hour))
	ensure(t, w.sim.RefuseRefreshTokens("kim@example.com"))
	w.must(t, nil, "refresh") // the device's key carries on
	w.must(t, nil, "sync")
	ensure(t, w.sim.RevokeAll("kim@example.com"))
	w.fails(t, nil, "sync", "--json")
	ensure(t, w.wait(t.Context(), 2*time.Hour))
	w.fails(t, nil, "sync")
	w.fails(t, nil, "status")
	w.must(t, nil, "logout", "--json")
	w.account(t, audiblesim.Account{
		Login: "stopped@example.com", Password: canaryPassword, Challenges: []string{audiblesim.ChallengeUnknown},
	})
	w.fails(t, &person{answers: map[string][]string{
		"E-mail": {"stopped@example.com"}, "Password": {canaryPassword}, "Paste": {"https://example.com/" + canaryPassword},
	}}, "login", "--password", "--new")
	if captures, err := filepath.Glob(filepath.Join(w.data(), "captures", "*")); err != nil || len(captures) == 0 {
		t.Errorf("no capture of the unknown page: %v", err)
	}
}

// signInByBrowser signs in with an address that is pasted, after others that
// are wrong and hold the code all the same, and then on loopback.
func (w *canaryWorld) signInByBrowser(t *testing.T) {
	t.Helper()
	w.account(t, audiblesim.Account{Login: "lee@example.com", Password: madeUpPassword})
	w.must(t, &person{landed: func(shown string) ([]string, error) {
		end, err := browse(w.tap, startAddress.FindString(shown), "lee@example.com")
		return []string{
			strings.Replace(end, "https://www.amazon.com/", "https://www.amazon.com.example.net/", 1),
			strings.Replace(end, "https:", "http:", 1),
			strings.Replace(end, "maplanding", "elsewhere", 1),
			end + "&openid.oa2.authorization_code=" + canaryWrongCode,
			end,
		}, err
	}}, "login", "--paste", "--new")
	w.must(t, nil, "logout", "--forget")
	w.must(t, nil, "login", "--new")
	w.must(t, nil, "logout")
}

// importFiles links by a file of every format, and fails with ones that are
// damaged.
func (w *canaryWorld) importFiles(t *testing.T) {
	t.Helper()
	key := filepath.Join(w.home, "made", "libation.key")
	master := bytes.Repeat([]byte{7, 99}, 16)
	ensure(t, os.WriteFile(key, master, 0o600))
	for i, format := range authfile.Formats() {
		if !format.IsWritable() {
			continue
		}
		options := authfile.WriteOptions{Password: []byte(canaryFilePassword), MasterKey: master, Iterations: 1000}
		var file bytes.Buffer
		login := fmt.Sprintf("file-%d@example.com", i)
		ensure(t, authfile.Write(&file, format, []authfile.Account{{Credentials: w.credentials(t, login), Login: login}}, options))
		path := filepath.Join(w.home, "made", fmt.Sprintf("%d-%s.json", i, format))
		ensure(t, os.WriteFile(path, file.Bytes(), 0o600))
		args := []string{"login", "--import", path}
		if format == authfile.LibationEncrypted {
			args = append(args, "--libation-key", key)
		}
		if format.IsEncrypted() && format != authfile.LibationEncrypted {
			w.fails(t, &person{answers: map[string][]string{"Password of": {canaryWrongPassword}}}, args...)
		}
		w.must(t, &person{answers: map[string][]string{"Password of": {canaryFilePassword}}}, args...)
		w.must(t, nil, "status", "--json")
		w.must(t, nil, "sync")
		w.must(t, nil, "logout", "--shared")
		w.importDamaged(t, path, file.Bytes())
	}
}

// importDamaged tries a file that was cut, and ones with nonsense in a field.
func (w *canaryWorld) importDamaged(t *testing.T, path string, file []byte) {
	t.Helper()
	damaged := map[string][]byte{
		"cut": file[:len(file)*2/3],
		"adp": bytes.ReplaceAll(file, []byte("{enc:"), []byte("{eno:")),
		"atn": bytes.ReplaceAll(file, []byte("Atnr|"), []byte("Atxx|")),
		"pem": bytes.ReplaceAll(file, []byte("-----BEGIN"), []byte("-----BEGUN")),
	}
	for name, data := range damaged {
		if bytes.Equal(data, file) {
			continue
		}
		ensure(t, os.WriteFile(path+"."+name, data, 0o600))
		code := w.run(t, &person{answers: map[string][]string{"Password of": {canaryFilePassword}}}, "login", "--import", path+"."+name)
		if code == 0 {
			w.must(t, nil, "logout", "--shared")
		}
	}
}

// storeSignIn has a password and a seed kept, wrong ones too, and lets a dead link
// be repaired by them; both stay in the database to the end.
func (w *canaryWorld) storeSignIn(t *testing.T) {
	t.Helper()
	w.account(t, audiblesim.Account{
		Login: "kept@example.com", Password: canaryPassword, TOTPSeed: canarySeed, Challenges: []string{audiblesim.ChallengeOTP},
	})
	code, err := w.sim.OTP("kept@example.com")
	ensure(t, err)
	w.must(t, &person{answers: map[string][]string{
		"E-mail": {"kept@example.com"}, "Password": {canaryPassword}, "Code": {code}, "Keep": {"yes"},
	}}, "login", "--password", "--new", "--store-password")
	name := w.lastAccount(t)
	w.fails(t, &person{answers: map[string][]string{"Keep": {"yes"}, "Seed": {canaryPassword}}}, "remember", name, "--seed")
	w.must(t, &person{answers: map[string][]string{"Keep": {"yes"}, "Seed": {canarySeed}}}, "remember", name, "--seed", "--json")
	ensure(t, w.sim.RevokeAll("kept@example.com"))
	ensure(t, w.sim.ExpireAccessTokens("kept@example.com"))
	w.fails(t, nil, "sync", "--account", name)
	ensure(t, w.wait(t.Context(), 2*time.Hour))
	w.fails(t, nil, "sync", "--account", name)
	w.fails(t, nil, "status")
	w.must(t, nil, "sync", "--account", name) // signs in by itself
	w.must(t, nil, "status", "--json")
	w.must(t, nil, "audit", "--json")
	w.must(t, &person{answers: map[string][]string{"Password for": {canaryFilePassword}, "Password": {canaryFilePassword}}},
		"credentials", "export", "--account", name, "--output", filepath.Join(w.home, "shared", "kept.json"))
	if n := w.sim.LiveDevices("kept@example.com"); n != 1 {
		t.Errorf("%d devices live after the repair", n)
	}
}

// makeMistakes uses the command line wrongly.
func (w *canaryWorld) makeMistakes(t *testing.T) {
	t.Helper()
	for _, line := range []string{
		"sync", "refresh", "status --json", "next", "logout", "credentials export --output x", "dump", "login --import missing.json",
		"login --store xx", "nonsense", "export --format text --what runs", "audit verify --checkpoint nonsense",
		"login --password " + canaryOTP, "credentials export --output x " + canaryOTP, "login --paste=" + canaryCode, "--json login --password=" + canaryOTP,
	} {
		_ = w.run(t, nil, strings.Fields(line)...)
	}
}

// wantFoundWhereAsked shows that the search would have found the secrets: they
// are in the file that the person asked for in plain text, and in the key's.
func (w *canaryWorld) wantFoundWhereAsked(t *testing.T, canaries []canary.Canary) {
	t.Helper()
	plain, err := os.ReadFile(filepath.Join(w.home, "asked", "plain.json"))
	ensure(t, err)
	key, err := os.ReadFile(w.keyFile())
	ensure(t, err)
	kinds := map[string]bool{}
	for _, f := range canary.Search([]canary.Place{{Name: "plain.json", Data: plain}, {Name: "key", Data: key}}, canaries) {
		kind, _, _ := strings.Cut(f.Kind, ",")
		kinds[kind] = true
	}
	for _, kind := range []string{"access token", "refresh token", "ADP token", "device key", "key"} {
		if !kinds[kind] {
			t.Errorf("%s was not found where the person asked for it", kind)
		}
	}
}

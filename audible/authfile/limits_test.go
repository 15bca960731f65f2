package authfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/authfile"
)

// TestRustWorkIsBounded asks for more work than is allowed; the test would
// run out of memory if the bounds were not checked first.
func TestRustWorkIsBounded(t *testing.T) {
	t.Parallel()
	const problem = "asks for no work or for more than is allowed"
	for _, c := range []struct{ from, to, field, problem string }{
		{`"m_cost": 1024`, `"m_cost": 262145`, "kdf.m_cost", problem},
		{`"m_cost": 1024`, `"m_cost": 4294967296`, "kdf.m_cost", problem},
		{`"m_cost": 1024`, `"m_cost": 0`, "kdf.m_cost", problem},
		{`"t_cost": 1`, `"t_cost": 11`, "kdf.t_cost", problem},
		{`"p_cost": 1`, `"p_cost": 9`, "kdf.p_cost", problem},
		{`"p_cost": 1`, `"p_cost": 1.5`, "kdf.p_cost", problem},
		{`"p_cost": 1`, `"p_cost": "1"`, "kdf.p_cost", "is missing or not a number"},
		{`"algorithm": "argon2id"`, `"algorithm": "argon2i"`, "kdf.algorithm", "is not argon2id"},
		{`"xchacha20poly1305"`, `"aes"`, "cipher.algorithm", "is not xchacha20poly1305"},
		{`"version": 1`, `"version": 2`, "version", "is not 1, the one that is known"},
		{`"ciphertext": "`, `"ciphertext": "!`, "ciphertext", "is not base64"},
	} {
		t.Run(c.to, func(t *testing.T) {
			t.Parallel()
			_, _, err := authfile.Read(replace(t, sample(t, "rust-light.encrypted.json"), c.from, c.to), keys())
			var field *authfile.FieldError
			if !errors.As(err, &field) || field.Field != c.field || field.Problem != c.problem {
				t.Errorf("Read = %v, want %q %s", err, c.field, c.problem)
			}
		})
	}
}

func TestRustPlainIsChecked(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{`{"format":"audible-rs-auth","version":2,"data":{}}`, `the field "version" is not 1, the one that is known`},
		{`{"format":"audible-rs-auth","version":1}`, `the field "data" is missing`},
		{`{"format":"audible-rs-auth","version":1,"data":{}}`, `the field "locale_code" is missing`},
	} {
		_, _, err := authfile.Read([]byte(c[0]), authfile.ReadOptions{})
		if err == nil || err.Error() != "read audible-rs file: "+c[1] {
			t.Errorf("Read(%s) = %v", c[0], err)
		}
	}
}

// TestUnsoundCookiesAreDropped keeps the file and drops what could not be
// sent.
func TestUnsoundCookiesAreDropped(t *testing.T) {
	t.Parallel()
	unsound := map[string]any{
		"good": `"quoted"`, "null": nil, "empty": "", "line": "a\r\nSet: x", "na me": "x", "ünicode": "x",
		"long": strings.Repeat("x", 5000), "semicolon;": "x",
	}
	accounts, _ := read(t, edit(t, map[string]any{"website_cookies": unsound}))
	if got := accounts[0].Credentials.Cookies; len(got) != 1 || got["good"] != "quoted" {
		t.Errorf("%d cookies are kept, want the good one", len(got))
	}
	many := map[string]any{}
	for i := range 1000 {
		many[fmt.Sprintf("c%d", i)] = "x"
	}
	accounts, _ = read(t, edit(t, map[string]any{"website_cookies": many}))
	if got := accounts[0].Credentials.Cookies; got != nil {
		t.Errorf("%d of 1000 cookies are kept, want none", len(got))
	}
}

// TestNamesAreSafeToPrint takes escape sequences out of names and bounds
// them.
func TestNamesAreSafeToPrint(t *testing.T) {
	t.Parallel()
	hostile := map[string]any{"name": "A\x1b[31m\u0007\u0085" + strings.Repeat("ä", 300)}
	accounts, _ := read(t, edit(t, map[string]any{"customer_info": hostile}))
	if want := "A[31m" + strings.Repeat("ä", 251); accounts[0].Label != want {
		t.Errorf("label %q", accounts[0].Label)
	}
}

func TestTooManyAccountsAreRefused(t *testing.T) {
	t.Parallel()
	entry := `{"AccountId":"a","IdentityTokens":{"PrivateKey":{"Value":"x"}}},`
	data := `{"Accounts":[` + strings.TrimSuffix(strings.Repeat(entry, 51), ",") + `]}`
	_, _, err := authfile.Read([]byte(data), authfile.ReadOptions{})
	if err == nil || err.Error() != `read libation file: the field "Accounts" has more than 50 accounts` {
		t.Errorf("Read = %v", err)
	}
	account := reader(t)
	fifty := make([]authfile.Account, 51)
	for i := range fifty {
		fifty[i] = account
		fifty[i].Login = fmt.Sprint(i)
	}
	if err := authfile.Write(io.Discard, authfile.Libation, fifty, authfile.WriteOptions{}); err == nil {
		t.Error("51 accounts are written")
	}
}

func TestWriteRefusesWhatTheFormatCannotHold(t *testing.T) {
	t.Parallel()
	one := []authfile.Account{reader(t)}
	for _, c := range []struct {
		name     string
		format   authfile.Format
		accounts []authfile.Account
		want     string
	}{
		{"read only", authfile.OpenAudible, one, "write openaudible file: files of this format can be read, not written"},
		{"none", authfile.AudibleCLI, nil, "write audible-cli file: there is no account to write"},
		{"two", authfile.AudibleCLI, append(one, one...), "write audible-cli file: the format holds one account, not 2: write one file for each"},
		{"no password", authfile.AudibleCLIJSON, one, "write audible-cli-json file: the file is encrypted and needs a password"},
		{"no password for audible-rs", authfile.AudibleRSEncrypted, one, "write audible-rs-encrypted file: the file is encrypted and needs a password"},
		{"nothing in it", authfile.AudibleRS, []authfile.Account{{}}, `write audible-rs file: the field "locale_code" is missing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			err := authfile.Write(&b, c.format, c.accounts, authfile.WriteOptions{})
			if err == nil || err.Error() != c.want || b.Len() > 0 {
				t.Errorf("Write = %v after %d bytes, want %s", err, b.Len(), c.want)
			}
		})
	}
	err := authfile.Write(io.Discard, "zip", one, authfile.WriteOptions{})
	if err == nil || !strings.Contains(err.Error(), `"zip" is not a format; use one of ["audible-cli" `) {
		t.Errorf("Write(zip) = %v", err)
	}
}

// TestAccountsDoNotPrintTheirSecrets formats an account in every way.
func TestAccountsDoNotPrintTheirSecrets(t *testing.T) {
	t.Parallel()
	account := reader(t)
	var b bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&b, nil))
	logger.Info("x", slog.Any("account", account), slog.Any("pointer", &account))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		fmt.Fprintf(&b, verb, account)
		fmt.Fprintf(&b, verb, []*authfile.Account{&account})
	}
	b.WriteString(account.String() + account.GoString())
	checkNoSecret(t, b.String())
	if got := account.String(); got != "Fake Reader" {
		t.Errorf("String = %q, want the label", got)
	}
	if _, err := account.MarshalJSON(); err == nil {
		t.Error("an account is serialised by accident")
	}
}

// TestErrorsHoldNoSecret damages a good file at many places and looks for
// secrets in the errors.
func TestErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"python/py012.plain.json", "rust.plain.json", "libation.plain.json", "openaudible-nested.json"} {
		data := sample(t, name)
		for i := 0; i < len(data); i += 61 {
			damaged := bytes.Clone(data)
			damaged[i] ^= 0x15
			if _, _, err := authfile.Read(damaged, keys()); err != nil {
				checkNoSecret(t, err.Error())
			}
		}
	}
}

// TestWriteReportsItsWriterAndItsRandomness has both fail.
func TestWriteReportsItsWriterAndItsRandomness(t *testing.T) {
	t.Parallel()
	for _, format := range writable() {
		if !format.IsEncrypted() {
			continue
		}
		o := writeKeys()
		o.Rand = strings.NewReader("too short")
		err := authfile.Write(io.Discard, format, []authfile.Account{reader(t)}, o)
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("Write(%s) with little randomness = %v", format, err)
		}
	}
	broken := errors.New("disk full")
	if err := authfile.Write(failing{broken}, authfile.AudibleCLI, []authfile.Account{reader(t)}, authfile.WriteOptions{}); !errors.Is(err, broken) {
		t.Errorf("Write to a full disk = %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

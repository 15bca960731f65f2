package authfile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/authfile"
)

// pythonMembers are the members of the Python library's file, in its order.
func pythonMembers() []string {
	return []string{
		"website_cookies", "adp_token", "access_token", "refresh_token", "device_private_key",
		"store_authentication_cookie", "device_info", "customer_info", "expires", "locale_code",
		"with_username", "activation_bytes",
	}
}

// checkPythonFile applies the Python library's own rules to a plain file
// (protocol 8.1): the checks that it runs when it loads one, and the form in
// which it writes. It shares no code with the package.
func checkPythonFile(data []byte) error {
	if members := memberOrder(data); !slices.Equal(members, pythonMembers()) {
		return fmt.Errorf("members %q", members)
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		return err
	}
	if err := checkPythonLayout(data); err != nil {
		return err
	}
	forms := map[string]string{
		"adp_token":          `^{enc:[^{}]+}{key:[^{}]+}{iv:[^{}]+}{name:[^{}]+}{serial:Mg==}$`,
		"access_token":       `^Atna\|`,
		"refresh_token":      `^Atnr\|`,
		"device_private_key": `^-----BEGIN RSA PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+\n-----END RSA PRIVATE KEY-----\n$`,
		"locale_code":        `^(us|uk|de|fr|ca|it|au|in|jp|es|br)$`,
		"activation_bytes":   `^[0-9a-f]{8}$`,
	}
	for name, form := range forms {
		if text, isText := file[name].(string); file[name] != nil && (!isText || !regexp.MustCompile(form).MatchString(text)) {
			return fmt.Errorf("%s is refused", name)
		}
	}
	return checkPythonObjects(file)
}

func checkPythonObjects(file map[string]any) error {
	if file["website_cookies"] != nil {
		cookies, ok := file["website_cookies"].(map[string]any)
		if !ok || len(cookies) == 0 {
			return fmt.Errorf("website_cookies is empty or no object")
		}
		for _, value := range cookies {
			if _, ok := value.(string); !ok {
				return fmt.Errorf("a cookie is not text")
			}
		}
	}
	if _, ok := file["expires"].(float64); !ok && file["access_token"] != nil {
		return fmt.Errorf("expires is no number beside an access token")
	}
	if _, ok := file["with_username"].(bool); !ok {
		return fmt.Errorf("with_username is no bool")
	}
	for object, members := range map[string][]string{
		"device_info":   {"device_name", "device_serial_number", "device_type"},
		"customer_info": {"account_pool", "user_id", "home_region", "name", "given_name"},
	} {
		info, _ := file[object].(map[string]any)
		for _, member := range members {
			if _, ok := info[member].(string); !ok {
				return fmt.Errorf("%s.%s is no text", object, member)
			}
		}
	}
	return nil
}

// checkPythonLayout compares with what json.dumps(indent=4) writes: ASCII,
// four blanks, no newline at the end.
func checkPythonLayout(data []byte) error {
	if !bytes.HasPrefix(data, []byte("{\n    \"website_cookies\": ")) || !bytes.HasSuffix(data, []byte("\n}")) {
		return fmt.Errorf("the layout is not that of indent 4")
	}
	for _, b := range data {
		if b != '\n' && (b < ' ' || b > '~') {
			return fmt.Errorf("byte %#x is not printable ASCII", b)
		}
	}
	return nil
}

// memberOrder returns the names of the top-level members as they stand.
func memberOrder(data []byte) []string {
	var names []string
	for _, match := range regexp.MustCompile(`(?m)^    "([a-z_]+)": `).FindAllSubmatch(data, -1) {
		names = append(names, string(match[1]))
	}
	return names
}

func TestPythonLibraryLoadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	for _, name := range samples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			accounts, _ := read(t, sample(t, name))
			for i, account := range accounts {
				data := write(t, authfile.AudibleCLI, []authfile.Account{account}, authfile.WriteOptions{})
				if err := checkPythonFile(data); err != nil {
					t.Errorf("account %d: the library refuses the file: %v", i+1, err)
				}
			}
		})
	}
}

func TestPythonRulesRefuseWhatTheLibraryRefuses(t *testing.T) {
	t.Parallel()
	good := string(sample(t, "python/py012.plain.json"))
	if err := checkPythonFile([]byte(good)); err != nil {
		t.Fatalf("the checker refuses the library's own file: %v", err)
	}
	for _, change := range [][2]string{
		{`"activation_bytes": "1a2b3c4d"`, `"activation_bytes": "1a2b3c4d",` + "\n" + `    "extra": 1`},
		{`-----END RSA PRIVATE KEY-----\n`, `-----END RSA PRIVATE KEY-----`},
		{`"Atna|`, `"Btna|`},
		{`{serial:Mg==}`, `{serial:Mw==}`},
		{`"locale_code": "us"`, `"locale_code": "US"`},
	} {
		if err := checkPythonFile([]byte(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("the checker takes a file with %q", change[1])
		}
	}
}

// TestEmptyValuesAreWrittenAsTheLibraryNeedsThem writes an account that lacks
// all that may be missing.
func TestEmptyValuesAreWrittenAsTheLibraryNeedsThem(t *testing.T) {
	t.Parallel()
	account := reader(t)
	c := &account.Credentials
	c.Cookies, c.StoreAuthCookie, c.ActivationBytes = map[string]string{}, "", ""
	c.AccessTokenExpires = time.Time{}
	data := write(t, authfile.AudibleCLI, []authfile.Account{account}, authfile.WriteOptions{})
	if err := checkPythonFile(data); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`"website_cookies": null`, `"store_authentication_cookie": null`, `"expires": 1.0`, `"activation_bytes": null`} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("the file lacks %s", want)
		}
	}
	accounts, _ := read(t, data)
	if got := accounts[0].Credentials.AccessTokenExpires; !got.IsZero() {
		t.Errorf("an unknown expiry is read back as %v", got)
	}

	c.AccessToken = ""
	data = write(t, authfile.AudibleCLI, []authfile.Account{account}, authfile.WriteOptions{})
	if !bytes.Contains(data, []byte(`"expires": null`)) || !bytes.Contains(data, []byte(`"access_token": null`)) {
		t.Error("without an access token, token and expiry are not null")
	}
}

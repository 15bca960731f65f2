package authfile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/authfile"
)

// TestExpiryIsReadInEverySpelling edits the expiry of the Python library's
// file.
func TestExpiryIsReadInEverySpelling(t *testing.T) {
	t.Parallel()
	second := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		spelling string // as it stands in the file
		want     time.Time
	}{
		{`1893456000`, second},
		{`1893456000.0`, second},
		{`"1893456000"`, second},
		{`" 1893456000.25 "`, second.Add(250 * time.Millisecond)},
		{`1893456000.123456`, second.Add(123456 * time.Microsecond)},
		{`1893456000.1234567`, second.Add(123456 * time.Microsecond)},
		{`1.893456e9`, second},
		{`1893456e3`, second},
		{`4102444799`, time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC)},
		{`1104537600`, time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)},
		{`1104537599`, time.Time{}},
		{`1.0`, time.Time{}},
		{`0`, time.Time{}},
		{`1e-400`, time.Time{}},
		{`""`, time.Time{}},
		{`null`, time.Time{}},
	} {
		t.Run(c.spelling, func(t *testing.T) {
			t.Parallel()
			accounts, _ := read(t, edit(t, map[string]any{"expires": json.RawMessage(c.spelling)}))
			if got := accounts[0].Credentials.AccessTokenExpires; !got.Equal(c.want) {
				t.Errorf("expiry %v, want %v", got, c.want)
			}
		})
	}
}

// TestExpiryIsWrittenAsPythonDoes compares with what Python prints for the
// float.
func TestExpiryIsWrittenAsPythonDoes(t *testing.T) {
	t.Parallel()
	for text, nanoseconds := range map[string]int{
		"1893456000.0":      0,
		"1893456000.5":      5e8,
		"1893456000.000001": 1e3,
		"1893456000.123456": 123456e3,
		"1893456000.999999": 999999e3,
	} {
		account := reader(t)
		account.Credentials.AccessTokenExpires = time.Date(2030, 1, 1, 0, 0, 0, nanoseconds, time.FixedZone("", 0))
		data := write(t, authfile.AudibleCLI, []authfile.Account{account}, authfile.WriteOptions{})
		if want := fmt.Sprintf("\n    \"expires\": %s,\n", text); !bytes.Contains(data, []byte(want)) {
			t.Errorf("the file does not hold %s", want)
		}
	}
}

// TestExpiryOfLibationIsUTC writes a time of another zone.
func TestExpiryOfLibationIsUTC(t *testing.T) {
	t.Parallel()
	account := reader(t)
	account.Credentials.AccessTokenExpires = time.Date(2030, 1, 1, 2, 0, 0, 5e8, time.FixedZone("", 7200))
	data := write(t, authfile.Libation, []authfile.Account{account}, authfile.WriteOptions{})
	if want := `"Expires": "2030-01-01T00:00:00.5Z"`; !bytes.Contains(data, []byte(want)) {
		t.Errorf("the file does not hold %s", want)
	}
}

// TestNamesAreEscapedAsPythonDoes compares the JSON text of names with that
// of json.dumps.
func TestNamesAreEscapedAsPythonDoes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"plain":         `"plain"`,
		`"q" \ /`:       `"\"q\" \\ /"`,
		"<a&b>":         `"<a&b>"`,
		"Zoë":           `"Zo\u00eb"`,
		"山田":            `"\u5c71\u7530"`,
		"🎧":             `"\ud83c\udfa7"`,
		"a\u2028b":      `"a\u2028b"`,
		"\ufffd":        `"\ufffd"`,
		"\U0010ffff~":   `"\udbff\udfff~"`,
		"a\u0301":       `"a\u0301"`,
		"tab\there":     `"tabhere"`,
		"bell\a\x7f ok": `"bell ok"`,
	} {
		account := reader(t)
		account.Credentials.Customer.Name = name
		data := write(t, authfile.AudibleCLI, []authfile.Account{account}, authfile.WriteOptions{})
		if line := "\n        \"name\": " + want + ",\n"; !bytes.Contains(data, []byte(line)) {
			t.Errorf("the name %q is not written as %s", name, want)
		}
	}
}

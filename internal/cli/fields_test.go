package cli_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/audipy/audipy/internal/cli"
)

func TestFieldReportHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	report, err := cli.Fields("library",
		[]byte(`{"items":[{"asin":"B0CANARY01","title":"Canary's Diary","language":"english","status":"kim@canary.example",
			"purchase_date":"2019-07-14T03:12:45.123Z","price":{"base":29.95},"is_ayce":false,
			"images":{"500":"https://canary.example/x.jpg"},"plays":{"B0CANARY02":1,"kim@canary.example":2,"amzn1.account.CANARY":3},
			"customer_id":"amzn1.account.CANARY","hindi":"प्रेमचंद","name":"カナリア"}]}`),
		[]byte(`{"items":[null],"response_groups":["always-returned"]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := string(report)
	for _, secret := range []string{"CANARY", "Canary", "canary", "2019", "29.95", "प्र", "カナ", "kim"} {
		if strings.Contains(got, secret) {
			t.Errorf("the report holds %q:\n%s", secret, got)
		}
	}
	for _, want := range []string{
		"library.items[].asin X9XXXXXX99\n", "library.items[].language english\n", "library.items[].purchase_date 9999-99-99",
		"library.items[].price.base 99.99\n", "library.items[].images.{} https://…\n", "library.items[].plays.{} ",
		"library.response_groups[] always-returned\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the report lacks %q:\n%s", want, got)
		}
	}
}

func TestFieldReportRefusesWhatIsNotJSON(t *testing.T) {
	t.Parallel()
	if _, err := cli.Fields("library", []byte("<html>")); err == nil || !strings.Contains(err.Error(), "read the answer of library") {
		t.Errorf("error = %v, want one that names the answer", err)
	}
}

// FuzzFieldReport asserts that text of a person never passes as it is.
func FuzzFieldReport(f *testing.F) {
	f.Add("a title")
	f.Add("प्रेमचंद")
	f.Add("O'Brien – 2nd ed.")
	f.Fuzz(func(t *testing.T, text string) {
		document := []byte(`{"title":"` + strings.NewReplacer(`"`, "", `\`, "", "\n", "").Replace(text) + `"}`)
		report, err := cli.Fields("x", document)
		if err != nil {
			return
		}
		_, example, _ := strings.Cut(string(report), "x.title ")
		for _, r := range strings.ToLower(example) {
			if r > unicode.MaxASCII && r != '…' || r >= 'a' && r <= 'z' && r != 'x' || r >= '0' && r <= '8' {
				if !strings.HasPrefix(example, "https://") {
					t.Errorf("the example of %q is %q", text, example)
					break
				}
			}
		}
	})
}

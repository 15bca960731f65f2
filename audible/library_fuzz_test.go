package audible_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/audipy/audipy/audible"
)

// awkwardPages are library pages with everything that is odd about them.
func awkwardPages() []string {
	return []string{
		`{"items":[],"response_groups":["always-returned"]}`,
		`{"items":null}`, `{"items":{}}`, `{}`, `[]`, `null`, `5`, `"x"`, ``, `{`, `{"items":[`, `{"items":[{"asin":"B0`,
		`{"items":[null,{"asin":"B012345678","title":null,"authors":null,"series":null},5,[]],"response_groups":[]}`,
		`{"items":[{"asin":"B012345678","title":"Die Brücke \u2014 \"zwei\" \ud83d\ude00","runtime_length_min":"298",` +
			`"authors":[{"asin":null,"name":"Ada Lind"},{"name":null},null,7],"narrators":[{"name":"Bo Ek"}],` +
			`"series":[{"asin":"B0SERIES01","title":"Fjord","sequence":"2.5","url":"/pd/x"},{}],` +
			`"purchase_date":"2025-01-02T03:04:05.678Z","is_ayce":false,"status":"Active",` +
			`"library_status":{"date_added":"2025-01-02T03:04:05.678Z","is_visible":true},` +
			`"plans":[{"plan_name":"US Minerva","end_date":"2027-12-31T00:00:00.00000Z"}],` +
			`"price":{"credit_price":1.0,"list_price":{"base":29.950000762939453,"currency_code":"USD","type":"list"},` +
			`"lowest_price":{"base":"20.95","currency_code":"USD","type":"member"},"ws4v_upsell_price":null}}]}`,
		"{\"items\":[{\"title\":\"\xff\xfe \xc3\x28\",\"a\xffsin\":\"x\"}]}",
		`{"items":[{"asin":"A\u0000B","title":"\ud800 lone","subtitle":"\xff\xfe","rating":{"a":[[[{"b":1e5}]]]}}]}`,
		`{"items":[{"asin":12,"title":true,"price":"free","authors":"me","series":{"a":1},"product_images":{"x":"u"}}]}`,
		`{"items":[{"a":01}]}`, `{"items":[{"a":1.}]}`, `{"items":[{"a":-}]}`, `{"items":[1,]}`, `{"items":[],}`,
		`{"items":[]}}`, `{"items":[]} x`, "{\"items\":[\"\t\"]}", `{"items":["\q"]}`, `{"items":["\u12g4"]}`, `{items:[]}`,
		`{"items" [] }`, `{"items":[] "a":1}`, `{"items":[tru]}`, `{"items":[nul]}`, ` {"items" : [ ] } `,
		`{"removed_asins":["B1",null,2],"revoked_items":[{"asin":"B2"}]}`, `{"ite\u006ds":[{"asin":"B3"}]}`,
		`{"items":[{"listening_status":{"time_remaining_seconds":-4,"finished_at_timestamp":"2026-09-30 12:33:04.122"}}]}`,
		`{"items":[{"relationships":[{"asin":"B4","relationship_to_product":"child","relationship_type":"series","sequence":"1-3","sort":"7"}]}]}`,
	}
}

// compareWithReference reads a page both ways.
func compareWithReference(t *testing.T, body []byte, page audible.LibraryPage, listed bool, err error) {
	t.Helper()
	items, nulls, wantListed, wantErr := referenceLibrary(body)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("error %v, encoding/json says %v, for %q", err, wantErr, body)
	}
	if err != nil {
		return
	}
	for i := range page.Items {
		one := &page.Items[i]
		// What the reference can't tell, see referenceOwnership, and the
		// largest image, which has a test of its own.
		one.Ownership.Finished, one.Ownership.PercentComplete = audible.FlagUnset, 0
		one.CoverURL, one.CoverSize = "", 0
	}
	if diff := cmp.Diff(items, page.Items, cmp.Comparer(func(a, b audible.Flag) bool { return a == b })); diff != "" && len(items)+len(page.Items) > 0 {
		t.Errorf("for %q (-encoding/json +ours):\n%s", body, diff)
	}
	if nulls != page.NullItems || listed != wantListed {
		t.Errorf("%d nulls, listed %t; encoding/json says %d, %t, for %q", page.NullItems, listed, nulls, wantListed, body)
	}
}

func TestAwkwardPagesReadAsEncodingJSONReadsThem(t *testing.T) {
	t.Parallel()
	for _, body := range awkwardPages() {
		for name, source := range map[string]io.Reader{
			"whole": bytes.NewReader([]byte(body)), "byte by byte": iotest.OneByteReader(bytes.NewReader([]byte(body))),
			"data with end": iotest.DataErrReader(bytes.NewReader([]byte(body))),
		} {
			page, listed, err := audible.ReadLibrary(source, 16)
			t.Log(name)
			compareWithReference(t, []byte(body), page, listed, err)
		}
	}
}

func TestWhatNestsTooDeeplyOrIsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nesting":  `{"items":[` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `]}`,
		"a string": `{"items":[{"title":"` + strings.Repeat("x", 5<<20) + `"}]}`,
		"a number": `{"items":[{"runtime_length_min":` + strings.Repeat("1", 5<<20) + `}]}`,
	} {
		if _, _, err := audible.ReadLibrary(strings.NewReader(body), 64); err == nil {
			t.Errorf("%s of any size was taken", name)
		}
	}
}

func FuzzLibraryPage(f *testing.F) {
	for _, body := range awkwardPages() {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if hasDuplicateKeys(body) || isOutsideScanner(body) {
			return
		}
		page, listed, err := audible.ReadLibrary(bytes.NewReader(body), 32)
		compareWithReference(t, body, page, listed, err)
	})
}

func FuzzProduct(f *testing.F) {
	for _, body := range awkwardPages() {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"products":[{"asin":"B0"},{"asin":"B1","title":"x"}],"total_results":2}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := audible.ReadProducts(body)
		if err != nil {
			return
		}
		for _, p := range page.Products {
			if p.Hollow {
				t.Errorf("a hollow product %q among the real ones", p.ASIN)
			}
			_, _, _ = p.IsGone(), p.InPlus(), p.PlusUntil()
		}
	})
}

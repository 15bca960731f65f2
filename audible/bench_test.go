package audible_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/audipy/audipy/audible"
)

// libraryBody is a page of a thousand items as the simulator sends it.
func libraryBody(b *testing.B, groups string) []byte {
	b.Helper()
	r := newRig(b, titles(1000))
	raw, err := r.client.Raw(b.Context(), "GET", "/1.0/library?num_results=1000&page=1&response_groups="+groups)
	if err != nil {
		b.Fatal(err)
	}
	return raw.Body
}

func BenchmarkReadLibraryPage(b *testing.B) {
	for name, groups := range map[string]string{"lean": audible.LeanGroups, "ours": audible.LibraryGroups} {
		body := libraryBody(b, groups)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				page, _, err := audible.ReadLibrary(bytes.NewReader(body), 64<<10)
				if err != nil || len(page.Items) != 1000 {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEncodingJSON reads the same page into a struct of the same fields,
// to show what the scanner saves.
func BenchmarkEncodingJSON(b *testing.B) {
	type person struct {
		ASIN string `json:"asin"`
		Name string `json:"name"`
	}
	type item struct {
		ASIN      string   `json:"asin"`
		Title     string   `json:"title"`
		Subtitle  string   `json:"subtitle"`
		Authors   []person `json:"authors"`
		Narrators []person `json:"narrators"`
		Series    []struct {
			ASIN     string `json:"asin"`
			Title    string `json:"title"`
			Sequence string `json:"sequence"`
		} `json:"series"`
		Publisher string            `json:"publisher_name"`
		Language  string            `json:"language"`
		Runtime   int               `json:"runtime_length_min"`
		Release   string            `json:"release_date"`
		Images    map[string]string `json:"product_images"`
		Purchase  string            `json:"purchase_date"`
		Status    string            `json:"status"`
		Plus      bool              `json:"is_ayce"`
	}
	body := libraryBody(b, audible.LeanGroups)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var page struct {
			Items []item `json:"items"`
		}
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&page); err != nil || len(page.Items) != 1000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkListLibrary(b *testing.B) {
	r := newRig(b, titles(10_000))
	b.ReportAllocs()
	for b.Loop() {
		listing, err := audible.ListLibrary(b.Context(), r.client, audible.ListOptions{Groups: audible.LeanGroups},
			func(audible.LibraryPage) error { return nil })
		if err != nil || !listing.Complete {
			b.Fatal(err)
		}
	}
}

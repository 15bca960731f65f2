package audiblesim_test

import (
	"bytes"
	"image/jpeg"
	"io"
	"net/http"
	"strings"
	"testing"
)

func (r *reader) picture(address, etag string) answer {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("If-None-Match", etag)
	response, err := r.sim.Transport().RoundTrip(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, text}
}

func TestCoversAreDrawnInEverySize(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 12, "jp": 3})
	items := decode[listing](t, r.get("/1.0/library?response_groups=media&image_sizes=252,500,1215,77")).Items
	if len(items[0].Images) != 3 {
		t.Fatalf("product_images = %v, want the three sizes that exist", items[0].Images)
	}
	seen := map[string]bool{}
	for size, address := range items[0].Images {
		a := r.picture(address, "")
		drawn, err := jpeg.DecodeConfig(bytes.NewReader(a.body))
		if err != nil || a.header.Get("Content-Type") != "image/jpeg" {
			t.Fatalf("%s = %d %s, %v", address, a.status, a.header.Get("Content-Type"), err)
		}
		if want := map[string]int{"252": 252, "500": 500, "1215": 1215}[size]; drawn.Width != want || drawn.Height != want {
			t.Errorf("size %s is %dx%d", size, drawn.Width, drawn.Height)
		}
		if !strings.Contains(a.header.Get("Cache-Control"), "max-age") {
			t.Errorf("Cache-Control = %q, want a long life", a.header.Get("Cache-Control"))
		}
		if again := r.picture(address, a.header.Get("ETag")); again.status != http.StatusNotModified || len(again.body) != 0 {
			t.Errorf("same picture again = %d with %d bytes, want 304", again.status, len(again.body))
		}
	}
	for _, one := range items {
		seen[string(r.picture(one.Images["252"], "").body)] = true
	}
	if len(seen) != len(items) {
		t.Errorf("12 titles have %d different covers", len(seen))
	}
}

func TestBothImageHostsServeCovers(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"jp": 3})
	one := decode[listing](t, r.send(http.MethodGet, "co.jp", "/1.0/library?response_groups=media", "")).Items[0]
	address := one.Images["500"]
	other := strings.Replace(address, "m.media-amazon.com", "images-na.ssl-images-amazon.com", 1)
	escaped := strings.ReplaceAll(address, "+", "%2B")
	original := strings.Replace(address, "._SL500_", "", 1)
	for _, a := range []string{address, other, escaped, original} {
		if got := r.picture(a, ""); got.status != http.StatusOK {
			t.Errorf("%s = %d, want 200", a, got.status)
		}
	}
	for _, a := range []string{"51AAAAAAAAL._SL500_.jpg", "51AAAAAAAA!._SL500_.jpg", "x.jpg", "51AAAAAAAAL._SL0_.jpg", ""} {
		if got := r.picture("https://m.media-amazon.com/images/I/"+a, ""); got.status != http.StatusNotFound {
			t.Errorf("%q = %d, want 404", a, got.status)
		}
	}
}

func BenchmarkCover(b *testing.B) {
	r := newReader(b, map[string]int{"us": 50})
	items := decode[listing](b, r.get("/1.0/library?response_groups=media")).Items
	for i := range b.N {
		r.picture(items[i%50].Images["500"], "")
	}
}

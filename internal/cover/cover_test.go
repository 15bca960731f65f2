package cover_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/cover"
)

const address = "https://m.media-amazon.com/images/I/51abcDEF+-L.jpg"

// pictures is a host of pictures that a test makes up.
type pictures func(*http.Request) (*http.Response, error)

// RoundTrip answers.
func (p pictures) RoundTrip(r *http.Request) (*http.Response, error) { return p(r) }

func answers(status int, body []byte) pictures {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))}, nil
	}
}

func drawn(t *testing.T, side int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, side, side)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOnlyPicturesOfTheOneHostAreFetched(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.6")
	var asked atomic.Int64
	s := cover.New(cover.Options{Transport: pictures(func(r *http.Request) (*http.Response, error) {
		asked.Add(1)
		return answers(http.StatusOK, drawn(t, 10))(r)
	})})
	for _, bad := range []string{
		"", "http://m.media-amazon.com/images/I/51abcDEFL.jpg", "https://evil.example/images/I/51abcDEFL.jpg",
		"https://m.media-amazon.com@evil.example/images/I/51abcDEFL.jpg", "https://m.media-amazon.com:8443/images/I/51abcDEFL.jpg",
		"https://m.media-amazon.com/images/I/../../x.jpg", "https://169.254.169.254/images/I/51abcDEFL.jpg",
		"https://m.media-amazon.com/images/I/51abcDEFL.svg", "https://m.media-amazon.com/images/I/51abcDEFL.jpg/x",
	} {
		if _, err := s.Get(t.Context(), bad, cover.Medium); audipy.KindOf(err) != audipy.NotFound || err == nil {
			t.Errorf("%q gave %v", bad, err)
		}
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests were made", asked.Load())
	}
}

func TestAPictureIsAskedForInItsSizeAndKept(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked []string
	o := cover.Options{Folder: t.TempDir(), Transport: pictures(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.URL.String())
		return answers(http.StatusOK, drawn(t, 10))(r)
	})}
	old := "https://images-na.ssl-images-amazon.com/images/I/51abcDEF+-L._SL500_.jpg"
	for _, from := range []string{address, old, address} {
		p, err := cover.New(o).Get(t.Context(), from, cover.Small)
		if err != nil || p.Type != "image/jpeg" || p.Tag == "" || len(p.Data) == 0 {
			t.Fatalf("%s gave %s %q: %v", from, p.Type, p.Tag, err)
		}
	}
	want := "https://m.media-amazon.com/images/I/51abcDEF+-L._SL160_.jpg"
	if len(asked) != 1 || asked[0] != want {
		t.Errorf("asked for %q, want %q once", asked, want)
	}
}

func TestManyWhoLookAtOnceMakeOneFetch(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	release := make(chan struct{})
	s := cover.New(cover.Options{Folder: t.TempDir(), Transport: pictures(func(r *http.Request) (*http.Response, error) {
		asked.Add(1)
		<-release
		return answers(http.StatusOK, drawn(t, 10))(r)
	})})
	impatient, leave := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() { _, err := s.Get(impatient, address, cover.Small); gone <- err }()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Get(t.Context(), address, cover.Small); err != nil {
				t.Error(err)
			}
		})
	}
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("whoever left got %v", err)
	}
	close(release)
	all.Wait()
	if asked.Load() > 2 { // whoever came after the end looks once more
		t.Errorf("%d fetches", asked.Load())
	}
}

func TestWhatIsNoPictureIsNotServed(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "5.2.2", "5.2.6", "1.3.4")
	var wide bytes.Buffer
	if err := png.Encode(&wide, image.NewGray(image.Rect(0, 0, 4097, 1))); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name   string
		status int
		body   []byte
		want   audipy.Kind
	}{
		{"a page", 200, []byte("<html><script>alert(1)</script>"), audipy.NotFound},
		{"a drawing with scripts", 200, []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), audipy.NotFound},
		{"nothing", 200, nil, audipy.NotFound},
		{"the beginning of a picture", 200, drawn(t, 10)[:8], audipy.NotFound},
		{"too wide", 200, wide.Bytes(), audipy.NotFound},
		{"too large", 200, append(drawn(t, 10), make([]byte, 2<<20)...), audipy.NotFound},
		{"not there", 404, drawn(t, 10), audipy.NotFound},
		{"elsewhere", 302, drawn(t, 10), audipy.NotFound},
		{"away", 503, drawn(t, 10), audipy.Unavailable},
		{"too often", 429, drawn(t, 10), audipy.Unavailable},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			s := cover.New(cover.Options{Folder: folder, Transport: answers(c.status, c.body)})
			if _, err := s.Get(t.Context(), address, cover.Small); err == nil || audipy.KindOf(err) != c.want {
				t.Errorf("error = %v, want kind %d", err, c.want)
			}
			if kept, _ := filepath.Glob(filepath.Join(folder, "*", "*")); len(kept) > 0 {
				t.Errorf("%q was kept", kept)
			}
		})
	}
}

func TestAFailureIsNotTriedAgainAtOnce(t *testing.T) {
	t.Parallel()
	now, asked := time.Unix(1_800_000_000, 0), 0
	status := http.StatusServiceUnavailable
	s := cover.New(cover.Options{Now: func() time.Time { return now }, Transport: pictures(func(r *http.Request) (*http.Response, error) {
		asked++
		return answers(status, drawn(t, 10))(r)
	})})
	look := func() error { _, err := s.Get(t.Context(), address, cover.Small); return err }
	for range 2 {
		if look() == nil || asked != 1 {
			t.Errorf("an outage was asked about %d times", asked)
		}
	}
	now, status = now.Add(2*time.Minute), http.StatusNotFound
	if look() == nil || asked != 2 {
		t.Errorf("after the pause: %d", asked)
	}
	now = now.Add(30 * time.Minute)
	if look() == nil || asked != 2 {
		t.Errorf("a cover that there is not was asked about %d times", asked)
	}
	now, status = now.Add(time.Hour), http.StatusOK
	if err := look(); err != nil {
		t.Errorf("when it is there: %v", err)
	}
}

func TestTheShelfStaysWithinItsLimit(t *testing.T) {
	t.Parallel()
	folder, data := t.TempDir(), drawn(t, 200)
	limit := int64(5 * len(data))
	s := cover.New(cover.Options{Folder: folder, MaxBytes: limit, Transport: answers(http.StatusOK, data)})
	for i := range 20 {
		from := strings.Replace(address, "abc", "abc"+string(rune('a'+i)), 1)
		if _, err := s.Get(t.Context(), from, cover.Small); err != nil {
			t.Fatal(err)
		}
	}
	total := int64(0)
	kept, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	if err != nil || len(kept) == 0 {
		t.Fatalf("nothing was kept: %v", err)
	}
	for _, path := range kept {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total > limit {
		t.Errorf("%d bytes are kept, and %d may be", total, limit)
	}
}

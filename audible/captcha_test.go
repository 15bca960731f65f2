package audible_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
)

const captchaHost = "https://opfcaptcha-prod.s3.amazonaws.com"

func captchaPage(source string) string {
	return strings.Replace(signInPage, "</form>", `<img alt="Visual CAPTCHA image" src="`+source+`"><input name="guess"></form>`, 1)
}

// gallery shows a captcha whose image is whatever is given.
type gallery struct {
	site
	image  []byte
	kind   string
	asked  []string
	cookie string
}

func (g *gallery) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/ap/") {
		return g.site.RoundTrip(r)
	}
	g.asked = append(g.asked, r.URL.String())
	g.cookie = r.Header.Get("Cookie")
	if g.image == nil {
		return nil, errors.New("no network")
	}
	header := http.Header{"Content-Type": {g.kind}}
	status := http.StatusOK
	if g.kind == "redirect" {
		status = http.StatusFound
		header.Set("Location", "http://127.0.0.1/x")
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(g.image)), Request: r}, nil
}

func drawn(t testing.TB, width, height int, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	picture := image.NewPaletted(image.Rect(0, 0, width, height), palette.WebSafe)
	for i := range picture.Pix {
		picture.Pix[i] = uint8(rand.IntN(200)) // noise, so that it does not compress
	}
	var out bytes.Buffer
	if err := encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func encodeJPEG(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }

func encodeGIF(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) }

func TestCaptchaImagesAreReencoded(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string][]byte{
		"JPEG": drawn(t, 200, 70, encodeJPEG), "PNG": drawn(t, 200, 70, png.Encode), "GIF": drawn(t, 200, 70, encodeGIF),
	} {
		g := &gallery{site: site{all: captchaPage(captchaHost + "/a/b.jpg?AWSAccessKeyId=1")}, image: append(raw, "<script>"...), kind: "image/x"}
		signIn := newSignIn(t, "us", false)
		step, err := signIn.Start(t.Context(), g)
		if err != nil || step.Kind != audible.StepCaptcha || step.ImageType != "image/png" {
			t.Fatalf("%s: %q, %v", name, step.Kind, err)
		}
		config, err := png.DecodeConfig(bytes.NewReader(step.Image))
		if err != nil || config.Width != 200 || config.Height != 70 || bytes.Contains(step.Image, []byte("<script>")) {
			t.Errorf("%s: %v, %v", name, config, err)
		}
		if g.cookie != "" {
			t.Errorf("%s: cookies went to the image host: %.40s", name, g.cookie)
		}
	}
}

// bomb is a PNG that claims a size without having the pixels.
func bomb(width, height uint32) []byte {
	header := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)...)
	header = append(header, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, header...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(header))
}

func TestHostileCaptchaImagesEndAtTheBrowser(t *testing.T) {
	t.Parallel()
	good := drawn(t, 200, 70, png.Encode)
	for name, g := range map[string]*gallery{
		"SVG":            {image: []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>`)},
		"HTML":           {image: []byte("<html>")},
		"20,000 squared": {image: bomb(20000, 20000)},
		"very wide":      {image: bomb(1<<31-1, 1)},
		"too wide":       {image: drawn(t, 1001, 10, png.Encode)},
		"too high":       {image: drawn(t, 10, 401, png.Encode)},
		"3 MB":           {image: append(bytes.Clone(good), make([]byte, 3<<20)...)},
		"cut":            {image: good[:len(good)/2]},
		"a redirect":     {image: good, kind: "redirect"},
		"no answer":      {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g.site = site{all: captchaPage(captchaHost + "/a.jpg")}
			step, err := newSignIn(t, "us", false).Start(t.Context(), g)
			if err != nil || step.Kind != audible.StepBrowser || step.Reason != audible.ReasonCaptchaImage || len(step.Image) > 0 {
				t.Errorf("%q, %q, %v", step.Kind, step.Reason, err)
			}
			for _, asked := range g.asked {
				if asked != captchaHost+"/a.jpg" {
					t.Errorf("asked %s", asked)
				}
			}
		})
	}
}

func TestCaptchaImagesComeFromAmazonAlone(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"another host": "https://evil.example/a.jpg", "plain http": "http://m.media-amazon.com/a.jpg", "a number": "https://169.254.169.254/a.jpg",
		"a port": captchaHost + ":8443/a.jpg", "user info": "https://m.media-amazon.com@evil.example/a.jpg", "below": "https://x.m.media-amazon.com/a.jpg",
		"another bucket": "https://evil.s3.amazonaws.com/a.jpg", "a file": "file:///etc/passwd", "data": "data:image/png;base64,AAAA", "nothing": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &gallery{site: site{all: captchaPage(source)}, image: drawn(t, 20, 10, png.Encode)}
			step, err := newSignIn(t, "us", false).Start(t.Context(), g)
			atHome := name == "nothing" // an empty address is the page itself
			if err != nil || step.Reason != audible.ReasonCaptchaImage || len(g.asked) > 0 && !atHome {
				t.Errorf("%q, %v after %v", step.Reason, err, g.asked)
			}
		})
	}
}

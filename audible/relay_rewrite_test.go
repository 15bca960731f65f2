package audible_test

import (
	"bytes"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// recorder is a ResponseWriter that keeps the answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: make(http.Header)} }

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) { r.status = status }

func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

// quietListener is a listener that nobody calls.
type quietListener struct {
	closed chan struct{}
	once   sync.Once
}

func newQuietListener() *quietListener { return &quietListener{closed: make(chan struct{})} }

func (l *quietListener) Accept() (net.Conn, error) {
	<-l.closed
	return nil, net.ErrClosed
}

func (l *quietListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *quietListener) Addr() net.Addr { return &net.TCPAddr{} }

// relayed gives a page to a relay and returns what the browser gets.
func relayed(t testing.TB, body, contentType string) (*goquery.Document, *recorder) {
	t.Helper()
	relay, holder := openRelay(t, &site{all: body, encoding: contentType})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://relay.test/ap/signin", nil)
	if err != nil {
		t.Fatal(err)
	}
	holder(request)
	w := newRecorder()
	relay.ServeHTTP(w, request)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(w.body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return doc, w
}

func TestRelayRewritesAddresses(t *testing.T) {
	t.Parallel()
	doc, _ := relayed(t, `<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example">
<script>steal()</script><noscript>no</noscript><svg><a xlink:href="x"></a></svg><!-- comment -->
<form id="f1" action="https://www.amazon.com/ap/signin/1?a=b&amp;c=d"><input name="h" value="&quot;'&lt;&amp;é"><input type="submit" formaction="https://evil.example/ap/x"></form>
<form id="f2" action="https://evil.example/ap/signin"></form><form id="f3" action="/gp/search"></form><form id="f4"></form>
<a id="a1" href="/ap/forgotpassword">x</a><a id="a2" href="/gp/help#top">x</a><a id="a3" href="javascript:evil()">x</a><a id="a4" href="#top" onclick="evil()">x</a>
<a id="a5" href="https://www.amazon.de/ap/signin">x</a>
<img id="i1" src="https://opfcaptcha-prod.s3.amazonaws.com/a.jpg?b=c"><img id="i2" src="https://evil.example/x.png" srcset="https://evil.example/y.png"><img id="i3" src="/captcha/1.jpg">
<link rel="preload" href="https://evil.example/p"><link id="l1" rel="stylesheet" href="https://m.media-amazon.com/s.css">`, pageType)
	attribute := func(selector, name string) string { return doc.Find(selector).AttrOr(name, "(none)") }
	for _, check := range [][3]string{
		{"#f1", "action", "/ap/signin/1?a=b&c=d"},
		{"#f1 [name=h]", "value", `"'<&é`},
		{"#f1 [type=submit]", "formaction", "/~outside"},
		{"#f2", "action", "/~outside"},
		{"#f3", "action", "/~outside"},
		{"#f4", "action", "/ap/signin"},
		{"#a1", "href", "/ap/forgotpassword"},
		{"#a2", "href", "https://www.amazon.com/gp/help#top"},
		{"#a3", "href", "#"},
		{"#a4", "href", "#top"},
		{"#a4", "onclick", "(none)"},
		{"#a5", "href", "https://www.amazon.de/ap/signin"},
		{"#i1", "src", "/~image?u=" + url.QueryEscape("https://opfcaptcha-prod.s3.amazonaws.com/a.jpg?b=c")},
		{"#i2", "src", ""},
		{"#i2", "srcset", "(none)"},
		{"#i3", "src", "/~image?u=" + url.QueryEscape("https://www.amazon.com/captcha/1.jpg")},
		{"#l1", "href", "https://m.media-amazon.com/s.css"},
	} {
		if got := attribute(check[0], check[1]); got != check[2] {
			t.Errorf("%s of %s = %q, want %q", check[1], check[0], got, check[2])
		}
	}
	if n := doc.Find("script, noscript, base, meta, svg, [rel=preload]").Length(); n > 0 {
		t.Errorf("%d elements came down that must not", n)
	}
}

func FuzzRelayRewrite(f *testing.F) {
	f.Add(signInPage, pageType)
	f.Add(`<svg><style><script>x</script></style></svg><form action="//evil.example">`, "text/html")
	f.Add(`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;script&gt;x()&lt;/script&gt;">`, "text/html")
	f.Add(`<noscript><p title="</noscript><script>x</script>">`, "text/html")
	f.Add(`<select><template><form action="https://evil.example"><plaintext>`, "text/html; charset=utf-16")
	f.Add(`<textarea></textarea><script>x</script><title></title><iframe src=x></iframe><xmp><script></xmp>`, "text/html")
	f.Fuzz(func(t *testing.T, body, contentType string) {
		doc, w := relayed(t, body, contentType)
		if w.status >= 500 || strings.HasPrefix(body, "http") {
			return
		}
		if n := doc.Find("script, iframe, object, embed, base, frame, meta[http-equiv=refresh]").Length(); n > 0 {
			t.Fatalf("%d elements that must not come down: %q", n, w.body.String())
		}
		doc.Find("form, [formaction]").Each(func(_ int, s *goquery.Selection) {
			for _, name := range []string{"action", "formaction"} {
				if action, ok := s.Attr(name); ok && !strings.HasPrefix(action, "/ap/") && !strings.HasPrefix(action, "/~") {
					t.Fatalf("a form leads to %q", action)
				}
			}
		})
		doc.Find("img[src], input[src]").Each(func(_ int, s *goquery.Selection) {
			if source := s.AttrOr("src", ""); source != "" && !strings.HasPrefix(source, "/~image") && !strings.HasPrefix(source, "data:image/") {
				t.Fatalf("an image comes from %q", source)
			}
		})
		if !strings.Contains(w.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Fatal("no policy")
		}
	})
}

package audiblesim

import (
	"bytes"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

//go:embed pages/*.html
var pageFiles embed.FS

// parsePages reads the embedded templates. They are part of the program, so
// one that does not parse is a defect that no caller could handle.
func parsePages() *template.Template {
	return template.Must(template.ParseFS(pageFiles, "pages/*.html"))
}

// field is a hidden input, which a client must send back unchanged.
type field struct{ Name, Value string }

// notice is what a page says in a box above its form.
type notice struct{ Title, Text string }

// page is what a template shows. Kind is the template's name.
type page struct {
	Kind    string
	Title   string
	Action  string // where the form goes, as a link
	Fields  []field
	Error   notice
	Warning notice
	Login   string
	// UserName makes the login a name and not an address.
	UserName bool
	Image    string // link of a captcha image
	Links    pageLinks
	Choices  []choice
	// Address is the canonical landing address, on the landing page of
	// prefix mode only.
	Address string
	// path is Action without host: what a POST must go to.
	path string
}

// pageLinks are addresses beside the form.
type pageLinks struct{ Self, Search, Cancel, Other, Skip string }

// choice is a radio button.
type choice struct{ Class, Value, Label string }

// echoes reports whether a form sends every hidden field back unchanged.
func (p page) echoes(form url.Values) bool {
	for _, f := range p.Fields {
		if got := form[f.Name]; len(got) != 1 || got[0] != f.Value {
			return false
		}
	}
	return true
}

// ape is Amazon's marking of base64 in hidden fields (protocol 3.4).
func ape(text string) string { return "ape:" + base64.StdEncoding.EncodeToString([]byte(text)) }

// workflowState has the form of a compact JWE, header and all; its content is
// noise.
func (s *Sim) workflowState() string {
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"zip":"DEF","enc":"A256GCM","alg":"A256KW"}`))
	return strings.Join([]string{header, s.opaque(40), s.opaque(12), s.opaque(96), s.opaque(16)}, ".")
}

// execute fills a page's template in.
func (s *Sim) execute(p page) []byte {
	var out bytes.Buffer
	if err := s.pages.ExecuteTemplate(&out, p.Kind+".html", p); err != nil {
		panic("audiblesim: embedded page " + p.Kind + ": " + err.Error())
	}
	return out.Bytes()
}

// render writes a page that is no step of a sign-in.
func (s *Sim) render(w http.ResponseWriter, status int, p page) {
	writePage(w, status, s.execute(p))
}

// writePage sends a page. Pages of sign-in are never cached.
func writePage(w http.ResponseWriter, status int, text []byte) {
	header := w.Header()
	header.Set("Content-Type", "text/html;charset=UTF-8")
	header.Set("Cache-Control", "no-cache, no-store, must-revalidate")
	header.Set("X-Frame-Options", "SAMEORIGIN")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

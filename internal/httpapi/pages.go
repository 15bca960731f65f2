package httpapi

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// notBuilt is what stands in for the web application in a program that was
// built without it.
const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>AudiPy</title>
<h1>AudiPy</h1>
<p>The server runs, but its pages were not built into this program. The API is at /api/v1.</p>
</html>
`

// workerFile is the application's service worker.
const workerFile = "sw.js"

// seriesViews is where the application shows one series, whose id holds a dot.
const seriesViews = "series/"

// pages serves the web application. Addresses of its views have no file behind
// them and, but for those of a series, no extension: a browser that asks for
// HTML there gets the application, and everything else that is no file is not
// found.
func (a *api) pages() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			a.fail(w, r, methodNotAllowed())
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name != "" && a.serveFile(w, r, name) {
			return
		}
		isView := name == "" || strings.Contains(r.Header.Get("Accept"), "text/html")
		isFile := path.Ext(name) != "" && !strings.HasPrefix(name, seriesViews)
		if isFile || !isView {
			a.fail(w, r, notFound())
			return
		}
		setPageHeaders(w.Header())
		if a.Pages == nil {
			serveBytes(w, r, "index.html", []byte(notBuilt))
			return
		}
		if !a.serveFile(w, r, "index.html") {
			a.fail(w, r, notFound())
		}
	})
}

// serveFile serves a file of the application if there is one of that name.
// Files below assets have the hash of their content in their names.
func (a *api) serveFile(w http.ResponseWriter, r *http.Request, name string) bool {
	if a.Pages == nil || !fs.ValidPath(name) || strings.HasPrefix(path.Base(name), ".") {
		return false
	}
	data, err := fs.ReadFile(a.Pages, name)
	if err != nil {
		return false
	}
	if path.Ext(name) == ".html" {
		setPageHeaders(w.Header())
	}
	if name == workerFile {
		w.Header().Set("Content-Security-Policy", workerPolicy)
	}
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	serveBytes(w, r, name, data)
	return true
}

// serveBytes serves a whole file: ranges are of no use to pages and would let
// a client ask for the same bytes a thousand times.
func serveBytes(w http.ResponseWriter, r *http.Request, name string, data []byte) {
	r.Header.Del("Range")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

package audible

import (
	"html/template"
	"net/http"
)

// notice is what a page of our own shows besides its fixed words.
type notice struct {
	Next    string // where its link leads on the relay
	Door    string // the start address for the browser itself
	Paste   string // where the paste field is sent
	Problem string // what was wrong with the last paste
}

// The relay's own pages.
const (
	noticeStart = `{{define "title"}}Going to Amazon{{end}}{{define "head"}}<meta http-equiv="refresh" content="0; url={{.Next}}">{{end}}
{{define "text"}}<p>You are being taken to Amazon's sign-in.</p><p><a id="go" href="{{.Next}}">Go on</a></p>{{end}}`
	noticeAsk = `{{define "title"}}Link your Audible account?{{end}}{{define "head"}}{{end}}
{{define "text"}}<p>Whoever sent you here will have the Audible account with which you sign in now in <strong>their</strong> AudiPy.</p>
<p>Go on if that is you: if you have just begun to link your account there. Else close this page.</p>
<form method="post"><button id="go" type="submit">Go on to Amazon's sign-in</button></form>{{end}}`
	noticeDone = `{{define "title"}}You are signed in{{end}}{{define "head"}}{{end}}
{{define "text"}}<p id="done">Amazon has let you in. You can close this tab and go back to AudiPy.</p>{{end}}`
	noticeForbidden = `{{define "title"}}This page is not yours{{end}}{{define "head"}}{{end}}
{{define "text"}}<p>A sign-in page works in the one browser that began with it. Start the sign-in again to get a new one.</p>{{end}}`
	noticeExpired = `{{define "title"}}The time is over{{end}}{{define "head"}}{{end}}
{{define "text"}}<p>This sign-in page was open for too long and is closed. Start the sign-in again.</p>{{end}}`
	noticeUnavailable = `{{define "title"}}Amazon can't be reached{{end}}{{define "head"}}{{end}}
{{define "text"}}<p>Amazon's sign-in did not answer. Wait a minute, then reload this page or <a href="{{.Next}}">begin again</a>.</p>{{end}}`
	noticeTrouble = `{{define "title"}}This is not possible just now{{end}}{{define "head"}}{{end}}
{{define "text"}}<p>AudiPy could not note where you are in the sign-in. Wait a moment, then <a href="{{.Next}}">try again</a>.</p>{{end}}`
	noticeWait = `{{define "title"}}That were many passwords{{end}}{{define "head"}}{{end}}
{{define "text"}}<p id="wait">Several passwords went to Amazon from here lately, and more would make it suspicious. This one was not sent.</p>
<p>Wait an hour and begin again, or <a id="browser" href="{{.Next}}">sign in with your browser alone</a>.</p>{{end}}`
	noticeCancelled = `{{define "title"}}The sign-in was cancelled{{end}}{{define "head"}}{{end}}
{{define "text"}}<p>Amazon ended the sign-in without letting anyone in. <a href="{{.Next}}">Begin again</a></p>{{end}}`
	noticeOutside = `{{define "title"}}This leads away from the sign-in{{end}}{{define "head"}}{{end}}
{{define "text"}}<p>Only Amazon's sign-in is shown here, and what you wanted is not a part of it. Nothing was sent.</p>
<p>Go back, or <a id="browser" href="{{.Next}}">sign in with your browser alone</a>.</p>{{end}}`
	noticeBrowser = `{{define "title"}}Sign in with your browser alone{{end}}{{define "head"}}{{end}}
{{define "text"}}{{with .Problem}}<p id="problem" role="alert"><strong>{{.}}</strong></p>{{end}}
<ol><li><a id="door" href="{{.Door}}" target="_blank" rel="noreferrer noopener">Open Amazon's own page</a> in a new tab and sign in there.</li>
<li>It ends on a page that was not found; that is right. Copy its whole address.</li>
<li>Paste the address here:<form method="post" action="{{.Paste}}"><textarea id="address" name="address" rows="4" cols="60" aria-label="Address" required></textarea>
<p><button id="paste" type="submit">Finish</button></p></form></li></ol>{{end}}`
)

// stuckBanner goes on top of pages that can't work through a relay.
const stuckBanner = `<div id="audipy-notice" role="alert" style="border:3px solid #b45309;background:#fffbeb;color:#111;padding:1em;margin:1em;font:16px/1.5 sans-serif">` +
	`<strong>This step works on Amazon's own site only.</strong> Passkeys and the test for a real browser can't be carried to this page. ` +
	`<a id="audipy-browser" href="` + relayBrowser + `">Go on in your browser and paste the address</a></div>`

// noticeFrame is around every page of our own. It follows the browser's light
// or dark colours and loads nothing.
const noticeFrame = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{template "title" .}} – AudiPy</title>
<style>:root{color-scheme:light dark}body{font:17px/1.6 system-ui,sans-serif;max-width:36em;margin:12vh auto;padding:0 1.5em}
textarea{width:100%;font:14px/1.4 monospace;box-sizing:border-box}button{font:inherit;padding:.4em 1.4em}</style>
{{template "head" .}}</head><body><main><h1>{{template "title" .}}</h1>{{template "text" .}}</main></body></html>
`

// writeNotice answers with a page of our own. They are small and rare, so each
// is parsed when it is needed.
func writeNotice(w http.ResponseWriter, status int, text string, n notice) {
	page := template.Must(template.Must(template.New("frame").Parse(noticeFrame)).Parse(text))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = page.Execute(w, n) // a browser that went away needs no answer
}

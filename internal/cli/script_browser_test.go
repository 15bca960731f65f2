package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/rogpeppe/go-internal/testscript"
)

// landing reads as the address that a browser ends on after the person signed
// in at the address that the command has just shown.
type landing struct {
	ts    *testscript.TestScript
	world *scriptWorld
	rest  *bytes.Reader
}

var startAddress = regexp.MustCompile(`(?m)^https://www\.amazon\.[^\s]+/ap/signin\?\S+$`)

// Read signs in at its first call.
func (l *landing) Read(p []byte) (int, error) {
	if l.rest == nil {
		start := startAddress.FindString(l.world.errors.text())
		address, err := browse(l.world.sim.Transport(), start, "kim@example.com")
		l.ts.Check(err)
		l.rest = bytes.NewReader([]byte(address + "\n"))
	}
	return l.rest.Read(p)
}

// browse signs in as a person in a browser does, on pages without challenge,
// and returns the address it ends on.
func browse(transport http.RoundTripper, address, login string) (string, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	browser := &http.Client{Transport: transport, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/ap/maplanding" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	answer, err := browser.Get(address)
	for range 6 {
		if err != nil {
			return "", err
		}
		if ended := answer.Header.Get("Location"); ended != "" {
			return ended, answer.Body.Close()
		}
		action, form, formErr := readForm(answer, login)
		if formErr != nil {
			return "", formErr
		}
		answer, err = browser.PostForm(action, form)
	}
	return "", fmt.Errorf("the sign-in of %s does not end", login)
}

func readForm(answer *http.Response, login string) (string, url.Values, error) {
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", nil, err
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		return "", nil, err
	}
	values := url.Values{}
	form := doc.Find("form[method=post], form[method=POST]").First()
	form.Find("input").Each(func(_ int, input *goquery.Selection) {
		name, value := input.AttrOr("name", ""), input.AttrOr("value", "")
		switch name {
		case "email":
			value = login
		case "password":
			value = madeUpPassword
		}
		if kind := input.AttrOr("type", ""); name != "" && kind != "checkbox" && kind != "submit" {
			values.Set(name, value)
		}
	})
	action, err := answer.Request.URL.Parse(strings.TrimSpace(form.AttrOr("action", "")))
	if err != nil {
		return "", nil, err
	}
	return action.String(), values, nil
}

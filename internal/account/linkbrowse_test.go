package account_test

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
)

// browse signs in at the simulated Amazon as a person's own browser does, and
// returns the address it ends on.
func (w *world) browse(t *testing.T, start string, a audiblesim.Account) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	landed := ""
	client := &http.Client{Jar: jar, Transport: w.sim.Transport(), CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/maplanding") {
			landed = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	answer, err := client.Get(start)
	for range 5 {
		if err != nil {
			t.Fatal(err)
		}
		doc, parseErr := goquery.NewDocumentFromReader(answer.Body)
		answer.Body.Close()
		if landed != "" {
			return landed
		}
		if parseErr != nil {
			t.Fatal(parseErr)
		}
		form := doc.Find("form[name=signIn]").First()
		values := url.Values{"email": {a.Login}, "password": {a.Password}}
		form.Find("input[type=hidden]").Each(func(_ int, input *goquery.Selection) {
			values.Set(input.AttrOr("name", ""), input.AttrOr("value", ""))
		})
		action, err2 := answer.Request.URL.Parse(form.AttrOr("action", ""))
		if err2 != nil {
			t.Fatal(err2)
		}
		answer, err = client.PostForm(action.String(), values)
	}
	t.Fatal("the sign-in does not end")
	return ""
}

func wantCode(t *testing.T, err error, kind audipy.Kind, code string) {
	t.Helper()
	e, ok := errors.AsType[*audipy.Error](err)
	if !ok || e.Kind != kind || e.Code != code {
		t.Errorf("error = %v (kind %d), want kind %d and code %s", err, audipy.KindOf(err), kind, code)
	}
}

package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/canary"
)

// caller uses the API as the pages do. Browsers take cookies over plain HTTP
// on localhost; Go's jar would not.
type caller struct {
	w       *watched
	cookies map[string]string
}

func (w *watched) caller() *caller { return &caller{w, map[string]string{}} }

// request makes a request to a path of the API; a body that isn't nil goes as
// JSON.
func (c *caller) request(ctx context.Context, t *testing.T, method, path string, body any) *http.Request {
	t.Helper()
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		check(t, err)
		reader = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.w.address+"/api/v1"+path, reader)
	check(t, err)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Origin", c.w.address)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range c.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return request
}

// do sends a request and returns what came back.
func (c *caller) do(t *testing.T, method, path string, body any) (int, []byte) {
	t.Helper()
	ctx, over := context.WithTimeout(t.Context(), patience)
	defer over()
	resp, err := new(http.Client).Do(c.request(ctx, t, method, path, body))
	check(t, err)
	defer func() { _ = resp.Body.Close() }()
	for _, cookie := range resp.Cookies() {
		c.cookies[cookie.Name] = cookie.Value
	}
	data, err := io.ReadAll(resp.Body)
	check(t, err)
	return resp.StatusCode, data
}

// must is do that has to end well; it reads the answer into a value.
func (c *caller) must(t *testing.T, method, path string, body, into any) {
	t.Helper()
	status, data := c.do(t, method, path, body)
	if status >= 300 {
		t.Fatalf("%s %s answers %d: %s", method, path, status, data)
	}
	if into != nil {
		check(t, json.Unmarshal(data, into))
	}
}

// refused is do that has to be refused with a status.
func (c *caller) refused(t *testing.T, method, path string, body any, want int) {
	t.Helper()
	if status, data := c.do(t, method, path, body); status != want {
		t.Errorf("%s %s answers %d, want %d: %s", method, path, status, want, data)
	}
}

type fields map[string]any

// signIn signs in and gives the password again, so that everything is allowed.
func (c *caller) signIn(t *testing.T, password string) {
	t.Helper()
	c.must(t, http.MethodPost, "/session", fields{"email": robin, "password": password, "remember": true}, nil)
	c.must(t, http.MethodPost, "/session/step-up", fields{"password": password}, nil)
}

// link is as much of a pending link as the caller looks at.
type link struct {
	ID, Step string
	Question *struct {
		Captcha string
		Fields  []struct {
			Name     string
			Optional bool
			Choices  []struct{ Value string }
		}
	}
}

// linkByQuestions links an account by the guided form, with every challenge
// and a wrong password first.
func (c *caller) linkByQuestions(t *testing.T) {
	t.Helper()
	const login = "guided@example.com"
	check(t, c.w.sim.AddAccount(audiblesim.Account{
		Login: login, Password: amazonPassword, OTP: oneTimePassword, Captcha: captchaText, Code: mailedCode,
		Challenges: []string{
			audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeOTP, audiblesim.ChallengeCVFCode,
		},
		Marketplaces: map[string]int{"us": 12},
	}))
	answers := map[string][]string{
		"login": {login}, "password": {mistypedPassword, amazonPassword}, "captcha": {"wrongletters", captchaText},
		"code": {oneTimePassword, mailedCode},
	}
	var l link
	c.must(t, http.MethodPost, "/account-links", fields{"door": "guided", "marketplace": "us"}, &l)
	for range 20 {
		if l.Question == nil {
			break
		}
		if l.Question.Captcha != "" {
			c.must(t, http.MethodGet, "/account-links/"+l.ID+"/captcha", nil, nil)
		}
		given := fields{}
		for _, f := range l.Question.Fields {
			switch row := answers[f.Name]; {
			case f.Optional:
			case f.Name == "choice":
				given["choice"] = f.Choices[0].Value
			case f.Name == "poll":
				given["poll"] = true
			default:
				given[f.Name] = row[0]
				if len(row) > 1 && (f.Name != "code" || l.Step == "otp") {
					answers[f.Name] = row[1:]
				}
			}
		}
		id := l.ID
		l = link{}
		c.must(t, http.MethodPost, "/account-links/"+id+"/answers", given, &l)
	}
	if l.Step != "confirm" {
		t.Fatalf("the guided form ends at %+v", l)
	}
	c.must(t, http.MethodPost, "/account-links/"+l.ID+"/confirm", nil, nil)
}

// linkByFiles links by files with every field filled, in plain text and
// encrypted, and fails with damaged ones.
func (c *caller) linkByFiles(t *testing.T) {
	t.Helper()
	for i, format := range []authfile.Format{authfile.AudibleCLI, authfile.AudibleCLIJSON} {
		login := []string{"plain@example.com", "sealed@example.com"}[i]
		check(t, c.w.sim.AddAccount(audiblesim.Account{Login: login, Password: amazonPassword, Marketplaces: map[string]int{"us": 12}}))
		data, err := c.w.sim.CredentialFile(login, "us")
		check(t, err)
		c.w.tap.Look(data)
		found, _, err := authfile.Read(data, authfile.ReadOptions{})
		check(t, err)
		credentials := found[0].Credentials
		credentials.ActivationBytes, credentials.StoreAuthCookie = activationBytes, storeCookie
		credentials.Cookies = map[string]string{"at-main": websiteCookie}
		var file bytes.Buffer
		check(t, authfile.Write(&file, format, []authfile.Account{{Credentials: credentials, Login: login}},
			authfile.WriteOptions{Password: []byte(filePassword), Iterations: 1000}))
		body := fields{"file": file.String(), "password": filePassword}
		for _, damaged := range []string{
			file.String()[:file.Len()*2/3], strings.ReplaceAll(file.String(), "{enc:", "{eno:"),
			strings.ReplaceAll(file.String(), "-----BEGIN", "-----BEGUN"),
		} {
			_, _ = c.do(t, http.MethodPost, "/account-links/import", fields{"file": damaged, "password": filePassword})
		}
		var l link
		c.must(t, http.MethodPost, "/account-links/import", body, &l)
		c.must(t, http.MethodPost, "/account-links/"+l.ID+"/confirm", nil, nil)
	}
}

// accounts returns the ids of the linked accounts.
func (c *caller) accounts(t *testing.T) []string {
	t.Helper()
	var all struct{ Items []struct{ ID string } }
	c.must(t, http.MethodGet, "/accounts", nil, &all)
	var ids []string
	for _, one := range all.Items {
		ids = append(ids, one.ID)
	}
	return ids
}

// follow listens to events while an account syncs, until one has come.
func (c *caller) follow(t *testing.T, account string) {
	t.Helper()
	ctx, over := context.WithTimeout(t.Context(), patience)
	defer over()
	resp, err := new(http.Client).Do(c.request(ctx, t, http.MethodGet, "/events", nil))
	check(t, err)
	defer func() { _ = resp.Body.Close() }()
	c.must(t, http.MethodPost, "/accounts/"+account+"/sync", fields{"full": true}, nil)
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "data:") {
			return
		}
	}
	t.Error("no event came")
}

// failAtAmazon has Amazon refuse the tokens of everybody, for good.
func (c *caller) failAtAmazon(t *testing.T, ids []string) {
	t.Helper()
	for _, login := range []string{robin, "guided@example.com", "plain@example.com"} {
		check(t, c.w.sim.ExpireAccessTokens(login))
		check(t, c.w.sim.RefuseRefreshTokens(login))
	}
	c.w.ahead.Add(int64(2 * time.Hour))
	check(t, c.w.sim.RevokeAll(robin))
	c.signIn(t, thirdPassword)
	for _, id := range ids[:2] {
		_, _ = c.do(t, http.MethodPost, "/accounts/"+id+"/renew", nil)
		_, _ = c.do(t, http.MethodPost, "/accounts/"+id+"/sync", fields{})
	}
	c.must(t, http.MethodPost, "/accounts/"+ids[len(ids)-1]+"/unlink", fields{"forget_library": true}, nil)
}

// storeSignIn has the password of one account kept, with a seed, and that of
// another one deleted again.
func (c *caller) storeSignIn(t *testing.T, ids []string) {
	t.Helper()
	password := fields{"login": robin, "password": amazonPassword, "understood": true}
	c.must(t, http.MethodPut, "/accounts/"+ids[0]+"/stored-password", password, nil)
	c.must(t, http.MethodPut, "/accounts/"+ids[0]+"/stored-seed", fields{"seed": amazonSeed, "understood": true}, nil)
	c.refused(t, http.MethodPut, "/accounts/"+ids[0]+"/stored-seed", fields{"seed": amazonPassword, "understood": true}, http.StatusUnprocessableEntity)
	c.must(t, http.MethodPut, "/accounts/"+ids[1]+"/stored-password", password, nil)
	c.must(t, http.MethodDelete, "/accounts/"+ids[1]+"/stored-password", nil, nil)
}

// changePasswords changes the password, forgets it, and sets it anew by mail.
func (c *caller) changePasswords(t *testing.T) {
	t.Helper()
	c.refused(t, http.MethodPut, "/me/password", fields{"current": guessedPassword, "next": secondPassword}, http.StatusUnauthorized)
	c.refused(t, http.MethodPut, "/me/password", fields{"current": firstPassword, "next": "audipy " + secondPassword}, http.StatusUnprocessableEntity)
	c.must(t, http.MethodPut, "/me/password", fields{"current": firstPassword, "next": secondPassword}, nil)
	c.must(t, http.MethodDelete, "/session", nil, nil)
	c.refused(t, http.MethodPost, "/session", fields{"email": robin, "password": guessedPassword}, http.StatusUnauthorized)
	c.must(t, http.MethodPost, "/password-reset", fields{"email": robin}, nil)
	at := regexp.MustCompile(`/reset-password#(\S+)`)
	for {
		mail := c.w.mails.Next(t)
		code := at.FindStringSubmatch(mail.Text)
		if code == nil {
			continue // one that says what happened
		}
		c.w.given = append(c.w.given, canary.Of("code of a mail", code[1])...)
		c.refused(t, http.MethodPost, "/password-reset/complete", fields{"token": code[1], "password": robin + " " + thirdPassword}, http.StatusUnprocessableEntity)
		c.must(t, http.MethodPost, "/password-reset/complete", fields{"token": code[1], "password": thirdPassword}, nil)
		break
	}
	c.signIn(t, thirdPassword)
}

// operation is one of the API's.
type operation struct{ method, path string }

// operations are all of the API, those that only look first.
func operations(t *testing.T) []operation {
	t.Helper()
	text, err := os.ReadFile("../api/openapi.json")
	check(t, err)
	var document struct{ Paths map[string]map[string]any }
	check(t, json.Unmarshal(text, &document))
	var all []operation
	for path, methods := range document.Paths {
		for method := range methods {
			all = append(all, operation{strings.ToUpper(method), path})
		}
	}
	slices.SortFunc(all, func(a, b operation) int {
		if (a.method == http.MethodGet) != (b.method == http.MethodGet) {
			if a.method == http.MethodGet {
				return -1
			}
			return 1
		}
		return strings.Compare(a.path+a.method, b.path+b.method)
	})
	return all
}

// askEverything tries every operation, with the ids that there are, and says
// which of them nobody has answered.
func (c *caller) askEverything(t *testing.T) {
	t.Helper()
	account := c.accounts(t)[0]
	var runs, series, sessions struct{ Items []struct{ ID string } }
	var titles struct {
		Items []struct{ ASIN, Marketplace string }
	}
	c.must(t, http.MethodGet, "/sync-runs", nil, &runs)
	c.must(t, http.MethodGet, "/series", nil, &series)
	c.must(t, http.MethodGet, "/sessions", nil, &sessions)
	c.must(t, http.MethodGet, "/library", nil, &titles)
	for _, op := range operations(t) {
		if op.path == "/events" {
			continue // it has no end, and was followed
		}
		id := account
		for beginning, one := range map[string]string{
			"/sync-runs": runs.Items[0].ID, "/series": series.Items[0].ID, "/sessions": sessions.Items[0].ID,
		} {
			if strings.HasPrefix(op.path, beginning) {
				id = one
			}
		}
		path := strings.NewReplacer("{id}", id, "{marketplace}", titles.Items[0].Marketplace, "{asin}", titles.Items[0].ASIN).Replace(op.path)
		var body any
		if op.method != http.MethodGet && op.method != http.MethodDelete {
			body = fields{}
		}
		status, data := c.do(t, op.method, path, body)
		if status >= 500 {
			t.Errorf("%s %s answers %d: %s", op.method, op.path, status, data)
		}
		if status == http.StatusUnauthorized || op.method == http.MethodDelete && op.path == "/session" {
			c.signIn(t, thirdPassword)
		}
	}
	for _, op := range operations(t) {
		pattern := regexp.MustCompile("^/api/v1" + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(op.path, `[^/]+`) + "$")
		if !c.w.recorder.answered(op.method, pattern.MatchString) {
			t.Errorf("%s %s was not answered", op.method, op.path)
		}
	}
}

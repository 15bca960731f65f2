package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"

	"github.com/PuerkitoBio/goquery"
)

// person answers the questions of one command: each kind of question has a
// row of answers, of which the last is given again and again.
type person struct {
	answers map[string][]string
	// landed, when set, gives the addresses to paste, made of what the
	// command has shown.
	landed func(shown string) ([]string, error)

	mu     sync.Mutex
	shown  bytes.Buffer
	rest   []byte
	failed error
}

// Write is what the person sees on standard error.
func (p *person) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown.Write(text)
}

// Read gives the answer to the last question, a line at a time.
func (p *person) Read(buffer []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rest) == 0 {
		line, err := p.answer()
		if err != nil {
			p.failed = err
			return 0, io.EOF
		}
		p.rest = []byte(line + "\n")
	}
	n := copy(buffer, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func (p *person) answer() (string, error) {
	all := p.shown.String()
	question := all[strings.LastIndex(all, "\n")+1:]
	if p.landed != nil && p.answers["Paste"] == nil {
		var err error
		if p.answers["Paste"], err = p.landed(all); err != nil {
			return "", err
		}
	}
	for _, kind := range []string{"Seed", "Paste", "Password for", "Password of", "Password", "E-mail", "Characters", "Number", "Code", "Keep"} {
		row := p.answers[kind]
		if !strings.Contains(question, kind) || len(row) == 0 {
			continue
		}
		if len(row) > 1 {
			p.answers[kind] = row[1:]
		}
		return row[0], nil
	}
	return "", fmt.Errorf("nothing to answer to %q", question)
}

// signInOnLoopback is a browser that signs in at the page that AudiPy carries,
// where Amazon asks for the password alone. Its requests go through a transport.
func signInOnLoopback(ctx context.Context, through http.RoundTripper, address, login string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Jar: jar, Transport: through}
	method, body := http.MethodGet, ""
	for range 8 {
		request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Origin", "null") // what browsers send under the page's referrer policy
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := browser.Do(request)
		if err != nil {
			return err
		}
		page, err := io.ReadAll(answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			return err
		}
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
		if err != nil {
			return err
		}
		if doc.Find("#done").Length() > 0 {
			return nil
		}
		if on, ok := doc.Find("#go").Attr("href"); ok {
			next, err := answer.Request.URL.Parse(on)
			if err != nil {
				return err
			}
			method, address, body = http.MethodGet, next.String(), ""
			continue
		}
		answer.Body = io.NopCloser(bytes.NewReader(page))
		action, form, err := readForm(answer, login)
		if err != nil {
			return err
		}
		method, address, body = http.MethodPost, action, form.Encode()
	}
	return fmt.Errorf("the sign-in of %s does not end", login)
}

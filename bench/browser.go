package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// browser is one client of the server, with an address and a session of its own.
type browser struct {
	client        *http.Client
	base, address string
	cookies       string
}

// newBrowser returns the nth client. Its connection stays open, as a browser's.
func newBrowser(base string, n int) *browser {
	return &browser{
		client: &http.Client{Transport: &http.Transport{DisableCompression: true}},
		base:   base, address: fmt.Sprintf("198.51.100.%d", n),
	}
}

// call asks as the pages do, takes the whole answer, compressed where the server
// compresses, and returns its status.
func (c *browser) call(ctx context.Context, method, path string, body any) (int, error) {
	answer, err := c.ask(ctx, method, path, body, "gzip")
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

func (c *browser) ask(ctx context.Context, method, path string, body any, encoding string) (*http.Response, error) {
	var sent io.Reader = http.NoBody
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		sent = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, sent)
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Forwarded-For", c.address)
	r.Header.Set("Accept-Encoding", encoding)
	r.Header.Set("Origin", c.base)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.cookies != "" {
		r.Header.Set("Cookie", c.cookies)
	}
	return c.client.Do(r)
}

// signIn signs a person in, and returns the status of a refusal with how long
// the server asks to wait.
func (c *browser) signIn(ctx context.Context, email string) (status int, wait time.Duration, err error) {
	answer, err := c.ask(ctx, http.MethodPost, "/api/v1/session", map[string]string{"email": email, "password": passPhrase}, "identity")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return 0, 0, err
	}
	var pairs []string
	for _, one := range answer.Cookies() {
		pairs = append(pairs, one.Name+"="+one.Value)
	}
	c.cookies = strings.Join(pairs, "; ")
	seconds := 1
	_, _ = fmt.Sscan(answer.Header.Get("Retry-After"), &seconds) // without one a second will do
	return answer.StatusCode, time.Duration(seconds) * time.Second, nil
}

// read gets a document.
func (c *browser) read(ctx context.Context, path string, into any) error {
	answer, err := c.ask(ctx, http.MethodGet, path, nil, "identity")
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s is answered %s", path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// load is what some clients saw of a server in a while: how long each request
// took, and how much processor time the server used meanwhile.
type load struct {
	took []time.Duration
	used []time.Duration
	bad  int
	err  error
}

// visit lets every client ask for one path after the other until ctx ends. They
// pause between two requests, on average as long as said, so that they don't
// march in step.
func visit(ctx context.Context, p *product, clients []*browser, pause time.Duration, path func(client, n int) string) load {
	var mu sync.Mutex
	var all load
	var group sync.WaitGroup
	for i, c := range clients {
		group.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				timer := time.NewTimer(time.Duration(rand.Int64N(2 * int64(pause)))) //nolint:gosec // no secret
				select {
				case <-ctx.Done():
					timer.Stop()
					return
				case <-timer.C:
				}
				started, before := time.Now(), p.processorTime()
				status, err := c.call(context.WithoutCancel(ctx), http.MethodGet, path(i, n), nil)
				took, used := time.Since(started), p.processorTime()-before
				mu.Lock()
				all.took, all.used = append(all.took, took), append(all.used, used)
				if err != nil || status != http.StatusOK {
					all.bad++
					all.err = err
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	slices.Sort(all.took)
	slices.Sort(all.used)
	return all
}

// at returns the milliseconds that a part of sorted times is within.
func at(part float64, times []time.Duration) float64 {
	if len(times) == 0 {
		return 0
	}
	i := min(int(part*float64(len(times))), len(times)-1)
	return round(times[i].Seconds() * 1000)
}

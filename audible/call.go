package audible

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// proof says how a call shows who is asking (protocol 7.3).
type proof int

const (
	proofAny       proof = iota // token first, signature when tokens don't work
	proofToken                  // token only
	proofSignature              // signature only
	proofCatalogue              // proofAny, or nothing for an anonymous client
)

// call is one call of the API: an exchange, and how it is proven and read.
type call struct {
	exchange
	proof proof
	// requests, when set, counts the requests that the call makes.
	requests *atomic.Int64
	// read gets each 2xx answer, also those of attempts that break off
	// while it reads; it must start afresh every time.
	read func(*reply) error
}

// apiGet is a GET of the API, below /1.0.
func apiGet(name, path string, query url.Values, read func(*reply) error) call {
	target := "/1.0/" + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	return call{exchange: exchange{name: name, method: http.MethodGet, target: target}, read: read}
}

// get makes a GET of the API.
func (c *Client) get(ctx context.Context, name, path string, query url.Values, read func(*reply) error) error {
	return c.do(ctx, apiGet(name, path, query, read))
}

// do makes a call: to the store's API host unless it names another, within the
// budget, repeated while that helps, and reported to the observer. Only calls
// that do no more the second time may be made with it.
func (c *Client) do(ctx context.Context, x call) error {
	if x.host == "" {
		store, err := c.marketplace(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", x.name, err)
		}
		x.host = apiHost(store)
	}
	info := CallInfo{Endpoint: x.name}
	start := c.options.Now()
	defer func() {
		info.Duration = c.options.Now().Sub(start)
		c.options.Observe(info)
	}()
	for {
		err := c.prove(ctx, x, &info)
		if err == nil || info.Retries == maxTries-1 || !isWorthRepeating(err) {
			return err
		}
		outage, _ := errors.AsType[*OutageError](err)
		pause := backoff(info.Retries, outage.RetryAfter, c.options.Rand())
		if end, ok := ctx.Deadline(); ok && c.options.Now().Add(pause).After(end) {
			return err
		}
		if c.options.Wait(ctx, pause) != nil {
			return fmt.Errorf("%s: %w", x.name, context.Cause(ctx))
		}
		info.Retries++
	}
}

// prove makes one attempt, which is several requests when the server doesn't
// accept a token: then come a fresh one and the signature (protocol 7.3).
func (c *Client) prove(ctx context.Context, x call, info *CallInfo) error {
	if c.keys == nil {
		if x.proof != proofCatalogue {
			return fmt.Errorf("%s: %w", x.name, ErrNoCredentials)
		}
		return c.request(ctx, x, nil, info)
	}
	key, err := c.keys.present(ctx, x.proof)
	if err != nil {
		return fmt.Errorf("%s: %w", x.name, err)
	}
	err = c.request(ctx, x, key, info)
	for isAuthAnswer(err) {
		next, nextErr := c.keys.second(ctx, x.proof, key)
		if nextErr != nil {
			return fmt.Errorf("%s: %w", x.name, nextErr)
		}
		if next == nil {
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
		key = next
		err = c.request(ctx, x, key, info)
		if !isAuthAnswer(err) {
			c.keys.worked(key)
		}
	}
	return err
}

// request makes one request.
func (c *Client) request(ctx context.Context, x call, k *presented, info *CallInfo) error {
	if err := c.options.Budget(ctx); err != nil {
		return fmt.Errorf("%s: within the budget: %w", x.name, err)
	}
	header, err := x.authorise(k, c.options.Now())
	if err != nil {
		return fmt.Errorf("%s: %w", x.name, err)
	}
	x.header = header
	if x.requests != nil {
		x.requests.Add(1)
	}
	info.Status, err = x.send(ctx, c.options.Transport, c.options.Now, x.read)
	if info.Status == http.StatusTooManyRequests {
		info.Throttled++
	}
	return err
}

// authorise returns the request's headers with the proof among them.
func (x call) authorise(k *presented, now time.Time) (http.Header, error) {
	header := x.header.Clone()
	if header == nil {
		header = make(http.Header, 8)
	}
	switch {
	case k == nil:
	case k.signer == nil:
		header.Set("X-Amz-Access-Token", k.token)
	default:
		address, err := url.Parse("https://" + x.host + x.target)
		if err != nil {
			return nil, errors.New("the request's address is malformed")
		}
		signed := http.Request{Method: x.method, URL: address, Header: header}
		if err := k.signer.stamp(&signed, x.body, now); err != nil {
			return nil, err
		}
	}
	return header, nil
}

package audible

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// RawAnswer is an answer of the API as it came.
type RawAnswer struct {
	Status int
	// Header holds what describes a list: Total-Count, State-Token and
	// Continuation-Token, as far as they are there, and the content type.
	Header http.Header
	// Body is decompressed, and at most 64 MiB. It holds personal data.
	Body []byte
}

// Raw reads one address of the API as it is, for people who want to see the
// data: the path begins with /1.0/, and the only method is GET, so that
// nothing can be bought or changed by it. An answer that is no success is an
// error as in every other call.
func (c *Client) Raw(ctx context.Context, method, pathAndQuery string) (RawAnswer, error) {
	if method != http.MethodGet {
		return RawAnswer{}, fmt.Errorf("raw call: the method %q is not GET", cleanMessage(method))
	}
	target, err := rawTarget(pathAndQuery)
	if err != nil {
		return RawAnswer{}, fmt.Errorf("raw call: %w", err)
	}
	var raw RawAnswer
	x := catalogueGet("raw", "", nil, func(r *reply) error {
		raw = RawAnswer{Status: r.status, Header: make(http.Header)}
		for _, name := range []string{"Total-Count", "State-Token", "Continuation-Token", "Content-Type"} {
			if value := r.header.Get(name); value != "" {
				raw.Header.Set(name, value)
			}
		}
		if looksLikePage(r.header, r.body) {
			return fmt.Errorf("%w but a page", ErrNotJSON)
		}
		body, err := io.ReadAll(r.body)
		if err != nil {
			return fmt.Errorf("read the answer: %w", err)
		}
		raw.Body = body
		return nil
	})
	x.target = target
	if !strings.HasPrefix(target, "/1.0/catalog/") {
		x.proof = proofAny
	}
	if err := c.do(ctx, x); err != nil {
		return RawAnswer{}, err
	}
	return raw, nil
}

// rawTarget checks that an address stays below /1.0/ on the API's host.
func rawTarget(text string) (string, error) {
	address, err := url.ParseRequestURI(text)
	if err != nil || address.IsAbs() || address.Host != "" {
		return "", errors.New("the address is not a path such as /1.0/library?num_results=10")
	}
	if !strings.HasPrefix(address.Path, "/1.0/") || strings.Contains(address.Path, "/..") {
		return "", errors.New("the path does not begin with /1.0/")
	}
	return address.RequestURI(), nil
}

package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
)

const (
	// apiPath is where a server's API lives.
	apiPath = "/api/v1"
	// maxAnswer bounds what is read of one answer: 500 titles have about one
	// megabyte.
	maxAnswer = 64 << 20
	// maxText bounds what is read of an answer that is no document.
	maxText = 64 << 10
	// answerTime is how long a server has for an answer. Some ask Audible first.
	answerTime = 90 * time.Second
	// mostWaits and longestWait bound how often and how long is waited for a
	// server that asks for it.
	mostWaits   = 3
	longestWait = time.Minute
)

// CodeRefused is the code of the error of a token that the server no longer
// accepts.
const CodeRefused = "token_refused"

// Bearer gives the token that a request goes out with. Refused is one that the
// server has just refused, or empty; it must not be given again.
type Bearer func(ctx context.Context, refused string) (string, error)

// Options are what a Client works with. Base is required, and Bearer for
// everything that needs a person.
type Options struct {
	// Base is the server's address, as ParseAddress gives it.
	Base *url.URL
	// Bearer gives tokens.
	Bearer Bearer
	// Wait pauses; nil means that nothing is waited for.
	Wait func(ctx context.Context, d time.Duration) error
	// Version is named to the server.
	Version string
}

// Client speaks with one server.
type Client struct {
	Options
	http *http.Client
}

// New returns a Client.
func New(o Options) *Client {
	return &Client{Options: o, http: &http.Client{
		Timeout: answerTime,
		// A credential goes where it was meant to go, or nowhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// ParseAddress reads the address of a server: https, or plain HTTP to this
// computer, with nothing but a host and a port. Everything else is Invalid.
func ParseAddress(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("%q is not the address of a server", text), err).
			WithHint("write it as https://audipy.example.org")
	}
	base := &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}
	switch {
	case u.Scheme == "https":
		return base, nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		return base, nil
	}
	return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("%s is not an https address, and its host is not this computer", base), nil).
		WithHint("tokens go over TLS alone; docs/operate.md says how a server gets a certificate")
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// call is one request.
type call struct {
	method, path string
	query        url.Values
	// body is sent as JSON, and form as a form; nil sends neither.
	body any
	form url.Values
	// list is set for operations that every server has, where 404 therefore
	// speaks of the server and not of a thing.
	list bool
	// open is set for operations without a credential.
	open bool
}

// do makes a request and reads its answer into out, unless that is nil. A token
// that is refused is replaced once.
func (c *Client) do(ctx context.Context, one call, out any) error {
	answer, err := c.send(ctx, one)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // it was read as far as it is of use
	if out == nil {
		return nil
	}
	return c.read(answer, out)
}

// read decodes the one document of an answer.
func (c *Client) read(answer *http.Response, out any) error {
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind != "application/json" {
		return c.foreign(fmt.Errorf("answered %s with %q", answer.Status, kind))
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(out); err != nil {
		return c.foreign(err)
	}
	return nil
}

// send makes a request until it is answered well, and returns the answer.
func (c *Client) send(ctx context.Context, one call) (*http.Response, error) {
	token, err := "", error(nil)
	if !one.open {
		if token, err = c.Bearer(ctx, ""); err != nil {
			return nil, err
		}
	}
	renewed := false
	for waits := 0; ; {
		answer, err := c.once(ctx, one, token)
		if err == nil {
			return answer, nil
		}
		problem, _ := errors.AsType[*audipy.Error](err)
		switch {
		case problem == nil:
			return nil, err
		case problem.Code == CodeRefused && !renewed && !one.open:
			renewed = true
			if token, err = c.Bearer(ctx, token); err != nil {
				return nil, err
			}
		case problem.RetryAfter > 0 && problem.RetryAfter <= longestWait && waits < mostWaits && c.Wait != nil:
			waits++
			if err := c.Wait(ctx, problem.RetryAfter); err != nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
}

// once makes a request. Every answer but a good one is an error.
func (c *Client) once(ctx context.Context, one call, token string) (*http.Response, error) {
	request, err := c.request(ctx, one, token)
	if err != nil {
		return nil, err
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, c.unreachable(ctx, err)
	}
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return answer, nil
	}
	defer func() { _ = answer.Body.Close() }()                  // what is of use of it is read
	text, _ := io.ReadAll(io.LimitReader(answer.Body, maxText)) // a part says as much as there is
	return nil, c.refusal(ctx, one, answer, text)
}

func (c *Client) request(ctx context.Context, one call, token string) (*http.Request, error) {
	address := *c.Base
	address.Path, address.RawQuery = apiPath+one.path, one.query.Encode()
	var body io.Reader
	kind := ""
	switch {
	case one.form != nil:
		body, kind = strings.NewReader(one.form.Encode()), "application/x-www-form-urlencoded"
	case one.body != nil:
		data, err := json.Marshal(one.body)
		if err != nil {
			return nil, fmt.Errorf("write request: %w", err)
		}
		body, kind = bytes.NewReader(data), "application/json"
	}
	request, err := http.NewRequestWithContext(ctx, one.method, address.String(), body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	request.Header.Set("Accept", "application/json, application/problem+json")
	request.Header.Set("User-Agent", "audipy/"+c.Version)
	return request, nil
}

// unreachable is the error of a request that nobody answered.
func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return audipy.Fail(audipy.Unavailable, fmt.Sprintf("the server at %s can't be reached: %s", c.Base, plain(err)), err).
		WithHint("see whether it runs and the network leads to it; nothing was changed here")
}

// plain is an error of the network without the address that was asked.
func plain(err error) string {
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err
	}
	return err.Error()
}

// foreign is the error of an answer that isn't one of this API.
func (c *Client) foreign(err error) error {
	return audipy.Fail(audipy.Unavailable, fmt.Sprintf("the server at %s does not speak as AudiPy %s does", c.Base, c.Version), err).
		WithHint("see whether the address is that of an AudiPy server; if it is, bring the older of the two up to date").
		WithCode("version_mismatch")
}

// refusal turns an answer that is no good one into an error. What the server
// says for people is passed on.
func (c *Client) refusal(ctx context.Context, one call, answer *http.Response, text []byte) error {
	var p httpapi.Problem
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if kind != "application/problem+json" || json.Unmarshal(text, &p) != nil || p.Code == "" {
		if answer.StatusCode == http.StatusBadGateway || answer.StatusCode == http.StatusServiceUnavailable ||
			answer.StatusCode == http.StatusGatewayTimeout {
			return c.unreachable(ctx, fmt.Errorf("what stands before it answered %s", answer.Status))
		}
		return c.foreign(fmt.Errorf("answered %s", answer.Status))
	}
	fail := func(kind audipy.Kind) *audipy.Error {
		return audipy.Fail(kind, p.Detail, fmt.Errorf("request %s", p.RequestID)).WithCode(p.Code).WithHint(p.Hint)
	}
	switch status := answer.StatusCode; {
	case p.Code == "unknown_field", p.Code == "unknown_parameter", p.Code == "method_not_allowed",
		p.Code == "not_found" && one.list:
		return c.foreign(&p)
	case status == http.StatusUnauthorized:
		return fail(audipy.ActionRequired).WithCode(CodeRefused)
	case status == http.StatusForbidden:
		return c.forbidden(fail(audipy.Forbidden))
	case status == http.StatusNotFound:
		return fail(audipy.NotFound)
	case status == http.StatusConflict && p.Code == "action_required":
		return fail(audipy.ActionRequired)
	case status == http.StatusConflict:
		return fail(audipy.Conflict)
	case status == http.StatusTooManyRequests:
		return fail(audipy.Busy).WithRetryAfter(retryAfter(answer))
	case status >= http.StatusInternalServerError:
		return fail(audipy.Unavailable).WithRetryAfter(retryAfter(answer))
	}
	return fail(audipy.Invalid)
}

// forbidden says what to do about a credential that is good for something else.
func (c *Client) forbidden(e *audipy.Error) error {
	if e.Hint == "" && (e.Code == "insufficient_scope" || e.Code == "not_for_programs") {
		return e.WithHint("what a token may do is chosen when it is made, under Programs at " + c.Base.String())
	}
	return e
}

func retryAfter(answer *http.Response) time.Duration {
	seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// clientID is what this program is called by servers.
const clientID = "audipy-cli"

// slower is how much longer is waited from one question to the next when the
// server says that they come too fast.
const slower = 5 * time.Second

// Device is what a server keeps apart this computer by. Key is 32 random bytes
// in base64url: without it nobody can do anything with its refresh tokens.
type Device struct{ Key, Name string }

// Authorization is a request of a device to be let in, which a person answers in
// a browser.
type Authorization struct {
	// UserCode is what the person types at Address; FullAddress has it filled
	// in.
	UserCode    string `json:"user_code"`
	Address     string `json:"verification_uri"`
	FullAddress string `json:"verification_uri_complete"`

	Code     string `json:"device_code"`
	Seconds  int    `json:"expires_in"`
	Interval int    `json:"interval"`
}

// Grant is what lets a device in. Both tokens are secrets.
type Grant struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	Seconds      int    `json:"expires_in"`
	Scope        string `json:"scope"`
}

// Identity says whom a token is for.
type Identity struct {
	Kind      string    `json:"kind"`
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Scopes    []string  `json:"scopes"`
	ExpiresAt time.Time `json:"expires_at"`
	Person    struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Email string `json:"email"`
	} `json:"person"`
}

// Current returns whom the client's token is for.
func (c *Client) Current(ctx context.Context) (Identity, error) {
	var who Identity
	err := c.do(ctx, call{method: http.MethodGet, path: "/programs/current", list: true}, &who)
	return who, err
}

// Authorize asks a server to let this device in.
func (c *Client) Authorize(ctx context.Context, d Device, scopes []audipy.Scope) (Authorization, error) {
	var a Authorization
	err := c.form(ctx, "/oauth/device_authorization", url.Values{
		"client_id": {clientID}, "scope": {audipy.JoinScopes(scopes)}, "device_key": {d.Key}, "device_name": {d.Name},
	}, &a)
	if err == nil && (a.Code == "" || a.UserCode == "" || a.Address == "" || a.Interval < 1 || a.Seconds < 1) {
		err = c.foreign(errors.New("the authorization lacks something"))
	}
	return a, err
}

// Await asks until the person has answered an authorization, as often as the
// server wants to be asked. A refusal is Forbidden, and an answer that did not
// come in time ActionRequired.
func (c *Client) Await(ctx context.Context, d Device, a Authorization) (Grant, error) {
	interval := time.Duration(a.Interval) * time.Second
	left := time.Duration(a.Seconds) * time.Second
	for ; left > 0; left -= interval {
		if err := c.Wait(ctx, interval); err != nil {
			return Grant{}, err
		}
		g, err := c.token(ctx, url.Values{
			"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {a.Code},
			"client_id": {clientID}, "device_key": {d.Key},
		})
		problem, _ := errors.AsType[*audipy.Error](err)
		switch {
		case err == nil:
			return g, nil
		case problem == nil:
			return Grant{}, err
		case problem.Code == "authorization_pending", problem.Kind == audipy.Unavailable && problem.Code != "version_mismatch":
		case problem.Code == "slow_down":
			interval += slower
		default:
			return Grant{}, err
		}
	}
	return Grant{}, expired()
}

func expired() error {
	return audipy.Fail(audipy.ActionRequired, "nobody let this computer in within the time the server gives", nil).
		WithCode("expired_token").WithHint("run the command again, and answer in the browser within ten minutes")
}

// Refresh exchanges a refresh token. The new one must be kept before the access
// token is used: the old one is worth nothing from then on.
func (c *Client) Refresh(ctx context.Context, d Device, refreshToken string) (Grant, error) {
	return c.token(ctx, url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}, "client_id": {clientID}, "device_key": {d.Key},
	})
}

// Revoke ends what a token is good for at the server.
func (c *Client) Revoke(ctx context.Context, token string) error {
	return c.form(ctx, "/oauth/revoke", url.Values{"token": {token}, "client_id": {clientID}}, nil)
}

func (c *Client) token(ctx context.Context, form url.Values) (Grant, error) {
	var g Grant
	err := c.form(ctx, "/oauth/token", form, &g)
	if err == nil && (g.AccessToken == "" || g.RefreshToken == "" || g.Seconds < 1) {
		err = c.foreign(errors.New("the grant lacks something"))
	}
	return g, err
}

// form posts to an endpoint of OAuth, whose errors have a form of their own.
func (c *Client) form(ctx context.Context, path string, form url.Values, out any) error {
	one := call{method: http.MethodPost, path: path, form: form, open: true, list: true}
	request, err := c.request(ctx, one, "")
	if err != nil {
		return err
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return c.unreachable(ctx, err)
	}
	defer func() { _ = answer.Body.Close() }() // it was read as far as it is of use
	if answer.StatusCode == http.StatusOK {
		if out == nil {
			return nil
		}
		return c.read(answer, out)
	}
	text, _ := io.ReadAll(io.LimitReader(answer.Body, maxText)) // a part says as much as there is
	var refused struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if kind != "application/json" || json.Unmarshal(text, &refused) != nil || refused.Error == "" {
		return c.refusal(ctx, one, answer, text)
	}
	return c.oauthError(refused.Error, refused.Description)
}

// oauthError puts an error of OAuth into words.
func (c *Client) oauthError(code, description string) error {
	cause := fmt.Errorf("%s: %s", code, description)
	switch code {
	case "authorization_pending", "slow_down":
		return audipy.Fail(audipy.Busy, "nobody has answered yet", cause).WithCode(code)
	case "access_denied":
		return audipy.Fail(audipy.Forbidden, "the request to let this computer in was refused in the browser", cause).
			WithCode(code).WithHint("run the command again if that was a mistake")
	case "expired_token":
		return expired()
	case "invalid_grant":
		return audipy.Fail(audipy.ActionRequired, fmt.Sprintf("the server at %s no longer lets this computer in", c.Base), cause).
			WithCode(CodeRefused)
	}
	return c.foreign(cause)
}

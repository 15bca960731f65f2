package audible

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Deregister ends a registration at Amazon (protocol 6.3): refresh token, ADP
// token and device key are dead at once, the access token lives out its hour.
// When the access token has ended it refreshes first, without saving, because
// nothing of the credentials is any use afterwards. Credentials that Amazon
// already refuses give ErrRefused: the device is then not known to be gone. It
// goes by the real time, since a wrong guess costs one request and no more. A
// nil transport means NewTransport.
func Deregister(ctx context.Context, rt http.RoundTripper, c Credentials) error {
	if rt == nil {
		rt = NewTransport(TransportOptions{})
	}
	home, err := ParseMarketplace(c.Marketplace)
	if err != nil {
		return fmt.Errorf("deregister the device: %w", err)
	}
	token := c.AccessToken
	renewed := false
	if token == "" || !c.AccessTokenExpires.After(time.Now().Add(time.Minute)) {
		if token, err = freshToken(ctx, rt, c); err != nil {
			return fmt.Errorf("deregister the device: %w", err)
		}
		renewed = true
	}
	err = deregister(ctx, rt, tokenHost(home, c.UserName), token)
	if isAuthAnswer(err) && !renewed && c.CanRefresh() {
		if token, err = freshToken(ctx, rt, c); err == nil {
			err = deregister(ctx, rt, tokenHost(home, c.UserName), token)
		}
	}
	if isAuthAnswer(err) {
		err = fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err != nil {
		return fmt.Errorf("deregister the device: %w", err)
	}
	return nil
}

func freshToken(ctx context.Context, rt http.RoundTripper, c Credentials) (string, error) {
	if !c.CanRefresh() {
		return "", ErrNoCredentials
	}
	got, err := exchangeToken(ctx, rt, time.Now, c)
	return got.access, err
}

// deregister makes the request, again when there is an outage: ending what has
// ended does no harm.
func deregister(ctx context.Context, rt http.RoundTripper, host, token string) error {
	x := exchange{
		name: "auth/deregister", method: http.MethodPost, host: host, target: "/auth/deregister",
		header: http.Header{"X-Amz-Access-Token": {token}},
		body:   []byte(`{"deregister_all_existing_accounts":false}`),
		total:  tokenTime, size: tokenSize,
	}
	for tries := 1; ; tries++ {
		_, err := x.send(ctx, rt, time.Now, func(r *reply) error {
			return readObject(r, func(s *jsonScanner, _ []byte) { s.skip() })
		})
		outage, ok := errors.AsType[*OutageError](err)
		if !ok || tries == refreshTries || outage.RetryAfter > refusedPause {
			return err
		}
		if waitFor(ctx, backoff(tries, outage.RetryAfter, 1)) != nil {
			return err
		}
	}
}

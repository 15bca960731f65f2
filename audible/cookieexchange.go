package audible

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ExchangeCookies trades the refresh token for website cookies of a store
// (protocol 6.2); they open the owner's whole Amazon account there. The second
// result is how long their session lasts.
func (c *Client) ExchangeCookies(ctx context.Context, target Marketplace) ([]Cookie, time.Duration, error) {
	home, err := c.home(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("exchange cookies: %w", err)
	}
	creds, err := c.keys.current(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("exchange cookies: %w", err)
	}
	if !creds.CanRefresh() {
		return nil, 0, fmt.Errorf("exchange cookies: %w", ErrNoCredentials)
	}
	company := "amazon"
	if creds.UserName {
		company = "audible"
	}
	form := url.Values{
		"app_name": {deviceAppName}, "app_version": {deviceAppVersion},
		"source_token": {creds.RefreshToken}, "source_token_type": {"refresh_token"},
		"requested_token_type": {"auth_cookies"}, "domain": {"." + company + "." + target.TLD},
	}
	x := exchange{
		name: "ap/exchangetoken/cookies", method: http.MethodPost, host: "www." + company + "." + home.TLD,
		target: "/ap/exchangetoken/cookies", header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		body: []byte(form.Encode()), total: tokenTime, size: maxRegisterAnswer,
	}
	var cookies []Cookie
	var life time.Duration
	_, err = x.send(ctx, c.options.Transport, c.options.Now, func(r *reply) error {
		cookies, life, err = readExchange(r)
		return err
	})
	if said, ok := errors.AsType[*APIError](err); ok && said.isRefusal() {
		err = fmt.Errorf("%w: %w", ErrRefused, said)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("exchange cookies: %w", err)
	}
	return cookies, life, nil
}

func readExchange(r *reply) ([]Cookie, time.Duration, error) {
	var cookies []Cookie
	var life time.Duration
	err := readObject(r, func(s *jsonScanner, key []byte) {
		if string(key) != "response" {
			s.skip()
			return
		}
		s.within("tokens", func(key []byte) {
			switch string(key) {
			case "cookies":
				s.object(func(key []byte) {
					domain := string(key)
					for _, got := range readCookies(s) {
						got.Domain = orDefault(strings.TrimSpace(got.Domain), domain)
						cookies = append(cookies, got)
					}
				})
			case "ttl":
				life = time.Duration(min(max(s.integer(), 0), 1<<31)) * time.Second
			default:
				s.skip()
			}
		})
	})
	if err == nil && len(cookies) == 0 {
		err = fmt.Errorf("%w: no cookies in it", ErrUnexpected)
	}
	return cookies, life, err
}

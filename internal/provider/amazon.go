package provider

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	// amazonIssuer is what Amazon's tokeninfo calls itself, in every region.
	amazonIssuer = "https://www.amazon.com"
	// maxToken is the length of the longest token in bytes, as Amazon documents
	// it, and maxAmazonLife what is believed of how long one lasts.
	maxToken      = 2048
	maxAmazonLife = 24 * time.Hour
)

// AmazonOptions describe a security profile of Login with Amazon. ClientID and
// ClientSecret are required.
type AmazonOptions struct {
	ClientID, ClientSecret string
	// Region is "na", "eu" or "fe"; empty means na.
	Region string
	// Consent is where people sign in, in the place of Amazon's own page; empty
	// means that.
	Consent string
	// Transport makes the requests; nil means the network.
	Transport http.RoundTripper
}

// Amazon is Login with Amazon: OAuth 2.0 without discovery and without an ID
// token. Make one with NewAmazon.
type Amazon struct {
	config oauth2.Config
	// api is the host of tokeninfo and profile.
	api    string
	client *http.Client
}

// NewAmazon returns Login with Amazon for a region. Another than the three is
// Invalid.
func NewAmazon(o AmazonOptions) (*Amazon, error) {
	hosts, ok := map[string][2]string{
		"na": {"https://www.amazon.com/ap/oa", "https://api.amazon.com"},
		"eu": {"https://eu.account.amazon.com/ap/oa", "https://api.amazon.co.uk"},
		"fe": {"https://apac.account.amazon.com/ap/oa", "https://api.amazon.co.jp"},
	}[cmp.Or(o.Region, "na")]
	if !ok {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("Login with Amazon has no region %q", o.Region), nil)
	}
	return &Amazon{
		config: oauth2.Config{
			ClientID: o.ClientID, ClientSecret: o.ClientSecret, Scopes: []string{"profile"},
			Endpoint: oauth2.Endpoint{
				AuthURL: cmp.Or(o.Consent, hosts[0]), TokenURL: hosts[1] + "/auth/o2/token", AuthStyle: oauth2.AuthStyleInParams,
			},
		},
		api: hosts[1], client: newClient(o.Transport, ""),
	}, nil
}

// About describes it. Amazon shows nothing to whoever agreed before, and can't
// be made to: it never stands for a password.
func (*Amazon) About() About {
	return About{Slot: SlotAmazon, Name: "Amazon", Issuer: amazonIssuer}
}

// Begin returns the address at Amazon. Nothing is asked of it.
func (p *Amazon) Begin(_ context.Context, a Attempt) (string, error) {
	// Without its method a challenge would count as plain.
	return p.at(a).AuthCodeURL(a.State, oauth2.S256ChallengeOption(a.Verifier)), nil
}

func (p *Amazon) at(a Attempt) *oauth2.Config {
	c := p.config
	c.RedirectURL = a.RedirectURI
	return &c
}

// Finish redeems the code, asks whose and for whom the token is, and then who
// that is. The tokens are dropped.
func (p *Amazon) Finish(ctx context.Context, a Attempt, r Answer) (Identity, error) {
	about := p.About()
	if !plain(r.Code, maxCode) || r.Issuer != "" {
		return Identity{}, refused(about, errors.New("the answer is none of Amazon's"))
	}
	token, err := p.at(a).Exchange(context.WithValue(ctx, oauth2.HTTPClient, p.client), r.Code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Identity{}, notRedeemed(about, err)
	}
	if !plain(token.AccessToken, maxToken) || len(token.RefreshToken) > maxToken {
		return Identity{}, refused(about, errors.New("the token is none"))
	}
	var info struct {
		Issuer   string  `json:"iss"`
		UserID   string  `json:"user_id"`
		Audience string  `json:"aud"`
		Left     seconds `json:"exp"`
	}
	if err := p.ask(ctx, "/auth/o2/tokeninfo", "x-amz-access-token", token.AccessToken, &info); err != nil {
		return Identity{}, err
	}
	switch {
	case info.Issuer != amazonIssuer || info.Audience != p.config.ClientID:
		return Identity{}, refused(about, errors.New("the token was made for another client"))
	case info.Left.life() <= 0:
		return Identity{}, refused(about, errors.New("the token is over"))
	case !plain(info.UserID, maxSubject):
		return Identity{}, refused(about, errors.New("the user id is none"))
	}
	var profile struct {
		UserID string `json:"user_id"`
		Name   string `json:"name"`
		Email  string `json:"email"`
	}
	if err := p.ask(ctx, "/user/profile", "Authorization", "Bearer "+token.AccessToken, &profile); err != nil {
		return Identity{}, err
	}
	if profile.UserID != info.UserID {
		return Identity{}, refused(about, errors.New("token and profile are of two people"))
	}
	return Identity{Issuer: amazonIssuer, Subject: info.UserID, Email: tidy(profile.Email), Name: tidy(profile.Name)}, nil
}

// ask reads an answer about a token.
func (p *Amazon) ask(ctx context.Context, path, header, value string, answer any) error {
	about := p.About()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.api+path, nil)
	if err != nil {
		return unavailable(about, err)
	}
	req.Header.Set(header, value)
	req.Header.Set("Accept", "application/json")
	resp, err := p.client.Do(req)
	if err != nil {
		return unavailable(about, err)
	}
	defer resp.Body.Close()
	switch status := resp.StatusCode; {
	case status >= 400 && status < 500 && status != http.StatusTooManyRequests:
		return refused(about, fmt.Errorf("%s answered %d", path, status))
	case status != http.StatusOK:
		return unavailable(about, fmt.Errorf("%s answered %d", path, status))
	}
	if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
		return unavailable(about, fmt.Errorf("read %s: %w", path, err))
	}
	return nil
}

// seconds is a number of seconds, which Amazon writes as a number or a text.
type seconds int64

// UnmarshalJSON reads either.
func (s *seconds) UnmarshalJSON(data []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(bytes.TrimSpace(data)), `"`), 10, 64)
	*s = seconds(n)
	return err
}

// life is the duration, bounded: what looks like a point in time is no reason
// to believe in a token for 50 years.
func (s seconds) life() time.Duration {
	return time.Duration(min(int64(s), int64(maxAmazonLife/time.Second))) * time.Second
}

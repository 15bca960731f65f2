package audible

import (
	"context"
	"fmt"
	"net/http"
)

// Profile is what Amazon says about the owner of an account. It is personal
// data: don't log it.
type Profile struct {
	// UserID is "amzn1.account.…".
	UserID string
	// Name, Email and PostalCode may be empty.
	Name       string
	Email      string
	PostalCode string
}

// Profile returns the owner's profile at Amazon (protocol 6.4). It needs a
// token: a signature is not accepted there.
func (c *Client) Profile(ctx context.Context) (Profile, error) {
	host, err := c.homeTokenHost(ctx)
	if err != nil {
		return Profile{}, fmt.Errorf("profile: %w", err)
	}
	var p Profile
	x := call{exchange: exchange{name: "user/profile", method: http.MethodGet, host: host, target: "/user/profile", size: tokenSize}}
	x.proof = proofToken
	x.read = func(r *reply) error {
		p = Profile{}
		err := readObject(r, func(s *jsonScanner, key []byte) {
			switch string(key) {
			case "user_id":
				p.UserID = s.text()
			case "name":
				p.Name = s.text()
			case "email":
				p.Email = s.text()
			case "postal_code":
				p.PostalCode = s.text()
			default:
				s.skip()
			}
		})
		if err == nil && p.UserID == "" {
			err = fmt.Errorf("%w: no user id in it", ErrUnexpected)
		}
		return err
	}
	if err := c.do(ctx, x); err != nil {
		return Profile{}, err
	}
	return p, nil
}

// homeTokenHost is the token host of the registration.
func (c *Client) homeTokenHost(ctx context.Context) (string, error) {
	home, err := c.home(ctx)
	if err != nil {
		return "", err
	}
	creds, err := c.keys.current(ctx)
	if err != nil {
		return "", err
	}
	return tokenHost(home, creds.UserName), nil
}

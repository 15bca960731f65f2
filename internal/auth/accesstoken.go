package auth

import (
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

const (
	// accessAudience is whom access tokens are for, and accessType what sets
	// them apart from every other signed token.
	accessAudience = "audipy-api"
	accessType     = "at+jwt"
	// maxAccess is the longest token that is looked at, in bytes.
	maxAccess = 4096
	// leeway is how far clocks may be apart.
	leeway = 30 * time.Second
	// signingPeriod is how long a key signs, and signingRest how much longer
	// it is good for what it signed.
	signingPeriod = 90 * 24 * time.Hour
	signingRest   = 20 * time.Minute
)

// accessClaims are what an access token says.
type accessClaims struct {
	jwt.RegisteredClaims

	Session string `json:"sid"` // the id of the program
	Epoch   int64  `json:"epoch"`
	Scope   string `json:"scope"`
}

// signingKey is the key of a period. It is derived from the root secret, which
// lies sealed: every process has the same ones, and there is none to keep.
func (s *Service) signingKey(period int64) (kid string, key ed25519.PrivateKey) {
	seed := mac(s.ring.current().signing, strconv.FormatInt(period, 10))
	defer clear(seed)
	return fmt.Sprintf("%d-%d", s.ring.newest, period), ed25519.NewKeyFromSeed(seed)
}

func periodOf(t time.Time) int64 { return t.Unix() / int64(signingPeriod/time.Second) }

// signAccess writes an access token with the key of a period.
func (s *Service) signAccess(c accessClaims, period int64) (string, error) {
	kid, key := s.signingKey(period)
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	token.Header["typ"], token.Header["kid"] = accessType, kid
	text, err := token.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	return text, nil
}

// newAccess returns an access token of a program.
func (s *Service) newAccess(user audipy.UserID, p store.Program) (string, error) {
	now := s.now().UTC().Truncate(time.Second)
	return s.signAccess(accessClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.tokenIssuer(), Subject: string(user), Audience: jwt.ClaimStrings{accessAudience}, ID: rand.Text(),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(s.lives.Access)),
		},
		Session: p.ID, Epoch: p.Epoch, Scope: audipy.JoinScopes(p.Scopes),
	}, periodOf(now))
}

func (s *Service) tokenIssuer() string { return cmp.Or(s.publicURL, "audipy") }

var errNoAccess = errors.New("no access token of ours")

// readAccess returns what an access token says that this server has signed and
// that is good now. A token is good only in the one form in which we write it:
// once its signature holds, it is signed again and must come out the same. So
// there are no other headers, no claims that stand twice and no second spelling.
func (s *Service) readAccess(text string) (accessClaims, error) {
	if len(text) > maxAccess {
		return accessClaims{}, errNoAccess
	}
	var period int64
	var claims accessClaims
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithStrictDecoding(), jwt.WithTimeFunc(s.now),
		jwt.WithLeeway(leeway), jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(), jwt.WithIssuedAt(),
		jwt.WithIssuer(s.tokenIssuer()), jwt.WithAudience(accessAudience),
	)
	_, err := parser.ParseWithClaims(text, &claims, func(t *jwt.Token) (any, error) {
		now := s.now()
		for _, at := range []time.Time{now, now.Add(-signingRest)} {
			kid, key := s.signingKey(periodOf(at))
			if t.Header["typ"] == accessType && t.Header["kid"] == kid {
				period = periodOf(at)
				return key.Public(), nil
			}
		}
		return nil, errNoAccess
	})
	if err != nil || len(claims.Audience) != 1 {
		return accessClaims{}, errNoAccess
	}
	again, err := s.signAccess(claims, period)
	if err != nil || again != text {
		return accessClaims{}, errNoAccess
	}
	return claims, nil
}

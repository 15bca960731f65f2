package auth

import (
	"context"
	"crypto/rand"
	"hash/crc32"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// The form of tokens that people make: a prefix by which secret scanners know
// them, random characters, and a checksum so that what was cut or mistyped is
// told from what is over.
const (
	apiTokenPrefix = "audipy_pat_"
	apiTokenRandom = 30
	apiTokenSum    = 6
	base62         = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

const (
	// maxPrograms is how many tokens, and how many programs, a person may have.
	maxPrograms = 20
	// maxAPITokenDays is how long a token may be good.
	maxAPITokenDays = 365
)

// newAPIToken returns a random token.
func newAPIToken() string {
	text := []byte(apiTokenPrefix)
	for len(text) < len(apiTokenPrefix)+apiTokenRandom {
		var raw [2 * apiTokenRandom]byte
		_, _ = rand.Read(raw[:]) // never fails: the program ends if there is no randomness
		for _, b := range raw {
			// 248 is the largest multiple of 62: none is likelier than another.
			if b < 248 && len(text) < len(apiTokenPrefix)+apiTokenRandom {
				text = append(text, base62[b%62])
			}
		}
	}
	return string(text) + checksum(string(text))
}

// checksum is the CRC-32 of a text in base 62.
func checksum(text string) string {
	n := crc32.ChecksumIEEE([]byte(text))
	sum := make([]byte, apiTokenSum)
	for i := range sum {
		sum[apiTokenSum-1-i] = base62[n%62]
		n /= 62
	}
	return string(sum)
}

// isAPIToken reports whether text could be such a token, so that nothing else is
// looked up.
func isAPIToken(text string) bool {
	if len(text) != len(apiTokenPrefix)+apiTokenRandom+apiTokenSum || !strings.HasPrefix(text, apiTokenPrefix) {
		return false
	}
	body := text[:len(text)-apiTokenSum]
	return strings.Trim(body[len(apiTokenPrefix):], base62) == "" && text[len(body):] == checksum(body)
}

// APIToken is a token that a person made, without what proves it.
type APIToken = store.APIToken

// NewToken is what MakeAPIToken needs to know.
type NewToken struct {
	Name   string
	Scopes []audipy.Scope
	// Days is how long it is good, from 1 to 365.
	Days int
}

// MakeAPIToken makes a token for a program of the person's own. Its text is
// returned once and kept as a hash. A name or time that won't do is Invalid; one
// token too many is a Conflict with the code too_many_tokens.
func (s *Service) MakeAPIToken(ctx context.Context, a Actor, n NewToken) (APIToken, string, error) {
	name, err := checkName(n.Name)
	if err != nil {
		return APIToken{}, "", err
	}
	if _, err := audipy.ParseScopes(audipy.JoinScopes(n.Scopes)); err != nil {
		return APIToken{}, "", err
	}
	if name == "" || n.Days < 1 || n.Days > maxAPITokenDays {
		return APIToken{}, "", audipy.Fail(audipy.Invalid, "A token has a name, and is good for 1 to 365 days.", nil)
	}
	token := newAPIToken()
	made, err := s.store.AddAPIToken(ctx, a.UserID, store.NewAPIToken{
		Hash: hashToken(token), Name: name, Scopes: n.Scopes, Life: time.Duration(n.Days) * 24 * time.Hour, Limit: maxPrograms,
		Notice: audipy.Notice{
			Kind: audipy.NoticeSession, Title: "A new API token",
			Text: "A token was made that lets a program work with AudiPy in your name. " +
				"If it wasn't you, end it on the page Programs, and set another password at once.",
		},
	}, done(audit.APITokenMade))
	if err != nil {
		return APIToken{}, "", err
	}
	return made, token, nil
}

// APITokens returns the person's tokens that are good, the newest first.
func (s *Service) APITokens(ctx context.Context, user audipy.UserID) ([]APIToken, error) {
	return s.store.APITokens(ctx, user)
}

// EndAPIToken ends a token of the person; NotFound when there is none.
func (s *Service) EndAPIToken(ctx context.Context, a Actor, id string) error {
	return s.store.EndAPIToken(ctx, a.UserID, id, done(audit.APITokenEnded))
}

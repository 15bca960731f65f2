package notify

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net/netip"
	"time"

	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/mail"
	"github.com/audipy/audipy/internal/outbound"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// Options are what a Service works with. Store and Advice are required, and Key
// for everything but Look.
type Options struct {
	Store  *store.Store
	Key    *vault.Key
	Advice *advice.Service
	// Mail sends mails; nil means that there is no way to.
	Mail *mail.Sender
	// PublicURL is what links to the pages begin with, without a slash at its
	// end; empty means that messages have none.
	PublicURL string
	// Networks are where people's targets may be beside the public network, by
	// plain HTTP too.
	Networks []netip.Prefix
	// Roots vouch for targets; nil means the system's.
	Roots *x509.CertPool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log gets what went wrong beside the work; nil means none.
	Log *slog.Logger
}

// Service tells people. Make one with New.
type Service struct {
	store     *store.Store
	key       *vault.Key
	advice    *advice.Service
	mail      *mail.Sender
	publicURL string
	out       *outbound.Client
	now       func() time.Time
	log       *slog.Logger
}

// New returns a Service.
func New(o Options) *Service {
	s := &Service{
		store: o.Store, key: o.Key, advice: o.Advice, mail: o.Mail, publicURL: o.PublicURL,
		out: outbound.New(outbound.Options{Networks: o.Networks, Roots: o.Roots}), now: o.Now, log: o.Log,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// keyset returns the person's keyset, made at their first secret.
func (s *Service) keyset(ctx context.Context, user audipy.UserID) (*vault.Keyset, error) {
	row, err := s.store.Keyset(ctx, user)
	if audipy.KindOf(err) == audipy.NotFound {
		sealed, _, made := s.key.NewKeyset(user)
		if made != nil {
			return nil, made
		}
		row, err = s.store.AddKeyset(ctx, user, sealed, audit.Event{Action: audit.KeysetCreated, Outcome: audit.Succeeded})
	}
	if err != nil {
		return nil, err
	}
	return s.key.OpenKeyset(user, row.Sealed)
}

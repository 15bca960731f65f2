package elsewhere

import (
	"context"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

// settling is how long a preview counts as current while only the catalogue
// changes, which a sync writes many times within a minute.
const settling = 10 * time.Second

// Preview is what would count. It is shared by everybody who asked for it and
// must not be changed.
type Preview struct {
	// Titles is how many the server has; of them InLibrary are in a library
	// anyway, and Unknown are not in the catalogue as far as it is known.
	Titles, InLibrary, Unknown int
	// Matches are the others, with Sure of them by ASIN or place: what counts
	// as the person's own, or would.
	Matches []recommend.ElsewhereMatch
	Sure    int
}

// kept is the preview of one person. Its lock is held while it is worked out,
// so that many looks at once cost one.
type kept struct {
	mu      sync.Mutex
	at      time.Time
	state   store.Revision
	preview Preview
}

// Preview says what of the person's server counts, or would. Up to 20,000 titles
// are looked for in the whole catalogue, so that is done once for each state of
// library and shelf; a change of the catalogue alone shows within ten seconds.
func (s *Service) Preview(ctx context.Context, user audipy.UserID) (Preview, error) {
	state, err := s.store.Revision(ctx, user)
	if err != nil {
		return Preview{}, err
	}
	one := s.kept.Of(user, s.now())
	one.mu.Lock()
	defer one.mu.Unlock()
	now := s.now() // somebody may have worked it out meanwhile
	if one.isCurrent(state, now) {
		return one.preview, nil
	}
	preview, err := s.preview(ctx, user)
	if err != nil {
		return Preview{}, err
	}
	one.at, one.state, one.preview = now, state, preview
	return preview, nil
}

// isCurrent reports whether the preview still holds. What others of the
// household own changes nothing in it.
func (k *kept) isCurrent(state store.Revision, now time.Time) bool {
	if k.at.IsZero() || k.state.Changes != state.Changes {
		return false
	}
	return k.state.CatalogSeen.Equal(state.CatalogSeen) || now.Sub(k.at) < settling
}

func (s *Service) preview(ctx context.Context, user audipy.UserID) (Preview, error) {
	in, err := s.advice.Input(ctx, user)
	if err != nil {
		return Preview{}, err
	}
	if in.Elsewhere.Copies, err = s.store.ElsewhereCopies(ctx, user); err != nil {
		return Preview{}, err
	}
	p := Preview{Titles: len(in.Elsewhere.Copies)}
	for _, m := range recommend.MatchElsewhere(in) {
		switch {
		case m.Owned:
			p.InLibrary++
		case m.Confidence == "":
			p.Unknown++
		default:
			p.Matches = append(p.Matches, m)
			if m.Confidence != recommend.ByName {
				p.Sure++
			}
		}
	}
	return p, nil
}

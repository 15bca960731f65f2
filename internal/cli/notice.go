package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

const (
	// leavingSoon is how long before a Plus title leaves it is said.
	leavingSoon = 30 * 24 * time.Hour
	// newlyOut is how long a release counts as new.
	newlyOut = 30 * 24 * time.Hour
	// maxNotices bounds what is said after one sync.
	maxNotices = 10
)

// noticeKind says what a notice is about.
type noticeKind string

const (
	noticeLeaving noticeKind = "leaving_plus"
	noticePrice   noticeKind = "price_fell"
	noticeRelease noticeKind = "new_release"
)

// notice is something the person would want to know unasked.
type notice struct {
	Kind        noticeKind `json:"kind"`
	Text        string     `json:"text"`
	ASIN        string     `json:"asin"`
	Marketplace string     `json:"marketplace"`
}

// notices returns what happened to the library and to what is missing from its
// series, as far as it is stored; none for a person who wants no notices.
func (a *app) notices(ctx context.Context) ([]notice, error) {
	prefs, err := a.store.Preferences(ctx, a.user.ID)
	if err != nil || !prefs.NotificationsEnabled {
		return nil, err
	}
	in, err := a.advisor().Input(ctx, a.user.ID)
	if err != nil || len(in.Library) == 0 {
		return nil, err
	}
	found := leaving(in.Library, in.Now)
	for _, s := range recommend.Advise(in).Next {
		if s.Kind != recommend.KindNext && s.Kind != recommend.KindGap {
			continue
		}
		key := recommend.Key{Marketplace: s.Product.Marketplace, ASIN: s.Product.ASIN}
		if n, ok := priceFell(s, in.History[key]); ok {
			found = append(found, n)
		} else if n, ok := released(s, in.Now); ok {
			found = append(found, n)
		}
	}
	return found[:min(len(found), maxNotices)], nil
}

// leaving names the borrowed titles that leave the Plus catalogue soon.
func leaving(library []audipy.Item, now time.Time) []notice {
	var found []notice
	for i := range library {
		item := &library[i]
		left := item.PlusUntil.Sub(now)
		if !item.Plus || item.Status != audipy.ItemActive || item.PlusUntil.IsZero() || left < 0 || left > leavingSoon {
			continue
		}
		found = append(found, notice{noticeLeaving, fmt.Sprintf("%s leaves Plus on %s",
			item.Title, item.PlusUntil.Format("2 January")), item.ASIN, item.Marketplace})
	}
	return found
}

// priceFell tells a title that has become worth paying in cash since the last
// day on which its price was seen.
func priceFell(s recommend.Suggestion, history []audipy.PricePoint) (notice, bool) {
	if s.Price.Verdict != recommend.VerdictCash || len(history) < 2 {
		return notice{}, false
	}
	points := slices.SortedFunc(slices.Values(history), func(a, b audipy.PricePoint) int {
		return strings.Compare(a.Day, b.Day)
	})
	before := points[len(points)-2].Lowest
	if before.Currency != s.Price.Pay.Currency || before.Minor <= s.Price.Pay.Minor {
		return notice{}, false
	}
	return notice{
		noticePrice, fmt.Sprintf("%s costs %s, was %s", named(s), s.Price.Pay, before),
		s.Product.ASIN, s.Product.Marketplace,
	}, true
}

// released tells a volume that came out lately.
func released(s recommend.Suggestion, now time.Time) (notice, bool) {
	day, err := time.Parse(time.DateOnly, s.Product.ReleaseDate)
	if err != nil || now.Sub(day) > newlyOut || day.After(now) {
		return notice{}, false
	}
	return notice{
		noticeRelease, fmt.Sprintf("%s came out on %s", named(s), day.Format("2 January")),
		s.Product.ASIN, s.Product.Marketplace,
	}, true
}

// named is a suggestion with its place in the series.
func named(s recommend.Suggestion) string {
	title := orElse(s.Product.Title, s.Product.ASIN)
	if s.Number == "" || s.Series == "" {
		return title
	}
	return fmt.Sprintf("%s (%s of %s)", title, s.Number, s.Series)
}

package notify

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

const (
	day = 24 * time.Hour
	// watchEvery is how often is looked at what there is to tell somebody
	// for whom nothing has happened.
	watchEvery = day
	// leavingSoon is how long before a title leaves Plus it is told.
	leavingSoon = 30 * day
	// newlyOut is how long a release is news, and lately how long a loss is.
	newlyOut = 14 * day
	lately   = 7 * day
	// failingFor is how long syncs must fail before it is told.
	failingFor = day
)

// WatchJob does a job of kind notices: it finds what there is to tell one person
// and settles by which channels it goes.
func (s *Service) WatchJob(ctx context.Context, job store.Job) (time.Time, error) {
	prefs, err := s.store.Preferences(ctx, job.User)
	if audipy.KindOf(err) == audipy.NotFound {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	accounts, err := s.store.Accounts(ctx, job.User)
	if err != nil {
		return time.Time{}, err
	}
	if _, err := s.note(ctx, job.User, accounts, !prefs.NotificationsEnabled); err != nil {
		return time.Time{}, err
	}
	if err := s.route(ctx, job.User, prefs.NotificationsEnabled); err != nil {
		return time.Time{}, err
	}
	for _, one := range accounts {
		if one.State != audipy.StateRevoked {
			return s.now().Add(watchEvery), nil
		}
	}
	return time.Time{}, nil
}

// Look finds what there is to tell one person and returns what they were not
// told before, for a command line that says it at once; by the person's channels
// it goes with the next job. Somebody who wants no notices gets none.
func (s *Service) Look(ctx context.Context, user audipy.UserID) ([]audipy.Notice, error) {
	prefs, err := s.store.Preferences(ctx, user)
	if err != nil {
		return nil, err
	}
	accounts, err := s.store.Accounts(ctx, user)
	if err != nil {
		return nil, err
	}
	return s.note(ctx, user, accounts, !prefs.NotificationsEnabled)
}

// note finds everything that holds at present, and returns the notices of what
// has begun.
func (s *Service) note(
	ctx context.Context, user audipy.UserID, accounts []audipy.Account, silent bool,
) ([]audipy.Notice, error) {
	w := watch{
		Conditions: store.Conditions{Silent: silent, Unknown: map[string]bool{}}, now: s.now().UTC(),
		stored: map[audipy.AccountID]audipy.StoredSignIn{},
	}
	stored, err := s.store.StoredSignIns(ctx, user)
	if err != nil {
		return nil, err
	}
	for _, one := range stored {
		w.stored[one.Account] = one
	}
	for _, one := range accounts {
		if err := s.noteAccount(ctx, &w, user, one); err != nil {
			return nil, err
		}
	}
	if err := s.noteLibrary(ctx, &w, user); err != nil {
		return nil, err
	}
	if err := s.noteCatalog(ctx, &w, user); err != nil {
		return nil, err
	}
	for _, kind := range audipy.NoticeKinds() {
		if kind != audipy.NoticeSession { // that one is told by the sign-in itself
			w.Kinds = append(w.Kinds, kind)
		}
	}
	return s.store.NoteConditions(ctx, user, w.Conditions)
}

// watch is what a look finds.
type watch struct {
	store.Conditions
	now    time.Time
	stored map[audipy.AccountID]audipy.StoredSignIn
}

func (w *watch) holds(key string, n audipy.Notice) {
	w.Hold = append(w.Hold, store.Condition{Key: key, Notice: n})
}

// noteAccount finds out whether a link needs the person, and whether its syncs
// have failed for a day.
func (s *Service) noteAccount(ctx context.Context, w *watch, user audipy.UserID, a audipy.Account) error {
	switch a.State {
	case audipy.StateRevoked:
		return nil
	case audipy.StateNeedsSignIn:
		// While AudiPy may repair it by itself nobody needs to do anything.
		if stored := w.stored[a.ID]; !stored.IsRepairing(w.now) {
			w.holds(string(a.ID), signInNotice(a, stored.Stopped))
		}
		// Whether it would sync otherwise nobody can say.
		w.Unknown[string(a.ID)] = true
		return nil
	case audipy.StateHealthy, audipy.StateDegraded, audipy.StateRefreshing:
	}
	since, err := s.failingSince(ctx, user, a.ID, w.now)
	if err == nil && !since.IsZero() {
		w.holds(string(a.ID), failingNotice(a, since))
	}
	return err
}

// failingSince returns the start of a sync that failed a day ago or longer, when
// others have failed since and none has succeeded; else the zero time.
func (s *Service) failingSince(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, now time.Time,
) (time.Time, error) {
	before := now.Add(-failingFor)
	old, err := s.store.SyncRuns(ctx, user, store.RunFilter{Account: id, Before: before.Add(time.Microsecond), Limit: 1})
	if err != nil || len(old) == 0 || old[0].State != audipy.RunFailed {
		return time.Time{}, err
	}
	recent, err := s.store.SyncRuns(ctx, user, store.RunFilter{Account: id, ChangedSince: before, Limit: 500})
	if err != nil {
		return time.Time{}, err
	}
	failed := false
	for _, run := range recent {
		if run.State == audipy.RunDone {
			return time.Time{}, nil
		}
		failed = failed || run.State == audipy.RunFailed
	}
	if !failed {
		return time.Time{}, nil
	}
	return old[0].StartedAt, nil
}

// noteLibrary finds what leaves Plus, what has left the library, and what a
// store no longer sells.
func (s *Service) noteLibrary(ctx context.Context, w *watch, user audipy.UserID) error {
	delisted, err := s.store.Delisted(ctx, user, w.now.Add(-lately))
	if err != nil {
		return err
	}
	for item, err := range s.store.AllItems(ctx, user, store.ItemFilter{}) {
		if err != nil {
			return err
		}
		key := item.Marketplace + ":" + item.ASIN
		switch {
		case item.Status == audipy.ItemGone && !item.Plus && w.now.Sub(item.GoneAt) < lately:
			w.holds(string(item.AccountID)+":"+key, goneNotice(item))
		case item.Status == audipy.ItemGone:
		case item.Plus && !item.PlusUntil.IsZero():
			if left := item.PlusUntil.Sub(w.now); left >= 0 && left <= leavingSoon {
				w.holds(key+":"+item.PlusUntil.Format(time.DateOnly), leavingNotice(item))
			}
		case !item.Plus && delisted[[2]string{item.Marketplace, item.ASIN}]:
			w.holds(key, delistedNotice(item))
		}
	}
	return nil
}

// noteCatalog finds what is missing or wished and costs less than the person's
// limit, and what has come out.
func (s *Service) noteCatalog(ctx context.Context, w *watch, user audipy.UserID) error {
	advised, err := s.advice.For(ctx, user)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range advised.Next {
		one := &advised.Next[i]
		if one.Kind != recommend.KindNext && one.Kind != recommend.KindGap {
			continue
		}
		key := one.Product.Marketplace + ":" + one.Product.ASIN
		seen[key] = true
		w.price(key, &one.Product, one.Price, named(&one.Product, one.Series, one.Number))
		w.release(key, one)
	}
	return s.noteWishes(ctx, w, user, advised.Preferences, seen)
}

// noteWishes finds what is wished and costs less than the limit, beside what was
// seen already.
func (s *Service) noteWishes(
	ctx context.Context, w *watch, user audipy.UserID, prefs audipy.Preferences, seen map[string]bool,
) error {
	wishes, err := s.store.Wishes(ctx, user, "")
	if err != nil || len(wishes) == 0 {
		return err
	}
	hidden, err := s.hidden(ctx, user, w.now)
	if err != nil {
		return err
	}
	wanted := map[string][]string{}
	for _, wish := range wishes {
		key := wish.Marketplace + ":" + wish.ASIN
		if !seen[key] && !hidden[key] {
			seen[key] = true
			wanted[wish.Marketplace] = append(wanted[wish.Marketplace], wish.ASIN)
			w.Unknown[key] = true // until the catalogue has a price of it
		}
	}
	for marketplace, asins := range wanted {
		products, err := s.store.Products(ctx, user, marketplace, asins)
		if err != nil {
			return err
		}
		for i := range products {
			p := &products[i]
			key := marketplace + ":" + p.ASIN
			delete(w.Unknown, key)
			w.price(key, p, recommend.PriceOf(*p, prefs, nil, w.now), named(p, "", ""))
		}
	}
	return nil
}

// hidden lists what the person has already or doesn't want.
func (s *Service) hidden(ctx context.Context, user audipy.UserID, now time.Time) (map[string]bool, error) {
	found := map[string]bool{}
	marks, err := s.store.Marks(ctx, user)
	if err != nil {
		return nil, err
	}
	for _, mark := range marks {
		if mark.Hides(now) {
			found[mark.Marketplace+":"+mark.ASIN] = true
		}
	}
	for item, err := range s.store.AllItems(ctx, user, store.ItemFilter{}) {
		if err != nil {
			return nil, err
		}
		if item.Status == audipy.ItemActive {
			found[item.Marketplace+":"+item.ASIN] = true
		}
	}
	return found, nil
}

// price notes a title that costs less than the limit.
func (w *watch) price(key string, p *audipy.Product, advice recommend.PriceAdvice, name string) {
	switch advice.Verdict {
	case recommend.VerdictCash:
		w.holds(key, priceNotice(p, advice, name))
	case recommend.VerdictUnknown:
		w.Unknown[key] = true
	case recommend.VerdictPlus, recommend.VerdictCredit, recommend.VerdictAboveLimit, recommend.VerdictLimitNotSet,
		recommend.VerdictPreorder, recommend.VerdictUnbuyable:
	}
}

// release notes a volume that came out lately.
func (w *watch) release(key string, one *recommend.Suggestion) {
	out, err := time.Parse(time.DateOnly, one.Product.ReleaseDate)
	if err != nil || out.After(w.now) || w.now.Sub(out) > newlyOut {
		return
	}
	w.holds(key, releaseNotice(one, out))
}

package notify

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// route settles by which channels the new notices go, and when; by none when the
// person wants no notices.
func (s *Service) route(ctx context.Context, user audipy.UserID, wanted bool) error {
	fresh, err := s.store.UnroutedNotices(ctx, user)
	if err != nil || len(fresh) == 0 {
		return err
	}
	ids := make([]string, len(fresh))
	for i, one := range fresh {
		ids[i] = one.ID
	}
	if !wanted {
		return s.store.RouteNotices(ctx, user, ids, nil)
	}
	settings, err := s.store.NoticeSettings(ctx, user)
	if err != nil {
		return err
	}
	channels, err := s.reachable(ctx, user)
	if err != nil {
		return err
	}
	now := s.now()
	made, err := s.store.DeliveriesSince(ctx, user, now.Add(-day))
	if err != nil {
		return err
	}
	var routes []store.Route
	for _, channel := range channels {
		atOnce := store.Route{Channel: channel.ID, DueAt: afterQuiet(settings, now)}
		if made[channel.ID] >= dailyLimit {
			atOnce.Digest, atOnce.DueAt = true, afterQuiet(settings, now.Add(day))
		}
		weekly := store.Route{Channel: channel.ID, Digest: true, DueAt: nextDigest(settings, now)}
		for _, one := range fresh {
			switch channel.Mode(one.Kind) {
			case audipy.NoticeAtOnce:
				atOnce.Notices = append(atOnce.Notices, one.ID)
			case audipy.NoticeWeekly:
				weekly.Notices = append(weekly.Notices, one.ID)
			case audipy.NoticeOff:
			}
		}
		routes = append(routes, atOnce, weekly)
	}
	return s.store.RouteNotices(ctx, user, ids, routes)
}

// reachable returns the channels by which a person can be told.
func (s *Service) reachable(ctx context.Context, user audipy.UserID) ([]store.NoticeChannel, error) {
	channels, err := s.store.NoticeChannels(ctx, user)
	if err != nil {
		return nil, err
	}
	if person, err := s.store.UserByID(ctx, user); err != nil || s.mail == nil || person.Email == audipy.LocalEmail {
		return channels[1:], err
	}
	return channels, nil
}

// DeliverJob does a job of kind deliver: it sends one delivery. While it is
// quiet for the person it waits; what the other side did not take is for a
// runner to put off, for three days.
func (s *Service) DeliverJob(ctx context.Context, job store.Job) (time.Time, error) {
	settings, err := s.store.NoticeSettings(ctx, job.User)
	if err != nil {
		return time.Time{}, err
	}
	now := s.now()
	if isQuiet(settings, now) {
		due := afterQuiet(settings, now)
		err := s.store.DelayDelivery(ctx, job.User, job.Key, due)
		switch {
		case err == nil:
			return due, nil
		case audipy.KindOf(err) == audipy.NotFound:
			return time.Time{}, nil // it was taken back meanwhile
		}
		return time.Time{}, err
	}
	d, err := s.store.StartDelivery(ctx, job.User, job.Key)
	if kind := audipy.KindOf(err); err != nil && (kind == audipy.NotFound || kind == audipy.Conflict) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	failed := s.deliver(ctx, job.User, d)
	end := outcome(failed, now.Sub(d.DueAt))
	// What was taken must be noted even when the process is ending.
	if err := s.store.EndDelivery(context.WithoutCancel(ctx), job.User, d.ID, end); err != nil {
		return time.Time{}, err
	}
	if end.State == store.DeliveryWaiting {
		return time.Time{}, failed
	}
	return time.Time{}, nil
}

// patience is how long a delivery is tried.
const patience = 3 * day

// outcome says how an attempt ended at a delivery that has been due for a while.
func outcome(failed error, due time.Duration) store.DeliveryEnd {
	switch {
	case failed == nil:
		return store.DeliveryEnd{State: store.DeliverySent}
	case audipy.KindOf(failed) == audipy.Invalid || due >= patience:
		return store.DeliveryEnd{State: store.DeliveryFailed, Error: words(failed)}
	}
	return store.DeliveryEnd{State: store.DeliveryWaiting, Error: words(failed)}
}

package store_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func sealTarget(id string) ([]byte, error) { return []byte("target of " + id), nil }

func newChannel() store.NewNoticeChannel {
	return store.NewNoticeChannel{Kind: audipy.ChannelNtfy, Name: "phone", Seal: sealTarget, Limit: 5}
}

// cheap is the condition that a title costs little.
func cheap(asin string) store.Condition {
	return store.Condition{Key: "us:" + asin, Notice: audipy.Notice{
		Kind: audipy.NoticePrice, Title: asin + " is cheap", Text: "It costs 5.00 USD.", Marketplace: "us", ASIN: asin,
	}}
}

func prices(hold ...store.Condition) store.Conditions {
	return store.Conditions{Kinds: []audipy.NoticeKind{audipy.NoticePrice}, Hold: hold}
}

// settleNotices gives a person a channel, a notice and a delivery of it.
func settleNotices(t testing.TB, db *storetest.DB, p *person) {
	t.Helper()
	ctx := t.Context()
	check(t, db.SaveNoticeSettings(ctx, p.id, audipy.NoticeSettings{
		TimeZone: "Europe/Berlin", Quiet: audipy.QuietHours{From: 1320, Until: 420}, DigestDay: time.Monday, DigestMinute: 540,
	}, event(audit.NoticesChanged)))
	check(t, db.NoteSold(ctx, p.id, "us", map[string]bool{"P1": true}))
	check(t, db.NoteSold(ctx, p.id, "us", map[string]bool{"P1": false}))
	p.channel = must[store.NoticeChannel](t)(db.AddNoticeChannel(ctx, p.id, newChannel(), event(audit.ChannelAdded))).ID
	check(t, db.SetCalendarFeed(ctx, p.id, []byte("calendar of "+string(p.id)), event(audit.CalendarMade)))
	must[[]audipy.Notice](t)(db.NoteConditions(ctx, p.id, prices(cheap("P1"))))
	p.delivery = routeAll(t, db, p.id, store.Route{Channel: p.channel, DueAt: db.Clock.Now()})
	must[[]audipy.Notice](t)(db.NoteConditions(ctx, p.id, prices(cheap("P1"), cheap("P5"))))
	p.notice = must[[]audipy.Notice](t)(db.UnroutedNotices(ctx, p.id))[0].ID
	_, err := db.Raw.ExecContext(ctx, `DELETE FROM jobs WHERE kind = 'notices' AND user_id = $1`, string(p.id))
	check(t, err)
}

// routeAll sends everything that is new by one route, and returns the delivery.
func routeAll(t testing.TB, db *storetest.DB, user audipy.UserID, r store.Route) string {
	t.Helper()
	for _, one := range must[[]audipy.Notice](t)(db.UnroutedNotices(t.Context(), user)) {
		r.Notices = append(r.Notices, one.ID)
	}
	check(t, db.RouteNotices(t.Context(), user, r.Notices, []store.Route{r}))
	for _, one := range must[[]store.TrackedNotice](t)(db.Notices(t.Context(), user, 1)) {
		for _, d := range one.Deliveries {
			if d.Channel == r.Channel {
				return d.ID
			}
		}
	}
	return ""
}

func noticeOperations() map[string]operation {
	all := noticeDeliveries()
	maps.Copy(all, noticeChoices())
	return all
}

// noticeChoices are what a person chooses.
func noticeChoices() map[string]operation {
	return map[string]operation{
		"NoticeSettings": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			n, err := s.NoticeSettings(ctx, as)
			return n.Quiet, err
		}},
		"SaveNoticeSettings": {action: audit.NoticesChanged, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.SaveNoticeSettings(ctx, as, audipy.DefaultNoticeSettings(), event(audit.NoticesChanged)))
		}},
		"NoticeChannels": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			all, err := s.NoticeChannels(ctx, as)
			return all[min(1, len(all)):], err // everybody has e-mail
		}},
		"AddNoticeChannel": {action: audit.ChannelAdded, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.AddNoticeChannel(ctx, as, newChannel(), event(audit.ChannelAdded))
			return nil, err
		}},
		"ChangeNoticeChannel": {foreign: true, action: audit.ChannelChanged, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.ChangeNoticeChannel(ctx, as, store.ChannelChange{
				ID: p.channel, Name: "other", Modes: map[audipy.NoticeKind]audipy.NoticeMode{audipy.NoticePrice: audipy.NoticeOff},
			}, event(audit.ChannelChanged)))
		}},
		"DeleteNoticeChannel": {foreign: true, action: audit.ChannelRemoved, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.DeleteNoticeChannel(ctx, as, p.channel, event(audit.ChannelRemoved)))
		}},
		"SetCalendarFeed": {action: audit.CalendarEnded, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.SetCalendarFeed(ctx, as, nil, event(audit.CalendarEnded)))
		}},
		"CalendarFeedSince": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.CalendarFeedSince(ctx, as)
		}},
	}
}

// noticeDeliveries are what is told, and how far it came.
func noticeDeliveries() map[string]operation {
	return map[string]operation{
		"NoteConditions": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.NoteConditions(ctx, as, prices(cheap("P2")))
			return nil, err
		}},
		"RequestNotices": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.RequestNotices(ctx, as))
		}},
		"UnroutedNotices": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.UnroutedNotices(ctx, as)
		}},
		"RouteNotices": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.RouteNotices(ctx, as, []string{p.notice}, []store.Route{{Channel: p.channel, DueAt: time.Unix(9, 0), Notices: []string{p.notice}}}))
		}},
		"StartDelivery": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StartDelivery(ctx, as, p.delivery)
		}},
		"EndDelivery": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.EndDelivery(ctx, as, p.delivery, store.DeliveryEnd{State: store.DeliverySent}))
		}},
		"DelayDelivery": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.DelayDelivery(ctx, as, p.delivery, time.Unix(9, 0)))
		}},
		"DeliveriesSince": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.DeliveriesSince(ctx, as, time.Unix(0, 0))
		}},
		"Notices": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Notices(ctx, as, 10)
		}},
		"NoteSold": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.NoteSold(ctx, as, "us", map[string]bool{"P1": true}))
		}},
		"LookedSold": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.LookedSold(ctx, as, "us", time.Unix(0, 0))
		}},
		"Delisted": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Delisted(ctx, as, time.Unix(0, 0))
		}},
	}
}

func subjects(all []audipy.Notice) []string {
	names := []string{}
	for _, one := range all {
		names = append(names, one.ASIN)
	}
	slices.Sort(names)
	return names
}

func TestAConditionIsToldWhenItBeginsAndAgainOnlyAfterItHasEnded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "kim@example.com")).ID
		unknown := prices()
		unknown.Unknown = map[string]bool{"us:P1": true}
		silent := prices(cheap("P1"), cheap("P3"))
		silent.Silent = true
		for i, step := range []struct {
			holds store.Conditions
			told  int
		}{
			{prices(cheap("P1"), cheap("P1"), cheap("P2")), 2},
			{prices(cheap("P1")), 0},
			{unknown, 0},
			{prices(cheap("P1"), cheap("P2")), 1},
			{silent, 0},
			{prices(cheap("P1"), cheap("P3")), 0},
			{store.Conditions{Kinds: []audipy.NoticeKind{audipy.NoticeRelease}}, 0},
			{prices(), 0},
			{prices(cheap("P1")), 1},
		} {
			if told := len(must[[]audipy.Notice](t)(db.NoteConditions(t.Context(), user, step.holds))); told != step.told {
				t.Errorf("step %d told %d, want %d", i, told, step.told)
			}
		}
		got := subjects(must[[]audipy.Notice](t)(db.UnroutedNotices(t.Context(), user)))
		if want := []string{"P1", "P1", "P2", "P2"}; !slices.Equal(got, want) {
			t.Errorf("told of %v, want %v", got, want)
		}
	})
}

func TestANoticeGoesByAChannelOnceHoweverManyRouteIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "kim@example.com")).ID
		must[[]audipy.Notice](t)(db.NoteConditions(t.Context(), user, prices(cheap("P1"), cheap("P2"))))
		var ids []string
		for _, one := range must[[]audipy.Notice](t)(db.UnroutedNotices(t.Context(), user)) {
			ids = append(ids, one.ID)
		}
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				err := db.RouteNotices(t.Context(), user, ids, []store.Route{
					{Channel: "email", DueAt: db.Clock.Now(), Notices: ids},
					{Channel: "other", Digest: true, DueAt: db.Clock.Now().Add(time.Hour), Notices: ids[:1]},
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := len(rows(t, db, `SELECT id FROM notice_deliveries`)); n != 2 {
			t.Errorf("%d deliveries, want one for each channel", n)
		}
		if n := len(rows(t, db, `SELECT key FROM jobs WHERE kind = 'deliver'`)); n != 2 {
			t.Errorf("%d jobs, want one for each delivery", n)
		}
		tracked := must[[]store.TrackedNotice](t)(db.Notices(t.Context(), user, 10))
		if len(tracked) != 2 || len(tracked[0].Deliveries) != 1 || len(tracked[1].Deliveries) != 2 {
			t.Errorf("tracked %+v", tracked)
		}
	})
}

func TestADeliveryThatWaitsTakesOnWhatComesUntilItBegins(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "kim@example.com")).ID
		due := db.Clock.Now().Add(7 * 24 * time.Hour)
		digest := func(asin string) string {
			must[[]audipy.Notice](t)(db.NoteConditions(t.Context(), user, prices(cheap(asin))))
			return routeAll(t, db, user, store.Route{Channel: "email", Digest: true, DueAt: due})
		}
		first := digest("P1")
		if second := digest("P2"); second != first {
			t.Errorf("the second went by %s, want %s", second, first)
		}
		must[[]audipy.Notice](t)(db.NoteConditions(t.Context(), user, prices(cheap("P4"))))
		if atOnce := routeAll(t, db, user, store.Route{Channel: "email", DueAt: due}); atOnce == first {
			t.Error("what is told at once went by the digest")
		}
		if d := must[store.Delivery](t)(db.StartDelivery(t.Context(), user, first)); !slices.Equal(subjects(d.Notices), []string{"P1", "P2"}) {
			t.Errorf("it carries %v", subjects(d.Notices))
		}
		if third := digest("P3"); third == first {
			t.Error("a delivery that has begun took something on")
		}
		check(t, db.EndDelivery(t.Context(), user, first, store.DeliveryEnd{State: store.DeliverySent}))
		_, err := db.StartDelivery(t.Context(), user, first)
		wantKind(t, err, audipy.Conflict)
		wantKind(t, db.EndDelivery(t.Context(), user, first, store.DeliveryEnd{State: store.DeliveryWaiting}), audipy.NotFound)
	})
}

func TestAChannelGoesWithWhatWaitsForIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "kim@example.com")
		check(t, db.DeleteNoticeChannel(t.Context(), p.id, p.channel, event(audit.ChannelRemoved)))
		if n := len(rows(t, db, `SELECT key FROM jobs WHERE kind = 'deliver'`)); n != 0 {
			t.Errorf("%d jobs are left", n)
		}
		_, err := db.StartDelivery(t.Context(), p.id, p.delivery)
		wantKind(t, err, audipy.NotFound)
		wantKind(t, db.DeleteNoticeChannel(t.Context(), p.id, audipy.EmailChannel, event(audit.ChannelRemoved)), audipy.NotFound)
		for i := range 5 {
			n := newChannel()
			n.Name = fmt.Sprint(i)
			must[store.NoticeChannel](t)(db.AddNoticeChannel(t.Context(), p.id, n, event(audit.ChannelAdded)))
		}
		_, err = db.AddNoticeChannel(t.Context(), p.id, newChannel(), event(audit.ChannelAdded))
		wantKind(t, err, audipy.Conflict)
	})
}

func TestEmailCanBeSwitchedAndOtherChannelsKeepTheirModes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "kim@example.com")
		off := map[audipy.NoticeKind]audipy.NoticeMode{audipy.NoticePrice: audipy.NoticeOff}
		check(t, db.ChangeNoticeChannel(t.Context(), p.id, store.ChannelChange{ID: audipy.EmailChannel, Modes: off}, event(audit.ChannelChanged)))
		all := must[[]store.NoticeChannel](t)(db.NoticeChannels(t.Context(), p.id))
		if len(all) != 2 || all[0].ID != audipy.EmailChannel || all[0].Mode(audipy.NoticePrice) != audipy.NoticeOff ||
			all[0].Mode(audipy.NoticeGone) != audipy.NoticeAtOnce || all[1].Mode(audipy.NoticePrice) != audipy.NoticeAtOnce {
			t.Errorf("channels %+v", all)
		}
	})
}

func TestOldNoticesGoAndWhatHoldsStaysKnown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "kim@example.com")
		db.Clock.Advance(100 * 24 * time.Hour)
		later := db.Clock.Now().Add(-time.Hour)
		if n := must[int](t)(db.DeleteOldNotices(t.Context(), later)); n != 0 {
			t.Errorf("%d notices that still wait were deleted", n)
		}
		check(t, db.EndDelivery(t.Context(), p.id, p.delivery, store.DeliveryEnd{State: store.DeliverySent}))
		sent := len(rows(t, db, `SELECT notice_id FROM notice_parts WHERE delivery_id = $1`, p.delivery))
		if n := must[int](t)(db.DeleteOldNotices(t.Context(), later)); n != sent {
			t.Errorf("%d old notices were deleted, want the %d that were sent", n, sent)
		}
		if told := must[[]audipy.Notice](t)(db.NoteConditions(t.Context(), p.id, prices(cheap("P1")))); len(told) != 0 {
			t.Error("it was told again")
		}
	})
}

func TestACalendarIsReadByItsNewestTokenAlone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "kim@example.com")
		old, fresh := []byte("calendar of "+string(p.id)), []byte("another")
		if owner := must[audipy.UserID](t)(db.CalendarFeedOwner(t.Context(), old)); owner != p.id {
			t.Errorf("it is %s's", owner)
		}
		check(t, db.SetCalendarFeed(t.Context(), p.id, fresh, event(audit.CalendarMade)))
		_, err := db.CalendarFeedOwner(t.Context(), old)
		wantKind(t, err, audipy.NotFound)
		check(t, db.SetCalendarFeed(t.Context(), p.id, nil, event(audit.CalendarEnded)))
		_, err = db.CalendarFeedOwner(t.Context(), fresh)
		wantKind(t, err, audipy.NotFound)
	})
}

func TestWhatAStoreNoLongerSellsIsKnownOnlyIfItSoldItBefore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "kim@example.com")).ID
		for _, sold := range []map[string]bool{
			{"SOLD": true, "NEVER": false, "BACK": true},
			{"SOLD": false, "NEVER": false, "BACK": false},
			{"SOLD": false, "NEVER": false, "BACK": true},
		} {
			check(t, db.NoteSold(t.Context(), user, "us", sold))
			db.Clock.Advance(time.Hour)
		}
		key := [2]string{"us", "SOLD"}
		got := must[map[[2]string]bool](t)(db.Delisted(t.Context(), user, db.Clock.Now().Add(-2*time.Hour)))
		if len(got) != 1 || !got[key] {
			t.Errorf("delisted: %v", got)
		}
		if later := must[map[[2]string]bool](t)(db.Delisted(t.Context(), user, db.Clock.Now().Add(-time.Hour))); len(later) != 0 {
			t.Errorf("delisted since: %v", later)
		}
		looked := must[map[string]bool](t)(db.LookedSold(t.Context(), user, "us", db.Clock.Now().Add(-time.Hour)))
		if len(looked) != 3 || len(must[map[string]bool](t)(db.LookedSold(t.Context(), user, "us", db.Clock.Now()))) != 0 {
			t.Errorf("looked at: %v", looked)
		}
	})
}

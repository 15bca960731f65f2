package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/notify"
	"github.com/audipy/audipy/internal/store"
)

// calendarPath is where calendars are read; their tokens follow.
const calendarPath = "/calendars/"

func (a *api) registerNotices() {
	register(a, huma.Operation{
		OperationID: "listNotices", Method: http.MethodGet, Path: "/notices",
		Summary: "What the person was told, the newest first, and what became of it.",
	}, a.listNotices)
	register(a, huma.Operation{
		OperationID: "getNoticeSettings", Method: http.MethodGet, Path: "/notices/settings",
		Summary: "When and where the person is told what.",
	}, a.getNoticeSettings)
	register(a, huma.Operation{
		OperationID: "putNoticeTimes", Method: http.MethodPut, Path: "/notices/times",
		Summary: "Replaces when the person is told.",
	}, a.putNoticeTimes)
	register(a, huma.Operation{
		OperationID: "addNoticeChannel", Method: http.MethodPost, Path: "/notices/channels", DefaultStatus: http.StatusCreated,
		Summary: "Adds a place where the person is told. The secret of a webhook is in this answer and in no other.",
	}, a.addNoticeChannel)
	register(a, huma.Operation{
		OperationID: "changeNoticeChannel", Method: http.MethodPut, Path: "/notices/channels/{id}",
		Summary: "Renames a channel, and says what it does with each kind of notice.",
	}, a.changeNoticeChannel)
	register(a, huma.Operation{
		OperationID: "removeNoticeChannel", Method: http.MethodDelete, Path: "/notices/channels/{id}",
		DefaultStatus: http.StatusNoContent, Summary: "Removes a channel, and what waits to go by it.",
	}, a.removeNoticeChannel)
	register(a, huma.Operation{
		OperationID: "testNoticeChannel", Method: http.MethodPost, Path: "/notices/channels/{id}/test",
		DefaultStatus: http.StatusNoContent, Summary: "Sends a test by a channel at once, or says why it did not arrive.",
	}, a.testNoticeChannel)
	register(a, huma.Operation{
		OperationID: "makeCalendar", Method: http.MethodPost, Path: "/notices/calendar", DefaultStatus: http.StatusCreated,
		Summary: "Makes an address at which calendars read the person's releases; the one before ends.",
	}, a.makeCalendar)
	register(a, huma.Operation{
		OperationID: "endCalendar", Method: http.MethodDelete, Path: "/notices/calendar",
		DefaultStatus: http.StatusNoContent, Summary: "Ends the address of the calendar.",
	}, a.endCalendar)
	register(a, huma.Operation{
		OperationID: "getCalendar", Method: http.MethodGet, Path: calendarPath + "{token}",
		Summary: "The releases in somebody's series as an iCalendar, for whoever has the token.",
	}, a.getCalendar)
}

func (a *api) listNotices(ctx context.Context, _ *struct{}) (*struct{ Body NoticeList }, error) {
	user := actorFrom(ctx).UserID
	told, err := a.Store.Notices(ctx, user, 50)
	if err != nil {
		return nil, err
	}
	channels, err := a.Store.NoticeChannels(ctx, user)
	if err != nil {
		return nil, err
	}
	return &struct{ Body NoticeList }{noticeListOf(told, channels)}, nil
}

func (a *api) getNoticeSettings(ctx context.Context, _ *struct{}) (*struct{ Body NoticeSettings }, error) {
	actor := actorFrom(ctx)
	times, err := a.Store.NoticeSettings(ctx, actor.UserID)
	if err != nil {
		return nil, err
	}
	prefs, err := a.Store.Preferences(ctx, actor.UserID)
	if err != nil {
		return nil, err
	}
	channels, err := a.Store.NoticeChannels(ctx, actor.UserID)
	if err != nil {
		return nil, err
	}
	since, err := a.Store.CalendarFeedSince(ctx, actor.UserID)
	if err != nil {
		return nil, err
	}
	n := NoticeSettings{
		Enabled: prefs.NotificationsEnabled, CanMail: a.Notices.CanMail(), Email: actor.Email,
		Times: noticeTimesOf(times), CalendarSince: since,
	}
	for _, kind := range audipy.NoticeKinds() {
		n.Kinds = append(n.Kinds, string(kind))
	}
	for _, one := range channels {
		n.Channels = append(n.Channels, channelOf(one, a.Notices.Host(ctx, actor.UserID, one)))
	}
	return &struct{ Body NoticeSettings }{n}, nil
}

func (a *api) putNoticeTimes(ctx context.Context, in *struct{ Body NoticeTimes }) (*struct{ Body NoticeTimes }, error) {
	times, err := in.Body.settings()
	if err != nil {
		return nil, err
	}
	if err := a.Notices.SaveSettings(ctx, actorFrom(ctx).UserID, times); err != nil {
		return nil, err
	}
	return &struct{ Body NoticeTimes }{noticeTimesOf(times)}, nil
}

func (a *api) addNoticeChannel(ctx context.Context, in *struct{ Body NewNoticeChannel }) (*struct{ Body AddedChannel }, error) {
	user := actorFrom(ctx).UserID
	made, secret, err := a.Notices.AddChannel(ctx, user, notify.NewChannel{
		Kind: audipy.ChannelKind(in.Body.Kind), Name: in.Body.Name, URL: in.Body.URL, Token: in.Body.Token,
	})
	if err != nil {
		return nil, err
	}
	return &struct{ Body AddedChannel }{AddedChannel{channelOf(made, a.Notices.Host(ctx, user, made)), secret}}, nil
}

// ChannelPath names one of the person's channels.
type ChannelPath struct {
	ID string `path:"id" maxLength:"36"`
}

func (a *api) changeNoticeChannel(ctx context.Context, in *struct {
	ChannelPath
	Body ChannelChange
},
) (*struct{ Body NoticeChannel }, error) {
	user := actorFrom(ctx).UserID
	err := a.Notices.ChangeChannel(ctx, user, store.ChannelChange{ID: in.ID, Name: in.Body.Name, Modes: in.Body.Modes.kept()})
	if err != nil {
		return nil, err
	}
	channels, err := a.Store.NoticeChannels(ctx, user)
	if err != nil {
		return nil, err
	}
	for _, one := range channels {
		if one.ID == in.ID {
			return &struct{ Body NoticeChannel }{channelOf(one, a.Notices.Host(ctx, user, one))}, nil
		}
	}
	return nil, notFound()
}

func (a *api) removeNoticeChannel(ctx context.Context, in *ChannelPath) (*struct{}, error) {
	return nil, a.Notices.RemoveChannel(ctx, actorFrom(ctx).UserID, in.ID)
}

func (a *api) testNoticeChannel(ctx context.Context, in *ChannelPath) (*struct{}, error) {
	return nil, a.Notices.Test(ctx, actorFrom(ctx).UserID, in.ID)
}

func (a *api) makeCalendar(ctx context.Context, _ *struct{}) (*struct{ Body CalendarAddress }, error) {
	token, err := a.Notices.MakeCalendar(ctx, actorFrom(ctx).UserID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body CalendarAddress }{CalendarAddress{basePath + calendarPath + token + ".ics"}}, nil
}

func (a *api) endCalendar(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Notices.EndCalendar(ctx, actorFrom(ctx).UserID)
}

// calendarOutput is an iCalendar.
type calendarOutput struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

func (a *api) getCalendar(ctx context.Context, in *struct {
	Token string `path:"token" maxLength:"100"`
},
) (*calendarOutput, error) {
	text, err := a.Notices.Calendar(ctx, strings.TrimSuffix(in.Token, ".ics"))
	if err != nil {
		return nil, err
	}
	return &calendarOutput{"text/calendar; charset=utf-8", "private, max-age=900", text}, nil
}

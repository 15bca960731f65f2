package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store"
)

const noticesPath = "/api/v1/notices"

func TestAPersonChoosesWhenAndWhereTheyAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		var n httpapi.NoticeSettings
		one.get(t, noticesPath+"/settings").into(t, http.StatusOK, &n)
		if !n.Enabled || n.CanMail || n.Times.TimeZone != "UTC" || n.Times.QuietFrom != "" || len(n.Channels) != 1 || n.Channels[0].ID != "email" ||
			len(n.Kinds) != 8 || n.Channels[0].Modes.NewRelease != "at_once" {
			t.Errorf("a new person has %+v", n)
		}
		times := httpapi.NoticeTimes{TimeZone: "Europe/Berlin", QuietFrom: "22:00", QuietUntil: "07:30", DigestDay: 5, DigestTime: "18:05"}
		var saved httpapi.NoticeTimes
		one.do(t, http.MethodPut, noticesPath+"/times", times).into(t, http.StatusOK, &saved)
		var added httpapi.AddedChannel
		one.post(t, noticesPath+"/channels", map[string]any{"kind": "webhook", "name": "home", "url": "https://hooks.example.com/secret-path"}).
			into(t, http.StatusCreated, &added)
		change := map[string]any{"name": "Home", "modes": map[string]any{"new_release": "weekly", "title_gone": "off"}}
		one.do(t, http.MethodPut, noticesPath+"/channels/"+added.ID, change).into(t, http.StatusOK, &httpapi.NoticeChannel{})
		one.do(t, http.MethodPut, noticesPath+"/channels/email", change).into(t, http.StatusOK, &httpapi.NoticeChannel{})
		got := one.get(t, noticesPath+"/settings")
		got.into(t, http.StatusOK, &n)
		if n.Times != times || saved != times || len(n.Channels) != 2 || n.Channels[1].Host != "hooks.example.com" || n.Channels[1].Name != "Home" ||
			n.Channels[1].Modes.NewRelease != "weekly" || n.Channels[0].Modes.TitleGone != "off" || n.Channels[0].Modes.NewSession != "at_once" {
			t.Errorf("after all that %+v", n)
		}
		if !strings.HasPrefix(added.Secret, "whsec_") || strings.Contains(string(got.body), added.Secret) || strings.Contains(string(got.body), "secret-path") {
			t.Errorf("the secret %q is told again: %s", added.Secret, got.body)
		}
		if got := one.do(t, http.MethodDelete, noticesPath+"/channels/"+added.ID, nil); got.status != http.StatusNoContent {
			t.Errorf("removing was answered %d %s", got.status, got.body)
		}
		if got := one.do(t, http.MethodDelete, noticesPath+"/channels/email", nil); got.status != http.StatusNotFound {
			t.Errorf("removing e-mail was answered %d %s", got.status, got.body)
		}
		if got := one.post(t, noticesPath+"/channels/email/test", nil); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a test without a mail server was answered %d %s", got.status, got.body)
		}
	})
}

func TestNoticeSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	one := r.setUp(t)
	for name, body := range map[string]map[string]any{
		"no such zone":       {"time_zone": "Mars/Olympus", "digest_day": 1, "digest_time": "09:00"},
		"the server's zone":  {"time_zone": "Local", "digest_day": 1, "digest_time": "09:00"},
		"a path":             {"time_zone": "../../etc/passwd", "digest_day": 1, "digest_time": "09:00"},
		"half a pair":        {"time_zone": "UTC", "digest_day": 1, "digest_time": "09:00", "quiet_from": "22:00"},
		"an hour of no day":  {"time_zone": "UTC", "digest_day": 1, "digest_time": "24:00"},
		"an eighth day":      {"time_zone": "UTC", "digest_day": 7, "digest_time": "09:00"},
		"a time of no clock": {"time_zone": "UTC", "digest_day": 1, "digest_time": "9 o'clock"},
	} {
		if got := one.do(t, http.MethodPut, noticesPath+"/times", body); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s was answered %d %s", name, got.status, got.body)
		}
	}
	for name, body := range map[string]map[string]any{
		"e-mail to anybody":   {"kind": "email", "name": "x", "url": "https://example.com/x"},
		"no name":             {"kind": "webhook", "name": "", "url": "https://example.com/x"},
		"plain HTTP":          {"kind": "webhook", "name": "x", "url": "http://example.com/x"},
		"metadata of a cloud": {"kind": "webhook", "name": "x", "url": "https://169.254.169.254/latest"},
		"a line in a token":   {"kind": "ntfy", "name": "x", "url": "https://ntfy.sh/x", "token": "a\r\nX: y"},
	} {
		if got := one.post(t, noticesPath+"/channels", body); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s was answered %d %s", name, got.status, got.body)
		}
	}
	for _, mode := range []any{"hourly", 1, ""} {
		body := map[string]any{"name": "", "modes": map[string]any{"new_release": mode}}
		if got := one.do(t, http.MethodPut, noticesPath+"/channels/email", body); got.status != http.StatusUnprocessableEntity {
			t.Errorf("mode %v was answered %d %s", mode, got.status, got.body)
		}
	}
}

func TestACalendarIsReadWithoutASessionByItsAddressAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		var made httpapi.CalendarAddress
		one.post(t, noticesPath+"/calendar", nil).into(t, http.StatusCreated, &made)
		reader := r.browser()
		got := reader.get(t, made.Path)
		if got.status != http.StatusOK || got.header.Get("Content-Type") != "text/calendar; charset=utf-8" ||
			!strings.HasPrefix(string(got.body), "BEGIN:VCALENDAR\r\n") {
			t.Errorf("answered %d %v %.100s", got.status, got.header, got.body)
		}
		if strings.Contains(r.log.String(), strings.TrimSuffix(made.Path, ".ics")) {
			t.Error("the log holds the address")
		}
		if got := one.do(t, http.MethodDelete, noticesPath+"/calendar", nil); got.status != http.StatusNoContent {
			t.Errorf("ending was answered %d %s", got.status, got.body)
		}
		if got := reader.get(t, made.Path); got.status != http.StatusNotFound {
			t.Errorf("a calendar that has ended was answered %d", got.status)
		}
	})
}

func TestAPersonSeesWhatTheyWereToldAndWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		_, err := r.NoteConditions(t.Context(), one.user, store.Conditions{
			Kinds: []audipy.NoticeKind{audipy.NoticeGone},
			Hold:  []store.Condition{{Key: "x", Notice: audipy.Notice{Kind: audipy.NoticeGone, Title: "Dune is gone", Text: "It is."}}},
		})
		must(t, err)
		fresh, err := r.UnroutedNotices(t.Context(), one.user)
		must(t, err)
		ids := []string{fresh[0].ID}
		must(t, r.RouteNotices(t.Context(), one.user, ids, []store.Route{{Channel: "email", DueAt: r.Clock.Now(), Notices: ids}}))
		var list httpapi.NoticeList
		one.get(t, noticesPath).into(t, http.StatusOK, &list)
		if len(list.Items) != 1 || list.Items[0].Title != "Dune is gone" || len(list.Items[0].Deliveries) != 1 || list.Items[0].Deliveries[0].State != "waiting" {
			t.Errorf("list %+v", list)
		}
		r.joins(t, "stranger@example.com").get(t, noticesPath).into(t, http.StatusOK, &list)
		if len(list.Items) != 0 {
			t.Errorf("a stranger sees %+v", list)
		}
	})
}

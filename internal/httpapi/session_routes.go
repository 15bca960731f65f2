package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
)

// Me is who is signed in, and until when.
type Me struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Email   string    `json:"email"`
	IsAdmin bool      `json:"is_admin"`
	Session MySession `json:"session"`
	// FactorsEndAt is here, and not with the factors alone, so that every page can say it.
	FactorsEndAt time.Time `json:"factors_end_at,omitzero" doc:"When an administrator's wish to take the person's second factors away comes true."`
}

// MySession is the session in use.
type MySession struct {
	ID             string     `json:"id"`
	SignedInAt     time.Time  `json:"signed_in_at"`
	IdleUntil      time.Time  `json:"idle_until" doc:"When it ends unless it is used."`
	EndsAt         time.Time  `json:"ends_at" doc:"When it ends anyway."`
	Remembered     bool       `json:"remembered"`
	SteppedUpUntil *time.Time `json:"stepped_up_until,omitempty" doc:"Until when dangerous things need no password."`
}

// me says who somebody is who may have been here before.
func (a *api) me(ctx context.Context, actor auth.Actor) (Me, error) {
	me := meOf(actor)
	var err error
	me.FactorsEndAt, err = a.Store.FactorRemoval(ctx, actor.UserID)
	return me, err
}

func meOf(a auth.Actor) Me {
	me := Me{
		ID: string(a.UserID), Name: a.Name, Email: a.Email, IsAdmin: a.IsAdmin,
		Session: MySession{
			ID: a.SessionID, SignedInAt: a.SignedInAt, IdleUntil: a.IdleUntil, EndsAt: a.EndsAt, Remembered: a.Remembered,
		},
	}
	if !a.SteppedUpUntil.IsZero() {
		me.Session.SteppedUpUntil = &a.SteppedUpUntil
	}
	return me
}

// SessionRow is one of a person's sessions.
type SessionRow struct {
	ID         string    `json:"id"`
	UserAgent  string    `json:"user_agent" doc:"What the browser calls itself."`
	Device     string    `json:"device" doc:"The kind of device, as far as that tells it."`
	Address    string    `json:"address" doc:"Where it was begun from."`
	SignedInAt time.Time `json:"signed_in_at"`
	LastSeenAt time.Time `json:"last_seen_at" doc:"To the minute."`
	IsCurrent  bool      `json:"is_current"`
}

// SessionList are all sessions of a person.
type SessionList struct {
	Items []SessionRow `json:"items"`
}

// Activity is one record of what happened to a person's data.
type Activity struct {
	Seq       int64          `json:"seq" doc:"Its number in the person's trail."`
	At        time.Time      `json:"at"`
	Action    string         `json:"action"`
	Outcome   string         `json:"outcome" enum:"ok,failed,denied"`
	Target    string         `json:"target,omitempty"`
	AccountID string         `json:"account_id,omitempty"`
	Counts    map[string]int `json:"counts,omitempty"`
}

// ActivityPage is a part of the trail, the newest first.
type ActivityPage struct {
	Items []Activity `json:"items"`
	Next  string     `json:"next,omitempty"`
}

func (a *api) registerSessions() {
	register(a, huma.Operation{
		OperationID: "listSessions", Method: http.MethodGet, Path: "/sessions", Summary: "Where the person is signed in.",
	}, a.listSessions)
	register(a, huma.Operation{
		OperationID: "endSession", Method: http.MethodDelete, Path: "/sessions/{id}",
		DefaultStatus: http.StatusNoContent, Summary: "End a session of one's own.",
	}, a.endSession)
	register(a, huma.Operation{
		OperationID: "endOtherSessions", Method: http.MethodPost, Path: "/sessions/end-others",
		DefaultStatus: http.StatusNoContent, Summary: "End every session but the one in use.",
	}, a.endOtherSessions)
	register(a, huma.Operation{
		OperationID: "endAllSessions", Method: http.MethodPost, Path: "/sessions/end-all",
		DefaultStatus: http.StatusNoContent, Summary: "Sign out everywhere, here included.",
	}, a.endAllSessions)
	register(a, huma.Operation{
		OperationID: "listActivity", Method: http.MethodGet, Path: "/activity",
		Summary: "What happened to one's data, the newest first.",
	}, a.listActivity)
}

func (a *api) listSessions(ctx context.Context, _ *struct{}) (*struct{ Body SessionList }, error) {
	actor := actorFrom(ctx)
	sessions, err := a.Auth.Sessions(ctx, actor.UserID)
	if err != nil {
		return nil, err
	}
	list := SessionList{Items: []SessionRow{}}
	for _, s := range sessions {
		list.Items = append(list.Items, SessionRow{
			ID: s.ID, UserAgent: s.UserAgent, Device: deviceOf(s.UserAgent), Address: s.Address,
			SignedInAt: s.SignedInAt, LastSeenAt: s.LastSeenAt, IsCurrent: s.ID == actor.SessionID,
		})
	}
	return &struct{ Body SessionList }{list}, nil
}

// deviceOf is the kind of device that a browser says it runs on, or nothing.
func deviceOf(userAgent string) string {
	for _, known := range []struct{ mark, name string }{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"CrOS", "Chromebook"},
		{"Windows", "Windows"},
		{"Mac OS X", "Mac"},
		{"Linux", "Linux"},
	} {
		if strings.Contains(userAgent, known.mark) {
			return known.name
		}
	}
	return ""
}

type endSessionInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *api) endSession(ctx context.Context, in *endSessionInput) (*signedOut, error) {
	actor := actorFrom(ctx)
	if err := a.Auth.EndSession(ctx, actor, in.ID); err != nil {
		return nil, err
	}
	if in.ID == actor.SessionID {
		return a.leave(), nil
	}
	return nil, nil
}

func (a *api) endOtherSessions(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Auth.SignOutEverywhere(ctx, actorFrom(ctx), true)
}

func (a *api) endAllSessions(ctx context.Context, _ *struct{}) (*signedOut, error) {
	if err := a.Auth.SignOutEverywhere(ctx, actorFrom(ctx), false); err != nil {
		return nil, err
	}
	return a.leave(), nil
}

type activityInput struct {
	PageInput
}

func (a *api) listActivity(ctx context.Context, in *activityInput) (*struct{ Body ActivityPage }, error) {
	place, err := a.openCursor(ctx, "activity", "", in.Cursor)
	if err != nil {
		return nil, err
	}
	before, err := strconv.ParseInt("0"+place, 10, 64)
	if err != nil {
		return nil, cursorInvalid()
	}
	records, err := a.Auth.Activity(ctx, actorFrom(ctx).UserID, before, in.Limit)
	if err != nil {
		return nil, err
	}
	page := ActivityPage{Items: []Activity{}}
	for _, r := range records {
		page.Items = append(page.Items, activityOf(r))
	}
	if n := len(records); n == in.Limit && records[n-1].Seq > 1 {
		page.Next = a.sealCursor(ctx, "activity", "", strconv.FormatInt(records[n-1].Seq, 10))
	}
	return &struct{ Body ActivityPage }{page}, nil
}

func activityOf(r audit.Record) Activity {
	return Activity{
		Seq: r.Seq, At: r.At, Action: string(r.Action), Outcome: string(r.Outcome), Target: r.Target,
		AccountID: string(r.Account), Counts: r.Counts,
	}
}

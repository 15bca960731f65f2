package auth

import (
	"net/netip"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// Visitor is where a request comes from, before anybody is known.
type Visitor struct {
	// Address is the client's address; the zero value means unknown.
	Address netip.Addr
	// UserAgent is what the browser calls itself; it is cut to 200 bytes.
	UserAgent string
	// Device is the value of the device cookie, or empty.
	Device string
}

// Actor is who is asking, proven by a session or by what a program holds.
type Actor struct {
	UserID      audipy.UserID
	Email, Name string
	IsAdmin     bool
	// SessionID names the session to people; it is no secret.
	SessionID  string
	Remembered bool
	// SignedInAt and LastSeenAt are when the session began and was used.
	SignedInAt, LastSeenAt time.Time
	// IdleUntil is when it ends unless it is used, EndsAt when it ends anyway.
	IdleUntil, EndsAt time.Time
	// SteppedUpUntil is the end of the time after the password was given
	// again; the zero time or one that is over means that it wasn't.
	SteppedUpUntil time.Time
	// Program is set when it is a program that asks: nothing of a session is.
	Program *Program
}

// Program is what asks in a person's name.
type Program struct {
	// Kind is KindToken or KindDevice; ID and Name name the token or program.
	Kind, ID, Name string
	Scopes         []audipy.Scope
	// ExpiresAt is when it ends at the latest.
	ExpiresAt time.Time
}

// The kinds of program.
const (
	KindToken  = "token"  // holds a token that the person made
	KindDevice = "device" // was let in on a device
)

// May reports whether the program has a scope.
func (p *Program) May(scope audipy.Scope) bool { return slices.Contains(p.Scopes, scope) }

// SteppedUp reports whether the password was given again lately enough for
// something dangerous.
func (a Actor) SteppedUp(now time.Time) bool { return now.Before(a.SteppedUpUntil) }

// Pending is somebody whose password was right and who owes the second factor.
// It is no Actor: it opens nothing but AnswerSecond.
type Pending struct {
	user       audipy.User
	id         string
	remembered bool
	// ExpiresAt is when they have to begin anew.
	ExpiresAt time.Time
}

// Grant is a session that has just begun or been renewed.
type Grant struct {
	Actor Actor
	// Token proves the session, or what is pending. It goes into the cookie
	// and nowhere else.
	Token string
	// Pending is set when the second factor is owed: there is no session yet.
	Pending *Pending
	// RecoveryCodes are new ones, when the last of the old ones was used. They
	// are shown to the person and kept nowhere.
	RecoveryCodes []string
	// Device goes into the device cookie, which lives for DeviceLife.
	Device string
}

// DeviceLife is how long a device cookie is good.
const DeviceLife = 180 * 24 * time.Hour

func newActor(user audipy.User, s store.UserSession) Actor {
	return Actor{
		UserID: user.ID, Email: user.Email, Name: user.Name, IsAdmin: user.Role == audipy.Administrator,
		SessionID: s.ID, Remembered: s.Remembered, SignedInAt: s.SignedInAt, LastSeenAt: s.LastSeenAt,
		IdleUntil: s.IdleUntil, EndsAt: s.EndsAt, SteppedUpUntil: s.SteppedUpUntil,
	}
}

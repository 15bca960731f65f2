package audipy

import (
	"errors"
	"time"
)

// Kind says what sort of failure an Error is, so that each edge can turn it
// into its own language: an exit code on the command line, a status in HTTP.
type Kind int

// The kinds. Internal is the zero value: a failure that nobody classified is
// a defect of ours and its text is not for people.
const (
	Internal       Kind = iota // a defect, or a broken machine
	NotFound                   // absent, or somebody else's
	Conflict                   // lost a race, or exists already
	Invalid                    // the input is wrong
	Unauthorized               // who is asking is not proven
	Forbidden                  // proven, and not allowed
	ActionRequired             // a person must act at Amazon or sign in again
	Busy                       // another process holds it, or a budget is used up
	Unavailable                // Amazon, the network or a database is away; later it may work
)

// Error is a failure with a kind, a sentence for a person and the cause.
type Error struct {
	// Kind classifies the failure.
	Kind Kind
	// Msg is shown to people: what happened, to which thing. It holds no
	// secret and nothing internal.
	Msg string
	// Hint, when set, says what to do next.
	Hint string
	// Code, when set, names this failure to programs more exactly than the
	// kind does: snake_case, and stable from release to release.
	Code string
	// RetryAfter, when positive, is how long to wait before it can work.
	RetryAfter time.Duration
	// Err is the cause; it is for logs only and may be nil.
	Err error
}

// Fail makes an Error of the kind with a sentence for a person and its cause,
// which may be nil.
func Fail(kind Kind, msg string, err error) *Error {
	return &Error{Kind: kind, Msg: msg, Err: err}
}

// WithHint returns a copy of e that also says what to do next.
func (e *Error) WithHint(hint string) *Error {
	c := *e
	c.Hint = hint
	return &c
}

// WithCode returns a copy of e that programs know by the code.
func (e *Error) WithCode(code string) *Error {
	c := *e
	c.Code = code
	return &c
}

// WithRetryAfter returns a copy of e that says how long to wait.
func (e *Error) WithRetryAfter(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

// Error returns the sentence and the cause, for logs.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Msg
	}
	return e.Msg + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the outermost Error in err's chain, and Internal
// when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

package audipy

import "time"

// StoredSignIn is what is known of an Amazon sign-in that a person keeps here,
// so that a dead link repairs itself. What is kept is sealed elsewhere.
type StoredSignIn struct {
	Account AccountID
	// PasswordAt and SeedAt are when the password and the authenticator's
	// seed were stored; the zero time for none.
	PasswordAt, SeedAt time.Time
	// TriedAt is when AudiPy signed in last, or tried to, and NextTry the
	// earliest time at which it does again; zero for never and for now.
	TriedAt, NextTry time.Time
	// Tries counts the tries of the present spell.
	Tries int
	// Stopped says why no more are made until a person has signed in; empty
	// while some are.
	Stopped RepairStop
}

// IsRepairing reports whether a dead link of this account may well be alive
// again before anybody has to do something: what is asked for is there, and
// the next try is at hand.
func (s StoredSignIn) IsRepairing(now time.Time) bool {
	const atHand = 25 * time.Hour // the longest pause between two tries of a spell, and a little
	return !s.PasswordAt.IsZero() && s.Stopped == "" && s.NextTry.Before(now.Add(atHand))
}

// RepairStop says why AudiPy signs in no more by itself.
type RepairStop string

// The ends of a repair at which a person must sign in.
const (
	StopWrongPassword  RepairStop = "wrong_password" // Amazon refused login or password: they are deleted
	StopWrongCode      RepairStop = "wrong_code"     // Amazon refused two codes: the seed is deleted
	StopCode           RepairStop = "code"           // it wants a code that no stored seed gives
	StopCaptcha        RepairStop = "captcha"
	StopApproval       RepairStop = "approval" // somebody must approve the sign-in elsewhere
	StopPasskey        RepairStop = "passkey"
	StopAutomation     RepairStop = "automation" // it tests for a real browser
	StopPasswordChange RepairStop = "password_change"
	StopBrowser        RepairStop = "browser"       // a page that only a browser can answer
	StopOtherAccount   RepairStop = "other_account" // the sign-in is another customer's
	StopTries          RepairStop = "tries"         // there were as many as there may be
	StopRestored       RepairStop = "restored"      // it came back with a backup, and may have been withdrawn since
)

// Sentence says it to the person.
func (r RepairStop) Sentence() string {
	switch r {
	case StopWrongPassword:
		return "Amazon did not take the stored login and password, so they were deleted"
	case StopWrongCode:
		return "Amazon did not take the codes of the stored authenticator seed, so it was deleted"
	case StopCode:
		return "Amazon wants a code that only you can get"
	case StopCaptcha:
		return "Amazon shows a captcha, which only you can solve"
	case StopApproval:
		return "Amazon wants you to approve the sign-in on your telephone or by mail"
	case StopPasskey:
		return "Amazon wants a passkey, which only your browser can give"
	case StopAutomation:
		return "Amazon wants to see a real browser"
	case StopPasswordChange:
		return "Amazon asks for a new password"
	case StopBrowser:
		return "Amazon shows a page that only your browser can answer"
	case StopOtherAccount:
		return "the stored login belongs to another account than this one"
	case StopTries:
		return "AudiPy has signed in with the stored password as often as it may by itself"
	case StopRestored:
		return "the stored password came back with a backup, and is not used before you have signed in at Amazon again or kept it anew"
	}
	return ""
}

package audible

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// StepKind says what a sign-in waits for.
type StepKind string

// What a sign-in can wait for, and its three ends: done, browser (which can
// still be finished with a pasted address) and cancelled.
const (
	StepCredentials      StepKind = "credentials"       // Answer.Login and Password
	StepPasswordRejected StepKind = "password-rejected" // the same again; Message is why
	StepCaptcha          StepKind = "captcha"           // Answer.Text: the letters in Image
	StepDeviceChoice     StepKind = "device-choice"     // Answer.Choice: where the code comes from or goes to
	StepOTP              StepKind = "otp"               // Answer.Text: the one-time password
	StepCode             StepKind = "code"              // Answer.Text: the verification code that Amazon sent
	StepApproval         StepKind = "approval"          // Answer.Poll, a few seconds apart, once approved elsewhere
	StepBrowser          StepKind = "browser"           // Answer.Text: the address after signing in by browser
	StepDone             StepKind = "done"              // Authorization is there
	StepCancelled        StepKind = "cancelled"         // by Answer.Cancel
)

// BrowserReason says why only the person's own browser can go on.
type BrowserReason string

// Why a sign-in ends at the browser.
const (
	ReasonAutomation     BrowserReason = "automation"      // Amazon tests for a real browser
	ReasonPasskey        BrowserReason = "passkey"         // the account wants a passkey
	ReasonPasswordChange BrowserReason = "password-change" // Amazon wants a new password first
	ReasonCaptchaImage   BrowserReason = "captcha-image"   // the captcha has no image that is safe to show
	ReasonUnsafeForm     BrowserReason = "unsafe-form"     // the form leads away from Amazon's sign-in
	ReasonForeignHost    BrowserReason = "foreign-host"    // Amazon sends on to a host that isn't its sign-in
	ReasonCancelled      BrowserReason = "cancelled"       // Amazon ended the sign-in without a code
	ReasonTooManyPages   BrowserReason = "too-many-pages"  // no end in sight
	ReasonUnknownPage    BrowserReason = "unknown-page"    // a page nobody has described yet
)

// Step is where a sign-in stands: a question to the person, or the end.
type Step struct {
	Kind StepKind
	// Message is what Amazon says on the page (why an answer was wrong, say),
	// cleaned of markup and control characters, at most 300 characters; empty
	// when it says nothing.
	Message string
	// Sentence is ours: what is asked for, or at StepBrowser what happened
	// and what to do.
	Sentence string
	// Reason is set at StepBrowser.
	Reason BrowserReason
	// Image is the captcha as PNG, at most 1 MiB, re-encoded from what Amazon
	// sent; ImageType is "image/png". Both are empty at other steps.
	Image     []byte
	ImageType string
	// NeedsPassword is true when Amazon wants the password with the answer
	// and the one given before was refused or is no longer held. An empty
	// Answer.Password then repeats the one that is still held.
	NeedsPassword bool
	// Choices are the ways a code can come: required at StepDeviceChoice; at
	// StepOTP a way to another page, which may be left alone.
	Choices []Choice
	// Capture is the structure of a page that the sign-in can't go on with;
	// nil at other steps. It holds no text and no values.
	Capture *Capture
	// Authorization is what Register takes; set at StepDone alone.
	Authorization *Authorization
}

// Choice is one of the ways that Amazon offers.
type Choice struct {
	// ID goes into Answer.Choice.
	ID string `json:"id"`
	// Label is Amazon's, cleaned; it may be empty.
	Label string `json:"label"`
	// Kind is "totp", "sms", "voice", "whatsapp", "email", "other" (ask for
	// another way) or empty when unknown.
	Kind string `json:"kind,omitempty"`
}

// Answer is a person's answer to a Step. Fields that the step does not ask
// for are left empty.
type Answer struct {
	// Login is an e-mail address, a telephone number or a user name.
	Login string
	// Password is kept in the sign-in's state as long as Amazon may ask for
	// it again, and no longer.
	Password string
	// Text is the captcha, the one-time password, the verification code or,
	// at StepBrowser, the pasted address.
	Text string
	// Choice is the ID of a Choice.
	Choice string
	// Poll looks whether an approval has been given.
	Poll bool
	// Cancel ends the sign-in and wipes it; everything else is ignored.
	Cancel bool
}

// Errors of a sign-in. An error leaves the step as it was: the same question
// can be answered again.
var (
	// ErrAnswer means that the answer doesn't fit the question; nothing was
	// sent. The text says what is missing.
	ErrAnswer = errors.New("the answer does not fit the question")
	// ErrSignInOver means that the sign-in is done or cancelled.
	ErrSignInOver = errors.New("the sign-in is over: start a new one")
	// ErrSignInUnavailable means that Amazon's sign-in pages could not be
	// reached, or answered with something that isn't a page.
	ErrSignInUnavailable = errors.New("amazon's sign-in pages can't be reached: try again in a minute")
	// ErrSignInState means that stored state is damaged or not a sign-in's.
	ErrSignInState = errors.New("the stored sign-in is damaged: start a new one")
)

// answerError says in words what an answer lacks.
func answerError(what string) error { return fmt.Errorf("%w: %s", ErrAnswer, what) }

// sentence is what we say to a question.
func (k StepKind) sentence() string {
	switch k {
	case StepCredentials:
		return "Enter the login and the password of your Amazon account."
	case StepPasswordRejected:
		return "Amazon did not accept the login or the password. Enter both again."
	case StepCaptcha:
		return "Enter the characters in the image."
	case StepDeviceChoice:
		return "Choose how you want to get the code."
	case StepOTP:
		return "Enter the one-time password from your authenticator app or message."
	case StepCode:
		return "Enter the verification code that Amazon has sent you."
	case StepApproval:
		return "Amazon has sent you a notification or a mail. Approve the sign-in there, then go on here."
	case StepDone:
		return "You are signed in."
	case StepCancelled:
		return "The sign-in was cancelled."
	case StepBrowser:
		return ReasonUnknownPage.sentence()
	}
	return ""
}

// sentence is what we say where only a browser can go on.
func (r BrowserReason) sentence() string {
	const door = " Open the start address in your browser, sign in there, and paste the address of the page it ends on."
	switch r {
	case ReasonAutomation:
		return "Amazon wants to see a real browser and will not send a code here." + door
	case ReasonPasskey:
		return "Amazon wants a passkey, which only your browser can give." + door
	case ReasonPasswordChange:
		return "Amazon asks for a new password before anyone can sign in. Change it on Amazon's website first, then start again."
	case ReasonCaptchaImage:
		return "Amazon shows a captcha that can't be displayed here." + door
	case ReasonUnsafeForm:
		return "The page would send your answer somewhere other than Amazon's sign-in, so nothing was sent." + door
	case ReasonForeignHost:
		return "Amazon leads to a page that is not part of its sign-in, so it was not followed." + door
	case ReasonCancelled:
		return "Amazon ended the sign-in without a code." + door
	case ReasonTooManyPages:
		return "Amazon keeps showing page after page without letting anyone in." + door
	case ReasonUnknownPage:
		return "Amazon shows a page that this program does not know." + door
	}
	return "Only your browser can go on." + door
}

// redactedAnswer stands for an answer wherever one is printed.
const redactedAnswer = "[answer]"

// Format writes "[answer]" for every verb: answers hold passwords.
func (a Answer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redactedAnswer) }

// LogValue returns "[answer]".
func (a Answer) LogValue() slog.Value { return slog.StringValue(redactedAnswer) }

// MarshalJSON refuses: an answer goes to Amazon's form and nowhere else.
func (a Answer) MarshalJSON() ([]byte, error) {
	return nil, errors.New("an answer to a sign-in is not serialised")
}

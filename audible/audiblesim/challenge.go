package audiblesim

import "slices"

// The challenges that an account can put between the password and the app,
// for Account.Challenges. Those marked "no way on" end a scripted sign-in:
// only a browser at the real Amazon could go on.
const (
	ChallengeCaptcha        = "captcha"         // an image of letters, asked together with the password
	ChallengeDevice         = "device"          // where the one-time password comes from; an otp follows by itself
	ChallengeOTP            = "otp"             // a one-time password
	ChallengeCVF            = "cvf"             // choose mail or text message, then the verification code
	ChallengeCVFCode        = "cvf-code"        // the verification code on a single page
	ChallengeApproval       = "approval"        // wait until the owner approves elsewhere
	ChallengeNag            = "nag"             // a page that wants a phone number, with a link to skip it
	ChallengeAntiRobot      = "antirobot"       // the page of mid-2026 that wants JavaScript; no way on
	ChallengePasskey        = "passkey"         // "this device does not support passkeys"; no way on
	ChallengePasswordChange = "password-change" // a forced new password; no way on
	ChallengeUnknown        = "unknown"         // a page that no client knows; no way on
	ChallengeError          = "error"           // an error page; no way on

	// ChallengeWrongPasswordCaptcha is no page of its own: it makes Amazon
	// answer a wrong password with a captcha and an "important message",
	// again and again until letters and password are both right (protocol 3.6).
	ChallengeWrongPasswordCaptcha = "wrong-password-captcha"
)

// Challenges returns the names of all challenges.
func Challenges() []string {
	return []string{
		ChallengeCaptcha, ChallengeDevice, ChallengeOTP, ChallengeCVF, ChallengeCVFCode, ChallengeApproval,
		ChallengeNag, ChallengeAntiRobot, ChallengePasskey, ChallengePasswordChange, ChallengeUnknown,
		ChallengeError, ChallengeWrongPasswordCaptcha,
	}
}

// The pages that come before any challenge.
const (
	stepSignIn   = "signin"   // login and password
	stepClaim    = "claim"    // the login alone
	stepPassword = "password" // the password alone
	stepCVFCode  = "cvf-sent" // the second page of ChallengeCVF
)

// challengeSteps is what follows the password for an account.
func challengeSteps(a *account, suspicious bool) []string {
	var steps []string
	if suspicious && a.Suspicious && !slices.Contains(a.Challenges, ChallengeCaptcha) {
		steps = append(steps, ChallengeCaptcha)
	}
	for i, name := range a.Challenges {
		switch name {
		case ChallengeWrongPasswordCaptcha:
		case ChallengeDevice:
			steps = append(steps, name)
			if i+1 == len(a.Challenges) || a.Challenges[i+1] != ChallengeOTP {
				steps = append(steps, ChallengeOTP)
			}
		case ChallengeCVF:
			steps = append(steps, name, stepCVFCode)
		default:
			steps = append(steps, name)
		}
	}
	return steps
}

package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/auth"
)

// SecondFactor is what is owed after the right password.
type SecondFactor struct {
	Kinds     []string  `json:"kinds" enum:"passkey,code,recovery_code" doc:"What the person can give: a passkey, a code of their app, a recovery code."`
	ExpiresAt time.Time `json:"expires_at" doc:"When the password has to be given anew."`
}

// Factors are a person's second factors.
type Factors struct {
	Authenticator     *Authenticator `json:"authenticator,omitempty" doc:"The app that makes one-time passwords."`
	Passkeys          []Passkey      `json:"passkeys"`
	RecoveryCodesLeft int            `json:"recovery_codes_left"`
	Wanted            bool           `json:"wanted" doc:"The person administers this server, has none, and has not put it off."`
	RemovalAt         time.Time      `json:"removal_at,omitzero" doc:"When an administrator's wish to take them away comes true."`
}

// Authenticator is an app that makes one-time passwords.
type Authenticator struct {
	AddedAt    time.Time  `json:"added_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
	Suspended  bool       `json:"suspended" doc:"Too many wrong codes were given in a row: it must be set up anew."`
}

// Enrolment is an authenticator that is being set up.
type Enrolment struct {
	Secret    string    `json:"secret" doc:"In base32, for typing."`
	URI       string    `json:"uri" doc:"What the QR code says."`
	ExpiresAt time.Time `json:"expires_at"`
}

// RecoveryCodes are new recovery codes, which are shown once.
type RecoveryCodes struct {
	Codes []string `json:"codes" doc:"None when there were some before, which go on."`
}

func (a *api) registerFactors() {
	register(a, huma.Operation{
		OperationID: "answerSecondFactor", Method: http.MethodPost, Path: "/session/second-factor",
		Summary: "Give the second factor and be signed in.",
	}, a.answerSecondFactor)
	register(a, huma.Operation{
		OperationID: "getFactors", Method: http.MethodGet, Path: "/me/factors", Summary: "One's second factors.",
	}, a.getFactors)
	register(a, huma.Operation{
		OperationID: "beginAuthenticator", Method: http.MethodPost, Path: "/me/authenticator",
		DefaultStatus: http.StatusCreated, Summary: "Begin to set an authenticator app up.",
	}, a.beginAuthenticator)
	register(a, huma.Operation{
		OperationID: "confirmAuthenticator", Method: http.MethodPost, Path: "/me/authenticator/confirm",
		Summary: "Show that the app works; from now on its codes are asked for.",
	}, a.confirmAuthenticator)
	register(a, huma.Operation{
		OperationID: "removeAuthenticator", Method: http.MethodDelete, Path: "/me/authenticator",
		DefaultStatus: http.StatusNoContent, Summary: "Take the authenticator app away.",
	}, a.removeAuthenticator)
	register(a, huma.Operation{
		OperationID: "renewRecoveryCodes", Method: http.MethodPost, Path: "/me/recovery-codes",
		Summary: "Make new recovery codes; the ones before are worth nothing.",
	}, a.renewRecoveryCodes)
	register(a, huma.Operation{
		OperationID: "keepFactors", Method: http.MethodDelete, Path: "/me/factors/removal",
		DefaultStatus: http.StatusNoContent, Summary: "Call off that an administrator wants one's second factors taken away.",
	}, a.keepFactors)
	register(a, huma.Operation{
		OperationID: "postponeFactor", Method: http.MethodPost, Path: "/me/factors/postpone",
		DefaultStatus: http.StatusNoContent, Summary: "Put off the question for a second factor, as an administrator.",
	}, a.postponeFactor)
}

func (a *api) keepFactors(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Auth.KeepFactors(ctx, actorFrom(ctx).UserID)
}

func (a *api) postponeFactor(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Auth.PostponeFactor(ctx, actorFrom(ctx))
}

// secondFactor says what somebody whose password was right can give.
func (a *api) secondFactor(ctx context.Context, p auth.Pending) (SecondFactor, error) {
	factors, err := a.Auth.PendingFactors(ctx, p)
	if err != nil {
		return SecondFactor{}, err
	}
	second := SecondFactor{Kinds: []string{}, ExpiresAt: p.ExpiresAt}
	if len(factors.Passkeys) > 0 && a.Auth.PasskeysOffered() {
		second.Kinds = append(second.Kinds, "passkey")
	}
	if factors.Authenticator.ID != "" {
		second.Kinds = append(second.Kinds, "code")
	}
	if factors.RecoveryCodes > 0 {
		second.Kinds = append(second.Kinds, "recovery_code")
	}
	return second, nil
}

type answerSecondInput struct {
	Body struct {
		Code         string `json:"code,omitempty" maxLength:"32" doc:"What the authenticator app shows."`
		RecoveryCode string `json:"recovery_code,omitempty" maxLength:"100" doc:"Instead: one of the recovery codes."`
	}
}

func (a *api) answerSecondFactor(ctx context.Context, in *answerSecondInput) (*SignedInOutput, error) {
	g, err := a.Auth.AnswerSecond(ctx, requestOf(ctx).pending, auth.Second{
		Code: in.Body.Code, RecoveryCode: in.Body.RecoveryCode,
	}, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return a.signedIn(ctx, g)
}

func (a *api) getFactors(ctx context.Context, _ *struct{}) (*struct{ Body Factors }, error) {
	actor := actorFrom(ctx)
	kept, err := a.Auth.Factors(ctx, actor.UserID)
	if err != nil {
		return nil, err
	}
	wanted, err := a.Auth.WantsFactor(ctx, actor)
	if err != nil {
		return nil, err
	}
	removal, err := a.Store.FactorRemoval(ctx, actor.UserID)
	if err != nil {
		return nil, err
	}
	factors := Factors{Passkeys: []Passkey{}, RecoveryCodesLeft: kept.RecoveryCodes, Wanted: wanted, RemovalAt: removal}
	for _, p := range kept.Passkeys {
		factors.Passkeys = append(factors.Passkeys, passkeyOf(p))
	}
	if app := kept.Authenticator; app.ID != "" {
		factors.Authenticator = &Authenticator{AddedAt: app.ConfirmedAt, Suspended: !app.SuspendedAt.IsZero()}
		if !app.LastUsedAt.IsZero() {
			factors.Authenticator.LastUsedAt = &app.LastUsedAt
		}
	}
	return &struct{ Body Factors }{factors}, nil
}

func (a *api) beginAuthenticator(ctx context.Context, _ *struct{}) (*struct{ Body Enrolment }, error) {
	made, err := a.Auth.BeginAuthenticator(ctx, actorFrom(ctx))
	return &struct{ Body Enrolment }{Enrolment{Secret: made.Secret, URI: made.URI, ExpiresAt: made.ExpiresAt}}, err
}

type confirmAuthenticatorInput struct {
	Body struct {
		Code string `json:"code" maxLength:"32" doc:"What the app shows."`
	}
}

func (a *api) confirmAuthenticator(ctx context.Context, in *confirmAuthenticatorInput) (*struct{ Body RecoveryCodes }, error) {
	codes, err := a.Auth.ConfirmAuthenticator(ctx, actorFrom(ctx), in.Body.Code)
	return &struct{ Body RecoveryCodes }{RecoveryCodes{append([]string{}, codes...)}}, err
}

func (a *api) removeAuthenticator(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Auth.RemoveAuthenticator(ctx, actorFrom(ctx))
}

func (a *api) renewRecoveryCodes(ctx context.Context, _ *struct{}) (*struct{ Body RecoveryCodes }, error) {
	codes, err := a.Auth.RenewRecoveryCodes(ctx, actorFrom(ctx))
	return &struct{ Body RecoveryCodes }{RecoveryCodes{codes}}, err
}

package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
)

const (
	formType = "application/x-www-form-urlencoded"
	// devicePath is the page where a person lets a program in; the code stands
	// in the fragment, which browsers keep to themselves.
	devicePath = "/device"

	deviceGrant  = "urn:ietf:params:oauth:grant-type:device_code"
	refreshGrant = "refresh_token"
)

// OAuthError is the answer of the token service to what it refuses (RFC 6749,
// section 5.2).
type OAuthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// Error returns the description.
func (e *OAuthError) Error() string { return e.Description }

// GetStatus returns the status, for huma.
func (e *OAuthError) GetStatus() int {
	if e.Code == "invalid_client" {
		return http.StatusUnauthorized
	}
	return http.StatusBadRequest
}

// oauthRefusal turns an error with the name of one of OAuth's into its form;
// others stay problems.
func oauthRefusal(err error) error {
	e, ok := errors.AsType[*audipy.Error](err)
	if !ok {
		return err
	}
	switch e.Code {
	case "invalid_request", "invalid_client", "invalid_grant", "invalid_scope", "unsupported_grant_type",
		"authorization_pending", "slow_down", "access_denied", "expired_token":
		return &OAuthError{Code: e.Code, Description: e.Msg}
	}
	return err
}

// DeviceAuthorization is what a program gets that asks to be let in (RFC 8628,
// section 3.2).
type DeviceAuthorization struct {
	DeviceCode              string `json:"device_code"`
	UserCode                string `json:"user_code"`
	VerificationURI         string `json:"verification_uri"`
	VerificationURIComplete string `json:"verification_uri_complete"`
	ExpiresIn               int    `json:"expires_in" doc:"In seconds."`
	Interval                int    `json:"interval" doc:"How long to wait between two questions, in seconds."`
}

// ProgramTokens are what a program works with (RFC 6749, section 5.1).
type ProgramTokens struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type" enum:"Bearer"`
	ExpiresIn    int    `json:"expires_in" doc:"In seconds."`
	RefreshToken string `json:"refresh_token"`
	Scope        string `json:"scope"`
}

// formInput is a body that is a form.
type formInput struct {
	RawBody []byte `contentType:"application/x-www-form-urlencoded"`
}

// read returns the fields of the form. One that stands twice is refused, an
// unknown one ignored, as RFC 6749 says.
func (f *formInput) read() (url.Values, error) {
	fields, err := url.ParseQuery(string(f.RawBody))
	if err != nil {
		return nil, &OAuthError{Code: "invalid_request", Description: "The form can't be read."}
	}
	for name, values := range fields {
		if len(values) > 1 || !utf8.ValidString(name+values[0]) {
			return nil, &OAuthError{Code: "invalid_request", Description: "A parameter stands twice, or is no text."}
		}
	}
	return fields, nil
}

// formBody describes a form with such fields. They are all optional here: what
// is missing is answered as OAuth says.
func formBody(fields ...string) *huma.RequestBody {
	properties := map[string]*huma.Schema{}
	for _, name := range fields {
		properties[name] = &huma.Schema{Type: huma.TypeString}
	}
	return &huma.RequestBody{Content: map[string]*huma.MediaType{
		formType: {Schema: &huma.Schema{Type: huma.TypeObject, Properties: properties}},
	}}
}

func (a *api) registerOAuth() {
	register(a, huma.Operation{
		OperationID: "authorizeDevice", Method: http.MethodPost, Path: "/oauth/device_authorization",
		Summary:     "Ask to be let in on a device (RFC 8628).",
		RequestBody: formBody("client_id", "scope", "device_key", "device_name"),
	}, a.authorizeDevice)
	register(a, huma.Operation{
		OperationID: "takeProgramTokens", Method: http.MethodPost, Path: "/oauth/token",
		Summary:     "Take tokens for a device code or a refresh token.",
		RequestBody: formBody("grant_type", "client_id", "device_key", "device_code", "refresh_token"),
	}, a.takeProgramTokens)
	register(a, huma.Operation{
		OperationID: "revokeProgram", Method: http.MethodPost, Path: "/oauth/revoke", DefaultStatus: http.StatusOK,
		Summary:     "End the program that a token belongs to (RFC 7009).",
		RequestBody: formBody("token", "client_id"),
	}, a.revokeProgram)
}

func (a *api) authorizeDevice(ctx context.Context, in *formInput) (*struct{ Body DeviceAuthorization }, error) {
	form, err := in.read()
	if err != nil {
		return nil, err
	}
	codes, err := a.Auth.AskDevice(ctx, auth.DeviceAsk{
		Client: form.Get("client_id"), Scope: form.Get("scope"), Key: form.Get("device_key"), Name: form.Get("device_name"),
	}, visitorFrom(ctx))
	if err != nil {
		return nil, oauthRefusal(err)
	}
	page := requestOf(ctx).origin + devicePath
	return &struct{ Body DeviceAuthorization }{DeviceAuthorization{
		DeviceCode: codes.DeviceCode, UserCode: codes.UserCode, VerificationURI: page,
		VerificationURIComplete: page + "#" + codes.UserCode,
		ExpiresIn:               int(codes.ExpiresIn / time.Second), Interval: int(codes.Interval / time.Second),
	}}, nil
}

func (a *api) takeProgramTokens(ctx context.Context, in *formInput) (*struct{ Body ProgramTokens }, error) {
	form, err := in.read()
	if err != nil {
		return nil, err
	}
	proof := auth.DeviceProof{Client: form.Get("client_id"), Key: form.Get("device_key")}
	var tokens auth.ProgramTokens
	switch form.Get("grant_type") {
	case deviceGrant:
		proof.Code = form.Get("device_code")
		tokens, err = a.Auth.RedeemDevice(ctx, proof)
	case refreshGrant:
		proof.Code = form.Get("refresh_token")
		tokens, err = a.Auth.Refresh(ctx, proof)
	case "":
		err = &OAuthError{Code: "invalid_request", Description: "The form names no grant_type."}
	default:
		err = &OAuthError{Code: "unsupported_grant_type", Description: "Tokens are for device codes and refresh tokens."}
	}
	if err != nil {
		return nil, oauthRefusal(err)
	}
	return &struct{ Body ProgramTokens }{ProgramTokens{
		AccessToken: tokens.Access, TokenType: "Bearer", ExpiresIn: int(tokens.ExpiresIn / time.Second),
		RefreshToken: tokens.Refresh, Scope: audipy.JoinScopes(tokens.Scopes),
	}}, nil
}

func (a *api) revokeProgram(ctx context.Context, in *formInput) (*struct{}, error) {
	form, err := in.read()
	if err != nil {
		return nil, err
	}
	if form.Get("token") == "" {
		return nil, &OAuthError{Code: "invalid_request", Description: "The form names no token."}
	}
	return nil, a.Auth.Revoke(ctx, form.Get("token"))
}

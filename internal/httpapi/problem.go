package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
)

const problemType = "application/problem+json"

// Problem is the body of every answer that is an error (RFC 9457, whose type is
// always about:blank and left out). Nothing that the client sent is in it.
//
//nolint:errname // the RFC's word, and the name of the schema
type Problem struct {
	Title     string  `json:"title" doc:"The status in words."`
	Status    int     `json:"status" doc:"The status."`
	Detail    string  `json:"detail,omitempty" doc:"What happened, for a person."`
	Code      string  `json:"code" doc:"What happened, for a program; stable."`
	Hint      string  `json:"hint,omitempty" doc:"What to do next, for a person."`
	RequestID string  `json:"request_id" doc:"Finds the request in the server's log."`
	Fields    []Field `json:"fields,omitempty" doc:"What is wrong with which part of the request."`

	retryAfter time.Duration
}

// Field says what is wrong with one part of a request.
type Field struct {
	Field string `json:"field" doc:"The part, such as limits[0].max_price."`
	Code  string `json:"code" doc:"What is wrong: required, wrong_type, too_long, too_short, out_of_range, not_allowed, unknown_field or invalid."`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of problems, for huma.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders returns the headers that go with it, for huma.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retryAfter.Seconds()))))
	}
	return h
}

// statusOf is the table from kind to status, and to the code of errors that
// have none of their own.
func statusOf(kind audipy.Kind) (status int, code string) {
	switch kind {
	case audipy.Internal:
		return http.StatusInternalServerError, "internal"
	case audipy.NotFound:
		return http.StatusNotFound, "not_found"
	case audipy.Conflict:
		return http.StatusConflict, "conflict"
	case audipy.Invalid:
		return http.StatusUnprocessableEntity, "invalid"
	case audipy.Unauthorized:
		return http.StatusUnauthorized, "unauthorized"
	case audipy.Forbidden:
		return http.StatusForbidden, "forbidden"
	case audipy.ActionRequired:
		return http.StatusConflict, "action_required"
	case audipy.Busy:
		return http.StatusServiceUnavailable, "busy"
	case audipy.Unavailable:
		return http.StatusServiceUnavailable, "unavailable"
	}
	return http.StatusInternalServerError, "internal"
}

// codeStatus is the table of the codes whose status is not that of their kind.
func codeStatus(code string) (status int, ok bool) {
	switch code {
	case "too_many_attempts", "rate_limited", "too_many_streams":
		return http.StatusTooManyRequests, true
	case "token_invalid", "attempt_invalid", "challenge_invalid", "passkey_invalid", "cursor_invalid", "invalid_json", "invalid_encoding", "too_deep", "duplicate_field",
		"unknown_field", "unknown_parameter", "duplicate_parameter", "too_many_parameters", "too_many_cookies", "cookie_too_long",
		"too_many_fields", "invalid_number", "invalid_path", "ambiguous_credentials", "https_required",
		"body_not_expected", "user_code_invalid":
		return http.StatusBadRequest, true
	case "method_not_allowed":
		return http.StatusMethodNotAllowed, true
	case "body_too_large":
		return http.StatusRequestEntityTooLarge, true
	case "url_too_long":
		return http.StatusRequestURITooLong, true
	case "json_required", "form_required":
		return http.StatusUnsupportedMediaType, true
	case "upstream", "provider_unavailable":
		return http.StatusBadGateway, true
	case "approval_expired":
		return http.StatusGone, true
	case "wrong_host":
		return http.StatusMisdirectedRequest, true
	}
	return 0, false
}

// newProblem makes the problem of an error. What nobody classified shows its
// request id and nothing else.
func newProblem(requestID string, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	p := &Problem{RequestID: requestID}
	p.Status, p.Code = statusOf(audipy.KindOf(err))
	if e, ok := errors.AsType[*audipy.Error](err); ok && e.Kind != audipy.Internal {
		p.Detail, p.Hint, p.retryAfter = e.Msg, e.Hint, e.RetryAfter
		if e.Code != "" {
			p.Code = e.Code
			if status, ok := codeStatus(e.Code); ok {
				p.Status = status
			}
		}
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// problemOf makes the problem of a handler's error, and logs the cause of what
// is a defect of ours.
func (a *api) problemOf(ctx context.Context, err error) *Problem {
	p := newProblem(requestID(ctx), err)
	requestOf(ctx).problem = p.Code
	if p.Status >= http.StatusInternalServerError && ctx.Err() == nil {
		a.Log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("cause", err.Error()))
	}
	return p
}

// fail answers with the problem of an error, outside of huma.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := a.problemOf(r.Context(), err)
	maps.Copy(w.Header(), p.GetHeaders())
	if p.Status == http.StatusUnauthorized && r.Header.Get("Authorization") != "" {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	w.Header().Set("Content-Type", problemType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_ = jsonFormat().Marshal(w, p) // a client that is gone misses nothing
	}
}

// problemResponse documents the answer of every error.
func problemResponse(schemas huma.Registry) *huma.Response {
	schema := schemas.Schema(reflect.TypeFor[Problem](), true, "")
	return &huma.Response{
		Description: "What went wrong.", Content: map[string]*huma.MediaType{problemType: {Schema: schema}},
	}
}

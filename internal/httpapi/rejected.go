package httpapi

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/go-json-experiment/json"

	"github.com/audipy/audipy/internal/audipy"
)

// problemTransformer turns huma's own errors into problems. They quote the
// value that they reject, and sometimes its key; a problem quotes neither.
func problemTransformer(ctx huma.Context, _ string, body any) (any, error) {
	model, ok := body.(*huma.ErrorModel)
	if !ok {
		return body, nil
	}
	p := &Problem{Status: model.Status, RequestID: requestID(ctx.Context())}
	_, p.Code = statusOf(audipy.Internal)
	switch model.Status {
	case http.StatusBadRequest:
		p.Code, p.Detail = "invalid_json", "The body of the request is not what was expected."
	case http.StatusNotAcceptable:
		p.Code, p.Detail = "not_acceptable", "Answers are JSON."
	case http.StatusUnprocessableEntity:
		p.Code, p.Detail = "invalid", "Some of what was sent can't be used."
		p.Fields = rejectedFields(model.Errors)
		if slices.ContainsFunc(p.Fields, func(f Field) bool { return f.Code == "unknown_field" }) {
			p.Code, p.Status = "unknown_field", http.StatusBadRequest
		}
	}
	p.Title = http.StatusText(p.Status)
	requestOf(ctx.Context()).problem = p.Code
	if c, ok := ctx.(*guarded); ok {
		c.status = p.Status
	}
	return p, nil
}

// rejectedFields names the parts that are wrong.
func rejectedFields(details []*huma.ErrorDetail) []Field {
	fields := make([]Field, 0, len(details))
	for _, d := range details {
		f := Field{fieldName(d.Location), fieldCode(d.Message)}
		if f.Code == "unknown_field" {
			f.Field = "" // the name is the client's
		}
		fields = append(fields, f)
	}
	return fields
}

var knownField = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}(\[[0-9]{1,6}\])?(\.[a-z][a-z0-9_]{0,40}(\[[0-9]{1,6}\])?){0,8}$`)

// fieldName is a place in the request without what only says which part of it;
// a name that can't be one of ours is left out.
func fieldName(location string) string {
	for _, part := range []string{"body.", "query.", "path.", "header."} {
		location = strings.TrimPrefix(location, part)
	}
	if !knownField.MatchString(location) {
		return ""
	}
	return location
}

// fieldCode is the code of one of huma's messages. What they begin with is
// compared, because the rest is the limit.
func fieldCode(message string) string {
	if strings.Contains(message, json.ErrUnknownName.Error()) {
		return "unknown_field" // a name in another case, which huma overlooks
	}
	for _, known := range []struct{ start, code string }{
		{validation.MsgUnexpectedProperty, "unknown_field"},
		{"unknown query parameter", "unknown_field"},
		{"expected required property", "required"},
		{"required ", "required"},
		{"expected length <=", "too_long"},
		{"expected array length <=", "too_long"},
		{"expected length >=", "too_short"},
		{"expected array length >=", "too_short"},
		{"expected number ", "out_of_range"},
		{"expected value to be one of", "not_allowed"},
		{validation.MsgExpectedBoolean, "wrong_type"},
		{validation.MsgExpectedInteger, "wrong_type"},
		{validation.MsgExpectedArray, "wrong_type"},
		{validation.MsgExpectedObject, "wrong_type"},
	} {
		if strings.HasPrefix(message, known.start) {
			return known.code
		}
	}
	if message == validation.MsgExpectedString || message == validation.MsgExpectedNumber {
		return "wrong_type"
	}
	return "invalid"
}

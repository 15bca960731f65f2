package httpapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// maxBody is the largest body in bytes of an operation without a limit of its
// own.
const maxBody = 64 << 10

// readBody reads and checks the body before huma does, so that huma meets
// strict JSON alone. Afterwards no deadline of reading is left that would end
// the request while it is being answered.
func (a *api) readBody(w http.ResponseWriter, r *http.Request, rule rule, wanted bool) error {
	limit := int64(maxBody)
	if rule.MaxBody > 0 {
		limit = rule.MaxBody
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return audipy.Fail(audipy.Invalid, "The body of the request is too large.", nil).WithCode("body_too_large")
	}
	if err != nil {
		return rejectBody("invalid_json")
	}
	if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return audipy.Fail(audipy.Unavailable, "The connection is gone.", err)
	}
	switch {
	case len(data) > 0 && !wanted:
		return audipy.Fail(audipy.Invalid, "This request takes no body.", nil).WithCode("body_not_expected")
	case !wanted:
		return nil
	case rule.Form && !isForm(r.Header):
		return audipy.Fail(audipy.Invalid, "The body of the request must be application/x-www-form-urlencoded.", nil).
			WithCode("form_required")
	case rule.Form:
		r.Body = io.NopCloser(bytes.NewReader(data))
		return nil
	case !isJSON(r.Header):
		return audipy.Fail(audipy.Invalid, "The body of the request must be application/json.", nil).WithCode("json_required")
	}
	if err := checkJSON(data); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(data))
	return nil
}

// isForm reports whether the body says that it is a form, as it is.
func isForm(h http.Header) bool {
	types := h.Values("Content-Type")
	if len(types) != 1 || len(h.Values("Content-Encoding")) > 0 {
		return false
	}
	switch strings.ReplaceAll(strings.ToLower(types[0]), " ", "") {
	case formType, formType + ";charset=utf-8":
		return true
	}
	return false
}

// isJSON reports whether the body says that it is JSON in UTF-8, as it is.
func isJSON(h http.Header) bool {
	types := h.Values("Content-Type")
	if len(types) != 1 || len(h.Values("Content-Encoding")) > 0 {
		return false
	}
	switch strings.ReplaceAll(strings.ToLower(types[0]), " ", "") {
	case "application/json", "application/json;charset=utf-8":
		return true
	}
	return false
}

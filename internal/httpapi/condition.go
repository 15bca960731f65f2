package httpapi

import (
	"net/http"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// Condition is the input of an operation that answers only what the client
// doesn't have yet.
type Condition struct {
	IfNoneMatch string `header:"If-None-Match" maxLength:"1000" doc:"The ETag of the answer that the client has."`
}

// unchanged is the answer 304 when the client has the revision.
func (c *Condition) unchanged(revision string) error {
	for tag := range strings.SplitSeq(c.IfNoneMatch, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == quoted(revision) {
			return &notModifiedError{tag: tag}
		}
	}
	return nil
}

// notModifiedError is the answer 304.
type notModifiedError struct{ tag string }

// Error says what it is.
func (*notModifiedError) Error() string { return "not modified" }

// GetStatus returns 304, for huma.
func (*notModifiedError) GetStatus() int { return http.StatusNotModified }

// GetHeaders returns the tag that still holds, for huma.
func (n *notModifiedError) GetHeaders() http.Header { return http.Header{"Etag": {n.tag}} }

// tagged is an answer with an ETag.
type tagged[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// withTag tags an answer with its revision.
func withTag[T any](body T, revision string) *tagged[T] {
	return &tagged[T]{ETag: quoted(revision), Body: body}
}

func quoted(revision string) string { return `"` + revision + `"` }

// cursorInvalid is the answer to a cursor that was not given out for this
// person and this list.
func cursorInvalid() error {
	return audipy.Fail(audipy.Invalid, "This place in the list is not known.", nil).
		WithCode("cursor_invalid").WithHint("Start again from the first page.")
}

package audible

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// maxErrorBody bounds what is read of an answer that reports an error.
const maxErrorBody = 64 << 10

// refusal turns an answer that is no success into an *OutageError or an
// *APIError. A page in HTML is an outage whatever its status, and so is a
// redirect: the services answer with neither (protocol 6.1, 6.5).
func (x exchange) refusal(ctx context.Context, response *http.Response, body *bufio.Reader, now time.Time) error {
	status := response.StatusCode
	outage := &OutageError{
		Endpoint: x.name, Status: status,
		RetryAfter: parseRetryAfter(response.Header.Get("Retry-After"), now),
	}
	if status < 400 || status >= 500 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests {
		return outage
	}
	if looksLikePage(response.Header, body) {
		outage.Err = ErrNotJSON
		return outage
	}
	raw, err := io.ReadAll(io.LimitReader(body, maxErrorBody))
	if err != nil {
		return x.broken(ctx, status, err)
	}
	e := &APIError{Endpoint: x.name, Status: status}
	e.Code, e.Message, e.json = readError(raw)
	if e.Code == "" && strings.Contains(response.Header.Get("Www-Authenticate"), "CredentialError") {
		// Registration says it in this header alone (protocol 5.3).
		e.Code, e.json = "CredentialError", true
	}
	return e
}

// readError reads the shapes in which errors come (protocol 5.3, 6.1, 6.5, 9):
// {message}, {error_code, message}, {error, error_description} and
// {response: {error: {code, message}}}. The last result is false when the body
// is no JSON object.
func readError(raw []byte) (code, message string, isJSON bool) {
	s := newJSONScanner(bytes.NewReader(raw), make([]byte, 512))
	var read func(key []byte)
	read = func(key []byte) {
		switch string(key) {
		case "code", "error_code":
			code = s.text()
		case "message", "error_description", "Message":
			message = s.text()
		case "error":
			if s.peek() == '"' {
				code = s.text()
				return
			}
			s.object(read)
		case "response":
			s.object(read)
		default:
			s.skip()
		}
	}
	isJSON = s.object(read)
	if s.finish() != nil || !isJSON {
		return "", "", false
	}
	return cleanMessage(code), cleanMessage(message), true
}

package audiblesim

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// apiError is an answer that refuses a request (protocol 9.0).
type apiError struct {
	status  int
	message string
	// code is error_code; coded bodies have the key even when it is null.
	code  string
	coded bool
}

// Error returns Amazon's message.
func (e *apiError) Error() string { return e.message }

// body returns the JSON of the refusal.
func (e *apiError) body() []byte {
	dst := []byte{'{'}
	if e.coded {
		dst = append(appendTextOrNull(append(dst, `"error_code":`...), e.code), ',')
	}
	return append(appendText(append(dst, `"message":`...), e.message), '}')
}

// overload is what the service says when too much was asked.
func overload() *apiError {
	return &apiError{status: http.StatusInternalServerError, message: "Whoops! Looks like something went wrong."}
}

// notFound is the 404 of the API. The service answers unknown resources in
// JSON or in HTML (protocol 9.0); here it is always JSON, and HTML is a fault.
func notFound(message string) *apiError {
	return &apiError{status: http.StatusNotFound, message: message}
}

// violations collects every bad parameter of a request, for the one message
// that names them all.
type violations struct{ found []string }

// add notes a parameter, named in camelCase, and the constraint it misses.
func (v *violations) add(value, parameter, constraint string) {
	v.found = append(v.found, fmt.Sprintf(
		"Value '%s' at '%s' failed to satisfy constraint: %s", value, parameter, constraint))
}

// err returns the refusal, or nil when nothing was found.
func (v *violations) err() error {
	switch len(v.found) {
	case 0:
		return nil
	case 1:
		return &apiError{status: http.StatusBadRequest, message: "1 validation error detected: " + v.found[0]}
	}
	return &apiError{
		status:  http.StatusBadRequest,
		message: fmt.Sprintf("%d validation errors detected: %s", len(v.found), strings.Join(v.found, "; ")),
	}
}

// refuse sends an error; what is no apiError would be a fault of the simulator
// and is sent as the service's own 500.
func refuse(rw http.ResponseWriter, err error) {
	var refusal *apiError
	if !errors.As(err, &refusal) {
		refusal = overload()
	}
	sendJSON(rw, refusal.status, refusal.body())
}

// sendJSON sends a body that was built before, with its status. Errors of the
// connection are the client's: nothing here depends on what it received.
func sendJSON(rw http.ResponseWriter, status int, body []byte) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_, _ = rw.Write(body) // a client that is gone misses nothing
}

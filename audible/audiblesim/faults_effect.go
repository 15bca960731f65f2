package audiblesim

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// recording keeps an answer until the faults have had their turn.
type recording struct {
	header http.Header
	status int
	body   []byte
}

func newRecording() *recording { return &recording{header: http.Header{}} }

// Header returns the header of the kept answer.
func (k *recording) Header() http.Header { return k.header }

// WriteHeader keeps the first status.
func (k *recording) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

// Write keeps more of the body.
func (k *recording) Write(p []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	k.body = append(k.body, p...)
	return len(p), nil
}

// send gives the kept answer to the client.
func (k *recording) send(rw http.ResponseWriter) {
	for name, values := range k.header {
		rw.Header()[name] = values
	}
	k.WriteHeader(http.StatusOK)
	if k.status != http.StatusNoContent && k.status != http.StatusNotModified {
		rw.Header().Set("Content-Length", strconv.Itoa(len(k.body)))
	}
	rw.WriteHeader(k.status)
	rw.Write(k.body)
}

const frontEndPage = `<!DOCTYPE html>
<html><head><title>Service Unavailable</title></head>
<body><h1>Sorry! Something went wrong on our end.</h1>
<p>Please go back and try again or go to the home page.</p></body></html>
`

// answer replaces the whole answer, and reports whether it did: then the
// request never reaches the service.
func (f Fault) answer(k *recording) bool {
	switch f.Kind {
	case FaultStatus:
		f.answerStatus(k)
	case FaultRateLimit:
		if f.RetryAfter != "" {
			k.header.Set("Retry-After", f.RetryAfter)
		}
		refuse(k, &apiError{status: http.StatusTooManyRequests, message: "Rate exceeded"})
	case FaultHTML:
		k.header.Set("Content-Type", "text/html; charset=utf-8")
		k.Write([]byte(frontEndPage))
	case FaultEmptyObject:
		sendJSON(k, http.StatusOK, []byte("{}"))
	case FaultEmptyArray:
		sendJSON(k, http.StatusOK, []byte("[]"))
	default:
		return false
	}
	return true
}

func (f Fault) answerStatus(k *recording) {
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if f.RetryAfter != "" {
		k.header.Set("Retry-After", f.RetryAfter)
	}
	if status == http.StatusBadGateway || status == http.StatusServiceUnavailable {
		k.header.Set("Content-Type", "text/html; charset=utf-8")
		k.WriteHeader(status)
		k.Write([]byte(frontEndPage))
		return
	}
	refuse(k, &apiError{status: status, message: overload().message})
}

// spoil changes the service's answer.
func (f Fault) spoil(k *recording) {
	switch f.Kind {
	case FaultWrongTotal:
		if total, err := strconv.Atoi(k.header.Get("Total-Count")); err == nil {
			k.header.Set("Total-Count", strconv.Itoa(total+3))
		}
	case FaultShortPage:
		k.edit(func(list []json.RawMessage) []json.RawMessage { return list[:max(len(list)-1, 0)] })
	case FaultNullItems:
		k.edit(func([]json.RawMessage) []json.RawMessage { return nil })
	case FaultUnknownFields:
		const extra = `{"zz_future":{"a":[1,{"b":null}]},"aa_future":"?",`
		k.body = bytes.ReplaceAll(k.body, []byte(`{"`), []byte(extra+`"`))
	default:
	}
}

// edit changes the list of a listing, whatever its key.
func (k *recording) edit(change func([]json.RawMessage) []json.RawMessage) {
	var body map[string]json.RawMessage
	if json.Unmarshal(k.body, &body) != nil {
		return
	}
	for _, key := range []string{"items", "products", "similar_products"} {
		var list []json.RawMessage
		if json.Unmarshal(body[key], &list) != nil {
			continue
		}
		// Raw messages that were just parsed always encode again.
		body[key], _ = json.Marshal(change(list))
	}
	k.body, _ = json.Marshal(body)
}

// breakOff ends the answer early, and reports whether it did.
func (f Fault) breakOff(rw http.ResponseWriter, r *http.Request, k *recording) bool {
	switch f.Kind {
	case FaultReset:
		panic(http.ErrAbortHandler)
	case FaultCut:
		if len(k.body) < 2 {
			return false
		}
		for name, values := range k.header {
			rw.Header()[name] = values
		}
		rw.Header().Set("Content-Length", strconv.Itoa(len(k.body)))
		rw.WriteHeader(max(k.status, http.StatusOK))
		rw.Write(k.body[:len(k.body)/2])
		_ = http.NewResponseController(rw).Flush() // a writer that can't flush cuts as well
		panic(http.ErrAbortHandler)
	case FaultGzipCut:
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			return false
		}
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write(k.body) // a buffer takes everything
		_ = w.Close()
		k.body = packed.Bytes()[:packed.Len()/2]
		k.header.Set("Content-Encoding", "gzip")
		k.send(rw)
		return true
	default:
		return false
	}
}

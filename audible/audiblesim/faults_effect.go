package audiblesim

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"maps"
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

// newRecording returns an answer that nothing was written to yet.
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
	maps.Copy(rw.Header(), k.header)
	k.WriteHeader(http.StatusOK)
	if k.status != http.StatusNoContent && k.status != http.StatusNotModified {
		rw.Header().Set("Content-Length", strconv.Itoa(len(k.body)))
	}
	rw.WriteHeader(k.status)
	_, _ = rw.Write(k.body) // a client that is gone misses nothing
}

const frontEndPage = `<!DOCTYPE html>
<html><head><title>Service Unavailable</title></head>
<body><h1>Sorry! Something went wrong on our end.</h1>
<p>Please go back and try again or go to the home page.</p></body></html>
`

// answer replaces the whole answer, and reports whether it did: then the
// request never reaches the service.
func (f Fault) answer(k *recording) bool {
	answer, ok := map[FaultKind]func(*recording){
		FaultStatus:      f.answerStatus,
		FaultRateLimit:   f.answerRateLimit,
		FaultHTML:        answerHTML,
		FaultEmptyObject: func(k *recording) { sendJSON(k, http.StatusOK, []byte("{}")) },
		FaultEmptyArray:  func(k *recording) { sendJSON(k, http.StatusOK, []byte("[]")) },
	}[f.Kind]
	if ok {
		answer(k)
	}
	return ok
}

// answerHTML is the front end's page in place of JSON, whatever the status
// says: a client must look at the content type first.
func answerHTML(k *recording) {
	k.header.Set("Content-Type", "text/html; charset=utf-8")
	k.body = []byte(frontEndPage)
}

// answerRateLimit is a 429. Whether Retry-After comes with it, and in what
// form, was never established, so every form can be asked for.
func (f Fault) answerRateLimit(k *recording) {
	if f.RetryAfter != "" {
		k.header.Set("Retry-After", f.RetryAfter)
	}
	refuse(k, &apiError{status: http.StatusTooManyRequests, message: "Rate exceeded"})
}

// answerStatus is an error of the service: JSON from the API itself, HTML from
// the front end that stands before it.
func (f Fault) answerStatus(k *recording) {
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if f.RetryAfter != "" {
		k.header.Set("Retry-After", f.RetryAfter)
	}
	if status == http.StatusBadGateway || status == http.StatusServiceUnavailable {
		k.WriteHeader(status)
		answerHTML(k)
		return
	}
	refuse(k, &apiError{status: status, message: overload().message})
}

// spoil changes the service's answer.
func (f Fault) spoil(k *recording) {
	type list = []json.RawMessage
	spoil, ok := map[FaultKind]func(){
		FaultWrongTotal:    k.miscount,
		FaultUnknownFields: k.addFields,
		FaultShortPage:     func() { k.edit(func(l list) list { return l[:max(len(l)-1, 0)] }) },
		FaultNullItems:     func() { k.edit(func(list) list { return nil }) },
		FaultReorder:       func() { k.edit(everyTitle(turnLists)) },
		FaultBlankNames:    func() { k.edit(everyTitle(blankNames)) },
	}[f.Kind]
	if ok {
		spoil()
	}
}

// miscount announces more titles than there are.
func (k *recording) miscount() {
	if total, err := strconv.Atoi(k.header.Get("Total-Count")); err == nil {
		k.header.Set("Total-Count", strconv.Itoa(total+3))
	}
}

// addFields puts new keys into every object but those whose keys are sizes of
// pictures: a client may read them as a map.
func (k *recording) addFields() {
	const extra = `"zz_future":{"a":[1,{"b":null}]},"aa_future":"?",`
	out := make([]byte, 0, 2*len(k.body))
	for i, b := range k.body {
		out = append(out, b)
		opens := b == '{' && i+1 < len(k.body) && k.body[i+1] == '"'
		if opens && !bytes.HasSuffix(k.body[:i], []byte(`_images":`)) {
			out = append(out, extra...)
		}
	}
	k.body = out
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
		body[key] = encodeRaw(change(list))
	}
	k.body = encodeRaw(body)
}

// breakOff ends the answer early, and reports whether it did.
func (f Fault) breakOff(rw http.ResponseWriter, r *http.Request, k *recording) bool {
	if f.Kind == FaultReset {
		panic(http.ErrAbortHandler)
	}
	if f.Kind == FaultCut && len(k.body) > 1 {
		k.cut(rw)
	}
	compressed := strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
	switch {
	case f.Kind == FaultGzip && compressed:
		k.compress()
		k.send(rw)
	case f.Kind == FaultGzipCut && compressed:
		k.compress()
		k.body = k.body[:len(k.body)/2]
		k.send(rw)
	case f.Kind == FaultTrickle:
		k.trickle(rw, r, f.Delay)
	default:
		return false
	}
	return true
}

// cut sends half of the answer and ends the connection; it never returns.
func (k *recording) cut(rw http.ResponseWriter) {
	maps.Copy(rw.Header(), k.header)
	rw.Header().Set("Content-Length", strconv.Itoa(len(k.body)))
	rw.WriteHeader(max(k.status, http.StatusOK))
	_, _ = rw.Write(k.body[:len(k.body)/2])    // a client that is gone misses nothing
	_ = http.NewResponseController(rw).Flush() // a writer that can't flush cuts as well
	panic(http.ErrAbortHandler)
}

// compress packs the answer's body.
func (k *recording) compress() {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(k.body) // a buffer takes everything
	_ = w.Close()
	k.body = packed.Bytes()
	k.header.Set("Content-Encoding", "gzip")
}

package audiblesim

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// fields are the members of one title.
type fields = map[string]json.RawMessage

// everyTitle makes a change of a listing out of a change of its titles; what
// is no object stays.
func everyTitle(change func(fields)) func([]json.RawMessage) []json.RawMessage {
	return func(titles []json.RawMessage) []json.RawMessage {
		for i, raw := range titles {
			var one fields
			if json.Unmarshal(raw, &one) != nil || one == nil {
				continue
			}
			change(one)
			titles[i] = encodeRaw(one)
		}
		return titles
	}
}

// encodeRaw writes raw messages that were just parsed, which always encode
// again, and leaves < and & in them as the service writes them.
func encodeRaw(value any) json.RawMessage {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// turnLists puts every list of a title into the opposite order.
func turnLists(title fields) {
	for key, raw := range title {
		var list []json.RawMessage
		if !bytes.HasPrefix(raw, []byte("[")) || json.Unmarshal(raw, &list) != nil {
			continue
		}
		slices.Reverse(list)
		title[key] = encodeRaw(list)
	}
}

// blankNames empties what a title is called and who wrote it.
func blankNames(title fields) {
	title["title"] = json.RawMessage(`""`)
	title["authors"] = json.RawMessage("null")
}

// tricklePieces is how many pieces a trickling body comes in.
const tricklePieces = 8

// trickle sends the answer in pieces that take delay together.
func (k *recording) trickle(rw http.ResponseWriter, r *http.Request, delay time.Duration) {
	maps.Copy(rw.Header(), k.header)
	rw.Header().Set("Content-Length", strconv.Itoa(len(k.body)))
	rw.WriteHeader(max(k.status, http.StatusOK))
	size := max(1, (len(k.body)+tricklePieces-1)/tricklePieces)
	for piece := range slices.Chunk(k.body, size) {
		pause(r, delay/tricklePieces)
		_, _ = rw.Write(piece)                     // a client that is gone misses nothing
		_ = http.NewResponseController(rw).Flush() // a writer that can't flush sends all at the end
	}
}

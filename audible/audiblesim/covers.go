package audiblesim

import (
	"bytes"
	"image/jpeg"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// The id of a picture holds the store and the title, so that no table of
// pictures is needed:
//
//	51 wCSlB6Vw L
//	│  │        └ suffix of real ids
//	│  └ 48 bits, six per character, lowest first: store << 40 | title,
//	│    multiplied by an odd number so that neighbours look unalike
//	└ prefix of real ids
//
// The alphabet has the "+" and "-" of real ids, which clients must not escape
// or decode wrongly.
const (
	coverAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
	coverBits     = 48
	coverMask     = 1<<coverBits - 1
	// coverFactor is any odd number: inverse undoes the multiplication.
	coverFactor  = 0x9e3779b97f4b
	coverPrefix  = "51"
	coverSuffix  = "L"
	maxCoverSize = 2400
	storeShift   = 40
)

// appendCoverID writes the id of a title's picture.
func (c *catalogue) appendCoverID(dst []byte, index int32) []byte {
	x := uint64(c.shop.number)<<storeShift | uint64(index)
	x = (x * coverFactor) & coverMask
	dst = append(dst, coverPrefix...)
	for range 8 {
		dst = append(dst, coverAlphabet[x&63])
		x >>= 6
	}
	return append(dst, coverSuffix...)
}

// parseCoverID is the reverse of appendCoverID; ok is false for ids that the
// simulator has not made.
func parseCoverID(id string) (shopNumber int, index int32, ok bool) {
	if len(id) != len(coverPrefix)+8+len(coverSuffix) || !strings.HasPrefix(id, coverPrefix) {
		return 0, 0, false
	}
	var x uint64
	for i := 7; i >= 0; i-- {
		digit := strings.IndexByte(coverAlphabet, id[len(coverPrefix)+i])
		if digit < 0 {
			return 0, 0, false
		}
		x = x<<6 | uint64(digit)
	}
	x = (x * inverse(coverFactor)) & coverMask
	return int(x >> storeShift), int32(x & (1<<31 - 1)), true
}

// inverse returns the number that an odd number multiplies to 1 with, modulo
// 2 to the 64th (Newton's iteration doubles the right bits each time).
func inverse(odd uint64) uint64 {
	x := odd
	for range 6 {
		x *= 2 - odd*x
	}
	return x
}

var coverName = regexp.MustCompile(`^([A-Za-z0-9+-]+)(?:\._SL([0-9]{1,4})_)?\.jpg$`)

// serveCover answers a request for the picture of a title:
// /images/I/<id>._SL500_.jpg, or without a size the original.
func (w *world) serveCover(rw http.ResponseWriter, r *http.Request) {
	parts := coverName.FindStringSubmatch(strings.TrimPrefix(r.URL.Path, "/images/I/"))
	if parts == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(rw, r)
		return
	}
	size := maxCoverSize
	if parts[2] != "" {
		size, _ = strconv.Atoi(parts[2])
	}
	art, ok := w.artwork(parts[1])
	if !ok || size == 0 {
		http.NotFound(rw, r)
		return
	}
	header := rw.Header()
	tag := `"` + parts[1] + "-" + strconv.Itoa(size) + `"`
	header.Set("Cache-Control", "max-age=630720000,public")
	header.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, art.draw(min(size, maxCoverSize)), &jpeg.Options{Quality: 85}); err != nil {
		http.Error(rw, "draw the cover", http.StatusInternalServerError)
		return
	}
	header.Set("Content-Type", "image/jpeg")
	header.Set("Content-Length", strconv.Itoa(picture.Len()))
	_, _ = rw.Write(picture.Bytes()) // a client that is gone misses nothing
}

// artwork finds the title that a picture belongs to.
func (w *world) artwork(id string) (artwork, bool) {
	number, index, ok := parseCoverID(id)
	if !ok || number < 0 || number >= len(w.shops) {
		return artwork{}, false
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	c := w.catalogues[w.shops[number].code]
	if c == nil || int(index) >= len(c.titles) {
		return artwork{}, false
	}
	t := c.titles[index]
	art := artwork{title: t.name, author: t.authors[0].name, seed: t.hash(), fonts: w.fonts()}
	if len(t.series) > 0 {
		// The volumes of a series look alike.
		art.seed = hashText(t.series[0].series.asin)
		art.volume = t.series[0].sequence
	}
	return art, true
}

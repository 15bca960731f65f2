package store

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// knownItem is what the plan of a sync needs of a row that is there.
type knownItem struct {
	hash    int64
	active  bool
	missing time.Time // since when complete listings lack it; zero for seen
}

// itemRow is a row to write. added tells a title that is new or back from one
// whose facts changed.
type itemRow struct {
	item  *audipy.Item
	hash  int64
	added bool
}

// plan is what a sync has to do, by ASIN.
type plan struct {
	write   []itemRow
	seen    []string // were missing and are there again, unchanged
	missing []string // not there for the first time
	gone    []string
}

// planApply compares what a run found with the rows that are there.
func planApply(known map[string]knownItem, kind audipy.SyncKind, a Apply, now time.Time) plan {
	var p plan
	left := make(map[string]bool, len(a.GoneASINs))
	for _, asin := range a.GoneASINs {
		if known[asin].active && !left[asin] {
			p.gone = append(p.gone, asin)
		}
		left[asin] = true
	}
	last := make(map[string]int, len(a.Items))
	for i := range a.Items {
		last[a.Items[i].ASIN] = i
	}
	var buffer []byte
	for i := range a.Items {
		item := &a.Items[i]
		if last[item.ASIN] != i || left[item.ASIN] {
			continue
		}
		buffer = appendContent(buffer[:0], item)
		p.place(item, hashOf(buffer), known)
	}
	if kind == audipy.SyncFull && a.Complete {
		for asin, k := range known {
			if _, listed := last[asin]; !listed && k.active && !left[asin] {
				p.miss(asin, k, a.GoneAfter, now)
			}
		}
	}
	slices.Sort(p.gone)
	slices.Sort(p.missing)
	return p
}

// place decides what to do with a listed title.
func (p *plan) place(item *audipy.Item, hash int64, known map[string]knownItem) {
	k := known[item.ASIN]
	switch {
	case !k.active:
		p.write = append(p.write, itemRow{item: item, hash: hash, added: true})
	case k.hash != hash:
		p.write = append(p.write, itemRow{item: item, hash: hash})
	case !k.missing.IsZero():
		p.seen = append(p.seen, item.ASIN)
	}
}

// miss decides what to do with a title that a complete listing lacks.
func (p *plan) miss(asin string, k knownItem, goneAfter time.Duration, now time.Time) {
	switch {
	case goneAfter <= 0, !k.missing.IsZero() && now.Sub(k.missing) >= goneAfter:
		p.gone = append(p.gone, asin)
	case k.missing.IsZero():
		p.missing = append(p.missing, asin)
	}
}

// hashOf shortens SHA-256 to what an integer column holds: 64 bits are plenty
// to notice a change of one row.
func hashOf(content []byte) int64 {
	sum := sha256.Sum256(content)
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// appendContent appends every fact of an item that Audible states, each with
// its length first, so that no two items share a form.
func appendContent(b []byte, item *audipy.Item) []byte {
	e := &item.Edition
	for _, text := range []string{
		e.ASIN, e.Title, e.Subtitle, e.Publisher, e.Language, e.ReleaseDate, e.CoverURL,
		e.DeliveryType, e.ContentType, e.Format,
	} {
		b = appendText(b, text)
	}
	for _, people := range [][]audipy.Contributor{e.Authors, e.Narrators} {
		b = appendUnordered(b, people, func(b []byte, p audipy.Contributor) []byte {
			return appendText(appendText(b, p.ASIN), p.Name)
		})
	}
	b = appendUnordered(b, e.Series, func(b []byte, s audipy.SeriesPlace) []byte {
		return appendText(appendText(appendText(b, s.ASIN), s.Title), s.Sequence)
	})
	b = binary.AppendVarint(b, int64(e.RuntimeMinutes))
	b = appendTime(appendTime(b, item.PurchasedAt), item.PlusUntil)
	b = append(b, boolByte(item.Plus), boolByte(item.Finished))
	return binary.BigEndian.AppendUint64(b, math.Float64bits(item.PercentComplete))
}

// appendUnordered appends a list whose order Audible does not keep (protocol
// 9.1): the same elements in another order are no change.
func appendUnordered[T any](b []byte, list []T, one func([]byte, T) []byte) []byte {
	b = binary.AppendVarint(b, int64(len(list)))
	if len(list) == 1 {
		return one(b, list[0])
	}
	parts := make([]string, len(list))
	for i, element := range list {
		parts[i] = string(one(nil, element))
	}
	slices.Sort(parts)
	for _, part := range parts {
		b = append(b, part...)
	}
	return b
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendVarint(b, int64(len(text))), text...)
}

// appendTime tells the zero time from 1970.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), t.UnixMicro())
}

func boolByte(v bool) byte {
	if v {
		return 1
	}
	return 0
}

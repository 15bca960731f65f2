package audiblesim

import (
	"slices"
	"strings"
)

// column is one key of a title on the wire: which response groups fill it, and
// how. A column without render is null wherever it was ever seen.
type column struct {
	key string
	// groups are separated by blanks; "always" and "none" stand for every
	// request and for one that names no groups (protocol 9.1).
	groups string
	render func(dst []byte, v *view) []byte
}

// shapes are the key lists of the three forms a title takes, in wire order,
// which is alphabetical in the recordings:
//
//	library    142 keys, null where a group is off or nothing is known
//	wish list  124 keys, the same way
//	catalogue  only keys that have a value, at every depth
type shapes struct {
	columns map[string]column
	library []string
	wish    []string
	product []string
}

// newShapes collects the columns of all files and the key lists recorded from
// the service. A key without a column, such as isbn, was null in every
// recording.
func newShapes() shapes {
	s := shapes{columns: map[string]column{}}
	for _, list := range [][]column{
		identityColumns(), textColumns(), mediaColumns(), rightsColumns(),
		ownershipColumns(), flagColumns(), ratingColumns(), tradeColumns(),
	} {
		for _, c := range list {
			s.columns[c.key] = c
		}
	}
	s.library = strings.Fields(readText("data/library_keys.txt"))
	s.wish = strings.Fields(readText("data/wishlist_keys.txt"))
	for _, key := range s.wish {
		// What only a wish list was seen to have.
		if key != "added_timestamp" && !strings.HasPrefix(key, "registry_") && key != "library_status" {
			s.product = append(s.product, key)
		}
	}
	return s
}

// layout is a shape compiled for one set of response groups: fixed bytes
// between the values that differ from title to title.
type layout struct {
	steps []layoutStep
	tail  []byte
	// omit leaves keys out instead of writing null (catalogue products).
	omit bool
}

// layoutStep is fixed bytes and the value that follows them.
type layoutStep struct {
	before []byte
	render func(dst []byte, v *view) []byte
}

// compile returns the layout of a shape. asked tells which groups are on.
func (s *shapes) compile(keys []string, asked groupSet, omit bool) layout {
	l := layout{omit: omit}
	before := []byte{'{'}
	for i, key := range keys {
		c := s.columns[key]
		on := c.render != nil && asked.any(c.groups)
		if omit && !on {
			continue
		}
		if !omit && i > 0 {
			before = append(before, ',')
		}
		before = append(append(append(before, '"'), key...), '"', ':')
		if !on {
			before = append(before, "null"...)
			continue
		}
		l.steps = append(l.steps, layoutStep{before, c.render})
		before = nil
	}
	l.tail = append(before, '}')
	return l
}

// append writes one title.
func (l *layout) append(dst []byte, v *view) []byte {
	if !l.omit {
		for i := range l.steps {
			dst = append(dst, l.steps[i].before...)
			dst = l.steps[i].render(dst, v)
		}
		return append(dst, l.tail...)
	}
	return l.appendPresent(dst, v)
}

// appendPresent leaves out every key whose value would be null.
func (l *layout) appendPresent(dst []byte, v *view) []byte {
	dst = append(dst, '{')
	first := true
	for i := range l.steps {
		from := len(dst)
		if !first {
			dst = append(dst, ',')
		}
		key := l.steps[i].before
		if key[0] == '{' {
			key = key[1:]
		}
		dst = append(dst, key...)
		value := len(dst)
		dst = l.steps[i].render(dst, v)
		if string(dst[value:]) == "null" {
			dst = dst[:from]
			continue
		}
		first = false
	}
	return append(dst, '}')
}

// groupSet is the response groups of one request.
type groupSet struct {
	names []string
	// none is true when the request named no groups at all.
	none bool
}

// any reports whether one of the groups that fill a column is on.
func (g groupSet) any(groups string) bool {
	for name := range strings.FieldsSeq(groups) {
		if name == "always" || name == "none" && g.none || slices.Contains(g.names, name) {
			return true
		}
	}
	return false
}

// has reports whether a group was asked for.
func (g groupSet) has(name string) bool { return slices.Contains(g.names, name) }

// echo returns the groups as an answer repeats them: with always-returned, with
// the groups that others bring along, and in no order, as recorded.
func (g groupSet) echo() []string {
	out := []string{"always-returned"}
	for _, name := range g.names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if g.has("customer_rights") {
		out = append(out, "origin", "library_status")
	}
	slices.SortFunc(out, func(a, b string) int {
		return int(hashText(a)%997) - int(hashText(b)%997)
	})
	return slices.Compact(out)
}

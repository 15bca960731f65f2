package audiblesim

import "time"

// view is one title as one request sees it. Columns only read it.
type view struct {
	w       *world
	c       *catalogue
	t       *title
	now     time.Time
	sizes   []string
	account string
	member  Membership
	// entry is nil outside the library, wish outside the wish list.
	entry *entry
	wish  *wish
	// omit is true where absent values are left out instead of null.
	omit bool
	// v2 leaves sku and sku_lite out of relationships.
	v2 bool
	// rated allows the account's own review beside the ratings.
	rated bool
	// wished is true for a title on the account's wish list.
	wished bool
	// reviews is how many customer reviews a title may show.
	reviews int
}

// isOut reports whether the title is released.
func (v *view) isOut() bool { return v.t.isReleased(v.now) }

// null appends null, which omitting layouts take out again.
func null(dst []byte) []byte { return append(dst, "null"...) }

// text returns a column function for a plain text.
func textOf(get func(v *view) string) func([]byte, *view) []byte {
	return func(dst []byte, v *view) []byte { return appendTextOrNull(dst, get(v)) }
}

// flagOf returns a column function for a plain flag.
func flagOf(get func(v *view) bool) func([]byte, *view) []byte {
	return func(dst []byte, v *view) []byte { return appendBool(dst, get(v)) }
}

// constant returns a column function that always writes the same.
func constant(json string) func([]byte, *view) []byte {
	return func(dst []byte, _ *view) []byte { return append(dst, json...) }
}

package recommend

// workIndex finds values by the work of an edition: by ASIN in any store
// first, then by title and contributor. Values come back in the order they
// were added; one that was added under two editions may come back twice.
//
// The entries of a key are a list inside one slice: nearly every key has one
// entry, and a slice for each would be most of the memory of a run.
type workIndex[T any] struct {
	entries []entry[T]
	byASIN  map[string]chain
	byTitle map[string]chain
}

type entry[T any] struct {
	edition *edition
	value   T
	next    int // position of the next entry with the key, 0 for none
}

// chain holds the positions of the first and last entry of a key. Positions
// count from 1.
type chain struct{ first, last int }

// newWorkIndex makes an index for about size editions.
func newWorkIndex[T any](size int) *workIndex[T] {
	return &workIndex[T]{
		entries: make([]entry[T], 0, 2*size), byASIN: make(map[string]chain, size), byTitle: make(map[string]chain, size),
	}
}

// add enters a value under the ASIN, the title, and the title with its
// subtitle of an edition.
func (x *workIndex[T]) add(e *edition, value T) {
	x.put(x.byASIN, e.asin, entry[T]{edition: e, value: value})
	if e.title == "" {
		return
	}
	x.put(x.byTitle, e.title, entry[T]{edition: e, value: value})
	if e.subtitle != "" {
		x.put(x.byTitle, e.joined(), entry[T]{edition: e, value: value})
	}
}

func (x *workIndex[T]) put(chains map[string]chain, key string, added entry[T]) {
	x.entries = append(x.entries, added)
	position := len(x.entries)
	c, ok := chains[key]
	if !ok {
		c.first = position
	} else {
		x.entries[c.last-1].next = position
	}
	c.last = position
	chains[key] = c
}

// find returns the values of an edition's work.
func (x *workIndex[T]) find(e *edition) []T {
	found := x.ofASIN(e.asin)
	if e.title == "" {
		return found
	}
	found = x.ofTitle(found, e.title, e)
	if e.subtitle != "" {
		found = x.ofTitle(found, e.joined(), e)
	}
	return found
}

// ofASIN returns what was added for an ASIN, whatever the store.
func (x *workIndex[T]) ofASIN(asin string) []T {
	var found []T
	for i := x.byASIN[asin].first; i > 0; i = x.entries[i-1].next {
		found = append(found, x.entries[i-1].value)
	}
	return found
}

// ofTitle appends what was added for the work of e under a title; entries of
// its own ASIN are left out, for find has them already.
func (x *workIndex[T]) ofTitle(found []T, title string, e *edition) []T {
	for i := x.byTitle[title].first; i > 0; i = x.entries[i-1].next {
		held := &x.entries[i-1]
		if held.edition.asin != e.asin && sameWork(held.edition, e) {
			found = append(found, held.value)
		}
	}
	return found
}

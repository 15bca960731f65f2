package recommend

// workIndex finds values by the work of an edition: by ASIN in any store
// first, then by title and contributor. Values come back in the order they
// were added; one that was added under two editions may come back twice.
type workIndex[T any] struct {
	byASIN  map[string][]entry[T]
	byTitle map[string][]entry[T]
}

type entry[T any] struct {
	edition *edition
	value   T
}

func newWorkIndex[T any]() workIndex[T] {
	return workIndex[T]{byASIN: map[string][]entry[T]{}, byTitle: map[string][]entry[T]{}}
}

func (x workIndex[T]) add(e *edition, value T) {
	x.byASIN[e.asin] = append(x.byASIN[e.asin], entry[T]{e, value})
	if e.title == "" {
		return
	}
	x.byTitle[e.title] = append(x.byTitle[e.title], entry[T]{e, value})
	if joined := e.joined(); joined != e.title {
		x.byTitle[joined] = append(x.byTitle[joined], entry[T]{e, value})
	}
}

func (x workIndex[T]) find(e *edition) []T {
	var found []T
	for _, held := range x.byASIN[e.asin] {
		found = append(found, held.value)
	}
	if e.title == "" {
		return found
	}
	keys := []string{e.title, e.joined()}
	if keys[0] == keys[1] {
		keys = keys[:1]
	}
	for _, key := range keys {
		for _, held := range x.byTitle[key] {
			if held.edition.asin != e.asin && sameWork(held.edition, e) {
				found = append(found, held.value)
			}
		}
	}
	return found
}

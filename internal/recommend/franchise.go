package recommend

import (
	"cmp"
	"slices"
	"strings"
)

// franchises puts the series objects that list the same works together, each
// group with the object first whose numbers are shown.
func franchises(objects []*seriesObject, s *shelf, store string) [][]*seriesObject {
	root := make([]int, len(objects))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			i = root[i]
		}
		return i
	}
	for pair, shared := range sharedNodes(objects) {
		if isSameFranchise(objects[pair[0]], objects[pair[1]], shared) {
			a, b := find(pair[0]), find(pair[1])
			root[max(a, b)] = min(a, b)
		}
	}
	grouped := map[int][]*seriesObject{}
	for i, object := range objects {
		grouped[find(i)] = append(grouped[find(i)], object)
	}
	groups := make([][]*seriesObject, 0, len(grouped))
	for i := range objects {
		if group := grouped[i]; len(group) > 0 {
			slices.SortFunc(group, compareObjects(s, store))
			groups = append(groups, group)
		}
	}
	return groups
}

// overlap holds the volumes of either side that two objects have in common.
type overlap struct{ left, right map[string]bool }

// isSameFranchise reports whether two objects share more than half of the
// larger one. A universe that contains a whole series, or a series that
// contains an arc with numbers of its own, is not the same list.
func isSameFranchise(a, b *seriesObject, shared overlap) bool {
	common := min(len(shared.left), len(shared.right))
	return common >= 2 && 2*common > max(a.size(), b.size())
}

// size counts the volumes of an object, box sets left out.
func (o *seriesObject) size() int {
	nodes := map[string]bool{}
	for _, r := range o.rows {
		if !r.isSetRow() {
			nodes[r.node()] = true
		}
	}
	return len(nodes)
}

// sharedNodes finds what each two objects have in common.
func sharedNodes(objects []*seriesObject) map[[2]int]overlap {
	type spot struct {
		object int
		node   string
	}
	size := 0
	for _, object := range objects {
		size += len(object.rows)
	}
	spots := newWorkIndex[spot](size)
	shared := map[[2]int]overlap{}
	for i, object := range objects {
		for _, r := range object.rows {
			if r.isSetRow() {
				continue
			}
			for _, other := range spots.find(r.edition) {
				if other.object == i {
					continue
				}
				pair := [2]int{other.object, i}
				if shared[pair].left == nil {
					shared[pair] = overlap{map[string]bool{}, map[string]bool{}}
				}
				shared[pair].left[other.node] = true
				shared[pair].right[r.node()] = true
			}
			spots.add(r.edition, spot{i, r.node()})
		}
	}
	return shared
}

// compareObjects orders the objects of a franchise: the one whose members are
// owned most, then the longest, then the one in the preferred store.
func compareObjects(s *shelf, store string) func(a, b *seriesObject) int {
	return func(a, b *seriesObject) int {
		return cmp.Or(
			cmp.Compare(b.ownedRows(s), a.ownedRows(s)),
			cmp.Compare(b.numbered(), a.numbered()),
			compareBools(b.isIn(store), a.isIn(store)),
			strings.Compare(a.asin, b.asin),
		)
	}
}

// ownedRows counts the members in the library.
func (o *seriesObject) ownedRows(s *shelf) int {
	owned := 0
	for _, r := range o.rows {
		if s.owned.byASIN[r.asin].first > 0 {
			owned++
		}
	}
	return owned
}

// numbered counts the numbers that single members have.
func (o *seriesObject) numbered() int {
	numbered := map[Number]bool{}
	for _, r := range o.rows {
		if n, ok := r.seq.Single(); ok {
			numbered[n] = true
		}
	}
	return len(numbered)
}

// isIn reports whether the store lists a member.
func (o *seriesObject) isIn(store string) bool {
	return slices.ContainsFunc(o.rows, func(r row) bool { return r.market == store })
}

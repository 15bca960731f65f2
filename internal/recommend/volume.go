package recommend

import (
	"cmp"
	"slices"
	"strings"
)

// volume is one volume of a franchise while it is worked out.
type volume struct {
	numbers []numbering // empty for an unnumbered member
	singles []*listing  // its editions
	sets    []row       // the box sets that hold it
	held    []*holding  // what the person has of it
	heldSet *holding    // the owned box set that holds it
	owned   bool
	pick    choice // what can be had of it, unless it is owned
	fromSet *row   // the box set that pick is, when it is sold in no other way
}

// numbering is the number of a volume in one series object.
type numbering struct {
	object *seriesObject
	number Number
}

// numberIn returns the number that an object gives the volume.
func (v *volume) numberIn(object *seriesObject) (Number, bool) {
	for _, n := range v.numbers {
		if n.object == object {
			return n.number, true
		}
	}
	return 0, false
}

// isSuggested reports whether the volume is missing or announced, and nothing
// speaks against it.
func (v *volume) isSuggested() bool { return !v.owned && v.pick.hidden == "" }

// franchise is a group of series objects and its volumes.
type franchise struct {
	objects    []*seriesObject // the shown one first
	volumes    []*volume       // numbered, in order
	unnumbered []*volume       // loose box sets included
	narrators  []string        // keys of who reads what is owned
	byNumber   map[*seriesObject]map[Number]*volume
	index      *workIndex[*volume] // of volumes; nil until something asks
}

// newFranchise makes the volumes of a group: members with one number in one
// object are one volume, and across objects the same works are.
func newFranchise(objects []*seriesObject) *franchise {
	f := &franchise{objects: objects, byNumber: map[*seriesObject]map[Number]*volume{}}
	for _, object := range objects {
		f.byNumber[object] = map[Number]*volume{}
		f.addNumbered(object)
	}
	for _, object := range objects {
		f.addUnnumbered(object)
	}
	for _, object := range objects {
		f.addSets(object)
	}
	f.sort()
	return f
}

// addNumbered makes the volumes that an object numbers, or adds its editions
// to the volumes that an earlier object has of the same works.
func (f *franchise) addNumbered(object *seriesObject) {
	members := map[Number][]*listing{}
	for _, r := range object.rows {
		if n, ok := r.seq.Single(); ok && !r.isSetRow() {
			members[n] = append(members[n], r.listing)
		}
	}
	for _, n := range sortedNumbers(members) {
		var v *volume
		if object != f.objects[0] {
			v = f.match(members[n], object)
		}
		if v == nil {
			v = f.newVolume()
		}
		f.setNumber(v, object, n)
		for _, l := range members[n] {
			f.attach(v, l)
		}
	}
}

func sortedNumbers(members map[Number][]*listing) []Number {
	numbers := make([]Number, 0, len(members))
	for n := range members {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}

func (f *franchise) newVolume() *volume {
	v := &volume{}
	f.volumes = append(f.volumes, v)
	return v
}

func (f *franchise) setNumber(v *volume, object *seriesObject, n Number) {
	v.numbers = append(v.numbers, numbering{object, n})
	f.byNumber[object][n] = v
}

func (f *franchise) attach(v *volume, l *listing) {
	if !slices.Contains(v.singles, l) {
		v.singles = append(v.singles, l)
		if f.index != nil {
			f.index.add(l.edition, v)
		}
	}
}

// find returns the volumes that are the same work as the listing.
func (f *franchise) find(l *listing) []*volume {
	if f.index == nil {
		f.index = newWorkIndex[*volume](len(f.volumes))
		for _, v := range slices.Concat(f.volumes, f.unnumbered) {
			for _, single := range v.singles {
				f.index.add(single.edition, v)
			}
		}
	}
	return f.index.find(l.edition)
}

// match finds the volume of another object that is the same work as one of
// the listings. Two numbers of one object are never one volume.
func (f *franchise) match(members []*listing, object *seriesObject) *volume {
	for _, l := range members {
		for _, v := range f.find(l) {
			if _, taken := v.numberIn(object); !taken {
				return v
			}
		}
	}
	return nil
}

// addUnnumbered gives a member without a number to the volume it is another
// edition of, or a place of its own.
func (f *franchise) addUnnumbered(object *seriesObject) {
	for _, r := range object.rows {
		if !r.seq.IsZero() {
			continue
		}
		found := f.find(r.listing)
		if len(found) > 0 && !r.isSetRow() {
			f.attach(found[0], r.listing)
			continue
		}
		v := &volume{}
		f.unnumbered = append(f.unnumbered, v)
		f.attach(v, r.listing)
	}
}

// addSets tells the volumes of an object which box sets hold them, and makes
// those that are in a set alone.
func (f *franchise) addSets(object *seriesObject) {
	for _, r := range object.rows {
		if r.seq.IsZero() || !r.isSetRow() {
			continue
		}
		for _, n := range r.seq.Numbers() {
			if f.byNumber[object][n] == nil {
				f.setNumber(f.newVolume(), object, n)
			}
		}
		for n, v := range f.byNumber[object] {
			if r.seq.Holds(n) {
				v.sets = append(v.sets, r)
			}
		}
	}
}

// sort orders volumes by the numbers of the shown object. One that only
// another object numbers goes behind the last volume that precedes it there.
func (f *franchise) sort() {
	positions := make(map[*volume]position, len(f.volumes))
	for _, v := range f.volumes {
		positions[v] = f.position(v)
	}
	slices.SortStableFunc(f.volumes, func(a, b *volume) int {
		x, y := positions[a], positions[b]
		return cmp.Or(cmp.Compare(x.anchor, y.anchor), cmp.Compare(x.object, y.object), cmp.Compare(x.own, y.own))
	})
}

type position struct {
	anchor Number // the number, or that of the volume before; -1 for none
	object int    // which object counts it
	own    Number
}

// position finds the place of a volume in the shown order.
func (f *franchise) position(v *volume) position {
	for i, object := range f.objects {
		n, ok := v.numberIn(object)
		switch {
		case !ok:
		case i == 0:
			return position{anchor: n}
		default:
			return position{anchor: f.anchor(object, n), object: i, own: n}
		}
	}
	return position{anchor: -1}
}

// anchor is the shown number of the last volume before n in an object that
// is not the shown one, and -1 when there is none.
func (f *franchise) anchor(object *seriesObject, n Number) Number {
	before, anchor := Number(-1), Number(-1)
	for m, v := range f.byNumber[object] {
		shown, ok := v.numberIn(f.objects[0])
		if ok && m < n && m > before {
			before, anchor = m, shown
		}
	}
	return anchor
}

// number is the number of a volume as it is shown, and whose number it is.
func (f *franchise) number(v *volume) (Number, *seriesObject) {
	for _, object := range f.objects {
		if n, ok := v.numberIn(object); ok {
			return n, object
		}
	}
	return 0, nil
}

// otherNumbers says in words what the other objects call a volume, where that
// differs.
func (f *franchise) otherNumbers(v *volume) []string {
	shown, by := f.number(v)
	var others []string
	for _, object := range f.objects {
		if n, ok := v.numberIn(object); ok && object != by && (n != shown || by != f.objects[0]) {
			others = append(others, n.String()+" in "+object.title)
		}
	}
	return others
}

// describe says who reads an edition, for notes.
func (e *edition) describe() string {
	names := make([]string, 0, len(e.of.Narrators))
	for _, n := range e.of.Narrators {
		names = append(names, n.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return ", read by " + strings.Join(names[:min(len(names), 3)], ", ")
}

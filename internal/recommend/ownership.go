package recommend

import "slices"

// markOwned works out what the person has of a franchise: an edition of the
// volume, all parts of one, or a box set that holds it.
func (f *franchise) markOwned(s *shelf) {
	for _, v := range slices.Concat(f.volumes, f.unnumbered) {
		for _, l := range v.singles {
			held, _ := s.holds(l.edition)
			v.held = appendNew(v.held, held)
		}
		v.owned = isWhole(editionsOf(v.held))
		for _, set := range v.sets {
			held, all := s.holds(set.edition)
			if all && v.heldSet == nil {
				v.heldSet, v.owned = held[0], true
			}
		}
	}
	f.readNarrators()
}

// appendNew appends the holdings that are not there yet.
func appendNew(have, more []*holding) []*holding {
	for _, h := range more {
		if !slices.Contains(have, h) {
			have = append(have, h)
		}
	}
	return have
}

// takeOver marks the volumes whose work is owned through another series, as a
// box set of one series holds works that a universe lists too.
func (f *franchise) takeOver(owned *workIndex[*volume]) {
	for _, v := range f.volumes {
		for _, l := range v.singles {
			if v.owned {
				break
			}
			for _, other := range owned.find(l.edition) {
				v.owned, v.heldSet = true, other.heldSet
				v.held = appendNew(v.held, other.held)
			}
		}
	}
}

// readNarrators remembers who reads what is owned, for the choice among
// editions of the rest.
func (f *franchise) readNarrators() {
	for _, v := range f.volumes {
		for _, h := range v.held {
			for _, key := range h.narrators {
				if !slices.Contains(f.narrators, key) {
					f.narrators = append(f.narrators, key)
				}
			}
		}
	}
}

// isOwned reports whether the person has anything of the franchise, be it a
// box set alone.
func (f *franchise) isOwned() bool {
	has := func(v *volume) bool { return v.owned || len(v.held) > 0 }
	return slices.ContainsFunc(f.volumes, has) || slices.ContainsFunc(f.unnumbered, has)
}

// ownedWorks indexes the owned volumes of all franchises by their editions.
func ownedWorks(all []*franchise, size int) *workIndex[*volume] {
	owned := newWorkIndex[*volume](size)
	for _, f := range all {
		for _, v := range f.volumes {
			for _, l := range v.singles {
				if v.owned {
					owned.add(l.edition, v)
				}
			}
		}
	}
	return owned
}

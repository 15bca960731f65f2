package recommend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// householdIndex finds who of the household owns a work. Parts of a
// dramatisation are left out: they are not the work.
func householdIndex(copies []audipy.HouseholdCopy, read reader) *workIndex[HouseholdOwner] {
	index := newWorkIndex[HouseholdOwner](len(copies))
	for i := range copies {
		one := &copies[i]
		if e := read.edition(&one.Edition, one.Marketplace); e.reading.parts == 0 {
			index.add(e, HouseholdOwner{one.Owner, one.Marketplace})
		}
	}
	return index
}

// householdOwners lists who owns a work, each person and store once.
func (a *adviser) householdOwners(editions []*listing) []HouseholdOwner {
	var owners []HouseholdOwner
	for _, l := range editions {
		owners = append(owners, a.household.find(l.edition)...)
	}
	slices.SortFunc(owners, func(x, y HouseholdOwner) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Marketplace, y.Marketplace))
	})
	return slices.Compact(owners)
}

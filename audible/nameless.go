package audible

import "strings"

// namedTries is how often a page is asked for whose titles have no names: the
// first answer after a long pause can come without them (protocol 9.1).
// Another client that does so asks twice more, and some titles never have one.
const namedTries = 3

// lacksNames reports whether a page left out names that were asked for: that
// of any title, or the authors of all of several. What was returned has none.
func (p *LibraryPage) lacksNames(groups string) bool {
	asked := strings.Split(groups, ",")
	titles, unsigned := 0, 0
	for i := range p.Items {
		one := &p.Items[i]
		if one.IsGone() {
			continue
		}
		if one.Title == "" && fills(asked, "product_desc", "media") {
			return true
		}
		titles++
		if len(one.Authors) == 0 {
			unsigned++
		}
	}
	return titles > 1 && titles == unsigned && fills(asked, "contributors")
}

// fills reports whether one of the groups was asked for.
func fills(asked []string, groups ...string) bool {
	for _, name := range asked {
		for _, group := range groups {
			if strings.TrimSpace(name) == group {
				return true
			}
		}
	}
	return false
}

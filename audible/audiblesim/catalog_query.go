package audiblesim

import (
	"cmp"
	"slices"
	"strings"
)

// search is a parsed request for GET /catalog/products.
type search struct {
	size, page          int
	asins               []string
	batch               bool // asins was given, even if empty
	title, author       string
	narrator, publisher string
	keywords, parent    string
	categories          []string
	sort, plan          string
	reviews             int
	since               int64 // seconds since 1970
}

// maxProducts is the most that one request to the catalogue gives.
const maxProducts = 50

// parseSearch reads the parameters (protocol 9.4). Unknown values of
// products_sort_by are ignored, as the service does.
func (a *apiCall) parseSearch() (search, error) {
	q := a.query
	s := search{
		size:  q.integer("num_results", "numResults", 10, 0, maxProducts),
		page:  q.integer("page", "page", 0, 0, 1<<24),
		title: q.Get("title"), author: q.Get("author"), narrator: q.Get("narrator"),
		publisher: q.Get("publisher"), keywords: q.Get("keywords"), parent: q.Get("parent_asin"),
		sort: q.Get("products_sort_by"), plan: q.Get("plan"),
		reviews: q.integer("reviews_num_results", "reviewsNumResults", 3, 0, 10),
	}
	if at := q.instant("products_since_timestamp", "productsSinceTimestamp"); !at.IsZero() {
		s.since = at.Unix()
	}
	if text := q.Get("category_id"); text != "" {
		s.categories = strings.Split(text, ",")
		for _, id := range s.categories {
			if id == "" || strings.Trim(id, "0123456789") != "" {
				q.bad.add(text, "categoryId", `Member must satisfy regular expression pattern: \d+(,\d+)*`)
				break
			}
		}
	}
	a.readASINs(&s)
	return s, q.bad.err()
}

// readASINs reads the batch. Of a repeated parameter the service looks at the
// first only, and at one product of it, without a word.
func (a *apiCall) readASINs(s *search) {
	values, given := a.query.Values["asins"]
	if !given {
		return
	}
	s.batch = true
	for asin := range strings.SplitSeq(values[0], ",") {
		if asin = strings.TrimSpace(asin); asin != "" && !slices.Contains(s.asins, asin) {
			s.asins = append(s.asins, asin)
		}
	}
	if len(values) > 1 && len(s.asins) > 1 {
		s.asins = s.asins[:1]
	}
	if len(s.asins) > maxProducts {
		a.query.bad.add("["+strings.Join(s.asins, ", ")+"]", "asins",
			"Member must have length less than or equal to 50")
	}
}

// findProducts returns the titles that a search finds, in its order; the world's lock
// is held.
func (a *apiCall) findProducts(s search) []int32 {
	var found []int32
	for _, t := range a.c.titles {
		if s.matches(a, t) {
			found = append(found, t.index)
		}
	}
	key, descending := strings.CutPrefix(s.sort, "-")
	compare := a.productOrder(key)
	if compare == nil {
		return found
	}
	slices.SortStableFunc(found, func(x, y int32) int {
		order := compare(a.c.titles[x], a.c.titles[y])
		if descending {
			return -order
		}
		return order
	})
	return found
}

// matches reports whether a title meets every filter at once. Parts of books
// and episodes are found by parent_asin only, as nobody looks for them by
// name.
func (s *search) matches(a *apiCall, t *title) bool {
	if s.parent != "" {
		return t.parent >= 0 && a.c.titles[t.parent].asin == s.parent
	}
	switch {
	case !t.isBook(), s.since > 0 && int64(t.released)*daySeconds < s.since:
		return false
	case s.plan != "" && (!t.plus || s.plan != a.c.shop.plus):
		return false
	case s.author != "" && !named(t.authors, s.author), s.narrator != "" && !named(t.narrators, s.narrator):
		return false
	case !contains(t.publisher, s.publisher), s.title != "" && !titled(t, s.title):
		return false
	case len(s.categories) > 0 && !a.c.ladders[t.genre].holds(s.categories):
		return false
	}
	return s.keywords == "" || titled(t, s.keywords) || named(t.authors, s.keywords) || named(t.narrators, s.keywords)
}

// titled reports whether the name, subtitle or series of a title holds a text.
func titled(t *title, text string) bool {
	return contains(t.name, text) || contains(t.subtitle, text) ||
		slices.ContainsFunc(t.series, func(m membership) bool { return contains(m.series.name, text) })
}

// holds reports whether a ladder goes through one of the categories.
func (l ladder) holds(ids []string) bool {
	return slices.Contains(ids, l.root.id) || slices.Contains(ids, l.leaf.id)
}

// productOrder returns how a sort key compares, or nil for relevance and for
// keys that are not known.
func (a *apiCall) productOrder(key string) func(x, y *title) int {
	switch key {
	case "ReleaseDate", "ProductSiteLaunchDate":
		return func(x, y *title) int { return cmp.Compare(x.released, y.released) }
	case "Title", "AmazonEnglish":
		return func(x, y *title) int { return cmp.Compare(x.name, y.name) }
	case "RuntimeLength":
		return func(x, y *title) int { return cmp.Compare(x.minutes, y.minutes) }
	case "AvgRating":
		return func(x, y *title) int {
			s, t := view{t: x, now: a.now}, view{t: y, now: a.now}
			return cmp.Compare(t.stars(0).average(), s.stars(0).average())
		}
	case "BestSellers":
		// A momentary rank: it differs from day to day.
		day := uint64(a.now.Unix() / daySeconds)
		return func(x, y *title) int { return cmp.Compare(mix(x.hash()^day), mix(y.hash()^day)) }
	}
	return nil
}

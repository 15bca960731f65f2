package audiblesim

import "slices"

// listSimilar answers GET /1.0/catalog/products/{asin}/sims (protocol 9.5):
//
//	{"similar_products":[{…}],"response_groups":[…]}
//
// There is no total and there are no pages. An unknown ASIN resembles nothing.
func (a *apiCall) listSimilar() error {
	q := a.query
	size := q.integer("num_results", "numResults", 10, 0, maxProducts)
	kind := q.oneOf("similarity_type", "similarityType", "RawSimilarities", "RawSimilarities",
		"InTheSameSeries", "NextInSameSeries", "ByTheSameAuthor", "ByTheSameNarrator")
	groups, err := a.groups(catalogGroups())
	if err != nil {
		return err
	}
	a.w.mu.RLock()
	t, ok := a.c.lookup(a.request.PathValue("asin"))
	var found []int32
	if ok {
		found = a.similar(t, kind)
	}
	a.w.mu.RUnlock()
	a.sendProducts(`{"similar_products":[`, groups, found[:min(size, len(found))], 3, -1)
	return nil
}

// similar lists the titles that stand in a relation to t, without t itself;
// the world's lock is held.
func (a *apiCall) similar(t *title, kind string) []int32 {
	var found []int32
	switch kind {
	case "InTheSameSeries", "NextInSameSeries":
		for _, m := range t.series {
			for _, member := range m.series.members {
				later := m.series.position(member.title) > m.series.position(t.index)
				if member.title != t.index && (kind == "InTheSameSeries" || later) {
					found = append(found, member.title)
				}
			}
		}
		if kind == "NextInSameSeries" {
			found = found[:min(1, len(found))]
		}
		return found
	}
	for _, other := range a.c.titles {
		if other != t && other.isBook() && resembles(other, t, kind) {
			found = append(found, other.index)
		}
	}
	return found
}

// resembles reports whether two titles belong together by author, by narrator,
// or for RawSimilarities by genre and language.
func resembles(x, y *title, kind string) bool {
	same := func(of, with []*person) bool {
		return slices.ContainsFunc(of, func(p *person) bool { return slices.Contains(with, p) })
	}
	switch kind {
	case "ByTheSameAuthor":
		return same(x.authors, y.authors)
	case "ByTheSameNarrator":
		return same(x.narrators, y.narrators)
	}
	return x.genre == y.genre && x.language == y.language
}

// listRecommendations answers GET /1.0/recommendations: titles of the genres
// that the account has most of, which it does not own.
func (a *apiCall) listRecommendations() error {
	size := a.query.integer("num_results", "numResults", 10, 0, maxProducts)
	groups, err := a.groups(catalogGroups())
	if err != nil {
		return err
	}
	a.w.mu.RLock()
	found := a.recommend(size)
	a.w.mu.RUnlock()
	a.sendProducts(`{"products":[`, groups, found, 3, len(found))
	return nil
}

// recommend takes titles in the catalogue's order, which favours nobody; an
// empty library likes everything. The world's lock is held.
func (a *apiCall) recommend(size int) []int32 {
	liked := map[uint8]int{}
	for i := range a.shelf.entries {
		liked[a.c.titles[a.shelf.entries[i].title].genre]++
	}
	var found []int32
	for _, t := range a.c.titles {
		if len(found) == size {
			break
		}
		wanted := liked[t.genre] > 0 || len(liked) == 0
		if wanted && t.isBook() && t.isReleased(a.now) && !t.delisted && !a.shelf.owns(t.index) {
			found = append(found, t.index)
		}
	}
	return found
}

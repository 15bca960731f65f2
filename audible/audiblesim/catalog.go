package audiblesim

import (
	"net/http"
	"strconv"
	"strings"
)

// listProducts answers GET /1.0/catalog/products (protocol 9.4), a search or,
// with asins, a batch:
//
//	{"product_filters":[],"products":[{…}],"response_groups":[…],"total_results":78}
//
// Pages begin at 0 and hold at most 50. total_results counts what was found, or
// in a batch what is in the answer, hollow products included.
func (a *apiCall) listProducts() error {
	s, err := a.parseSearch()
	if err != nil {
		return err
	}
	groups, err := a.groups(catalogGroups())
	if err != nil {
		return err
	}
	a.rw.Header().Set("Cache-Control", "private, max-age=1800")
	if s.batch {
		a.sendBatch(s, groups)
		return nil
	}
	a.w.mu.RLock()
	found := a.findProducts(s)
	a.w.mu.RUnlock()
	total := len(found)
	if s.parent != "" {
		found = found[:min(total, maxProducts)]
	}
	from := min(s.page*s.size, len(found))
	found = found[from:min(from+s.size, len(found))]
	a.sendProducts(`{"product_filters":[],"products":[`, groups, found, s.reviews, total)
	return nil
}

// sendProducts writes titles as catalogue products. A negative total leaves
// total_results out.
func (a *apiCall) sendProducts(head string, groups groupSet, found []int32, reviews, total int) {
	v := a.productView(groups, reviews)
	form := a.w.shapes.compile(a.w.shapes.product, groups, true)
	a.stream([]byte(head), a.productTail(groups, total), len(found), func(dst []byte, i int) []byte {
		v.t = a.c.titles[found[i]]
		v.wished = a.shelf.wished(found[i]) >= 0
		return form.append(dst, &v)
	})
}

// productView is a view for catalogue products, which leave absent keys out
// (as in every recording) where the library writes null.
func (a *apiCall) productView(groups groupSet, reviews int) view {
	v := a.view(groups)
	v.omit, v.reviews = true, reviews
	return v
}

// productTail ends an answer with a list: the groups, and how many there are
// in all where the endpoint tells.
func (a *apiCall) productTail(groups groupSet, total int) []byte {
	tail := appendList([]byte(`],"response_groups":`), groups.echo()...)
	if total >= 0 {
		tail = appendInt(append(tail, `,"total_results":`...), int64(total))
	}
	return append(tail, '}')
}

// sendBatch writes one product per ASIN: a series, a title, or for an ASIN that
// is not known a hollow product with the ASIN alone.
func (a *apiCall) sendBatch(s search, groups groupSet) {
	asins := a.dropSome(s.asins)
	v := a.productView(groups, s.reviews)
	form := a.w.shapes.compile(a.w.shapes.product, groups, true)
	tail := a.productTail(groups, len(asins))
	a.stream([]byte(`{"product_filters":[],"products":[`), tail, len(asins), func(dst []byte, i int) []byte {
		return a.appendProduct(dst, asins[i], &v, &form, groups)
	})
}

// dropSome leaves real products out of a batch at random, as the service was
// seen to do; off unless the quirk is on.
func (a *apiCall) dropSome(asins []string) []string {
	if a.quirks.OmitProductsPercent == 0 {
		return asins
	}
	d := newDice(a.w.seed, hashText(strings.Join(asins, ",")), uint64(a.w.nextDraw()))
	kept := make([]string, 0, len(asins))
	for _, asin := range asins {
		if !d.percent(a.quirks.OmitProductsPercent) {
			kept = append(kept, asin)
		}
	}
	return kept
}

// appendProduct writes whatever has the ASIN; the world's lock is held.
func (a *apiCall) appendProduct(dst []byte, asin string, v *view, form *layout, groups groupSet) []byte {
	if t, ok := a.c.lookup(asin); ok {
		v.t, v.wished = t, a.shelf.wished(t.index) >= 0
		return form.append(dst, v)
	}
	if s, ok := a.c.series[asin]; ok {
		return a.appendSeriesProduct(dst, s, v, groups)
	}
	return append(appendText(append(dst, `{"asin":`...), asin), '}')
}

// appendSeriesProduct writes a series as a product with its members (protocol
// 9.5). Members stand in display order, box sets before the volumes they hold:
//
//	sequence "1-3"  sort "1"
//	sequence "1"    sort "2"
//	sequence "2.5"  sort "4"
//	sequence ""     sort "5"
//
// so that sort numbers tell nothing about sequence.
func (a *apiCall) appendSeriesProduct(dst []byte, s *seriesRecord, v *view, groups groupSet) []byte {
	dst = appendText(append(dst, `{"asin":`...), s.asin)
	if groups.any(attributeGroups) {
		dst = append(dst, `,"content_delivery_type":"BookSeries","content_type":"Product","has_children":true`...)
		dst = appendText(append(dst, `,"language":`...), a.c.languages[s.language].name)
	}
	if groups.any("relationships relationships_v2") {
		dst = append(dst, `,"relationships":[`...)
		for i, m := range s.members {
			t := a.c.titles[m.title]
			dst = v.appendRelation(dst, relation{
				asin: t.asin, title: t.name, delivery: t.delivery.String(), direction: "child",
				kind: "series", sequence: m.sequence, sort: i + 1, sku: string(appendStock(nil, t)),
			})
		}
		dst = append(dst, ']')
	}
	dst = appendText(append(dst, `,"sku_lite":`...), s.sku())
	if groups.any(nameGroups) {
		dst = appendText(append(dst, `,"title":`...), s.name)
	}
	return append(dst, '}')
}

// showProduct answers GET /1.0/catalog/products/{asin}:
//
//	{"product":{…},"response_groups":[…]}
//
// An unknown ASIN gives 200 and a hollow product, {"asin":"…"}, not 404.
func (a *apiCall) showProduct() error {
	reviews := a.query.integer("reviews_num_results", "reviewsNumResults", 3, 0, 10)
	groups, err := a.groups(catalogGroups())
	if err != nil {
		return err
	}
	v := a.productView(groups, reviews)
	form := a.w.shapes.compile(a.w.shapes.product, groups, true)
	a.w.mu.RLock()
	body := a.appendProduct([]byte(`{"product":`), a.request.PathValue("asin"), &v, &form, groups)
	a.w.mu.RUnlock()
	body = append(appendList(append(body, `,"response_groups":`...), groups.echo()...), '}')
	a.rw.Header().Set("Cache-Control", "private, max-age=1800")
	sendJSON(a.rw, http.StatusOK, body)
	return nil
}

// listReviews answers GET /1.0/catalog/products/{asin}/reviews.
func (a *apiCall) listReviews() error {
	size := a.query.integer("num_results", "numResults", 10, 0, maxProducts)
	page := a.query.integer("page", "page", 0, 0, 1<<24)
	if err := a.query.bad.err(); err != nil {
		return err
	}
	v := a.productView(groupSet{}, size)
	a.w.mu.RLock()
	defer a.w.mu.RUnlock()
	t, ok := a.c.lookup(a.request.PathValue("asin"))
	if !ok {
		return notFound("Product not found")
	}
	v.t = t
	total := v.reviewCount()
	body := []byte(`{"customer_reviews":[`)
	for i := page * size; i < min((page+1)*size, total); i++ {
		if i > page*size {
			body = append(body, ',')
		}
		body = appendReview(body, &v, i+1)
	}
	body = append(body, `],"response_groups":["always-returned"],"total_results":`+strconv.Itoa(total)+`}`...)
	sendJSON(a.rw, http.StatusOK, body)
	return nil
}

package audiblesim

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// listWishes answers GET /1.0/wishlist (protocol 9.3):
//
//	{"products":[{…}],"response_groups":[…],"total_results":60}
//
// Pages begin at 0 and hold at most 50; num_results=0 gives the count alone.
// Products have explicit nulls, as in the library, and added_timestamp.
func (a *apiCall) listWishes() error {
	q := a.query
	size := q.integer("num_results", "numResults", 50, 0, 50)
	page := q.integer("page", "page", 0, 0, 1<<24)
	sort := q.oneOf("sort_by", "sortBy", "-DateAdded", "-DateAdded", "DateAdded", "Author", "-Author",
		"Price", "-Price", "Rating", "-Rating", "Title", "-Title")
	groups, err := a.groups(wishlistGroups())
	if err != nil {
		return err
	}
	v := a.view(groups)
	v.reviews = 3
	a.w.mu.RLock()
	found := slices.Clone(a.shelf.wishes)
	a.sortWishes(found, sort, v)
	a.w.mu.RUnlock()
	total := len(found)
	from := min(page*size, total)
	found = found[from:min(from+size, total)]
	tail := appendList([]byte(`],"response_groups":`), groups.echo()...)
	tail = append(appendInt(append(tail, `,"total_results":`...), int64(total)), '}')
	form := a.w.shapes.compile(a.w.shapes.wish, groups, false)
	a.stream([]byte(`{"products":[`), tail, len(found), func(dst []byte, i int) []byte {
		v.wish, v.t = &found[i], a.c.titles[found[i].title]
		return form.append(dst, &v)
	})
	return nil
}

// sortWishes orders a wish list; the world's lock is held.
func (a *apiCall) sortWishes(found []wish, sort string, v view) {
	key, descending := strings.CutPrefix(sort, "-")
	rating := func(at int32) float64 {
		v.t = a.c.titles[at]
		return v.stars(0).average()
	}
	slices.SortStableFunc(found, func(x, y wish) int {
		s, t := a.c.titles[x.title], a.c.titles[y.title]
		var order int
		switch key {
		case "Author":
			order = cmp.Compare(s.authors[0].name, t.authors[0].name)
		case "Title":
			order = cmp.Compare(s.name, t.name)
		case "Price":
			order = cmp.Compare(s.price.list, t.price.list)
		case "Rating":
			order = cmp.Compare(rating(x.title), rating(y.title))
		default:
			order = cmp.Compare(x.added, y.added)
		}
		if descending {
			return -order
		}
		return order
	})
}

// addWish answers POST /1.0/wishlist: 201, also for a title that is there.
func (a *apiCall) addWish() error {
	if a.w.isBurst(a.caller, a.now) {
		return overload()
	}
	t, err := a.readTitle()
	if err != nil {
		return err
	}
	a.w.mu.Lock()
	if a.shelf.wished(t.index) < 0 {
		a.shelf.wishes = append(a.shelf.wishes, wish{t.index, a.now.UnixMilli()})
	}
	a.w.mu.Unlock()
	a.rw.Header().Set("Location", "/1.0/wishlist/"+t.asin)
	a.rw.WriteHeader(http.StatusCreated)
	return nil
}

// removeWish answers DELETE /1.0/wishlist/{asin} with 204.
func (a *apiCall) removeWish() error {
	if a.w.isBurst(a.caller, a.now) {
		return overload()
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	if t, ok := a.c.lookup(a.request.PathValue("asin")); ok {
		if at := a.shelf.wished(t.index); at >= 0 {
			a.shelf.wishes = slices.Delete(a.shelf.wishes, at, at+1)
		}
	}
	a.rw.WriteHeader(http.StatusNoContent)
	return nil
}

// window counts calls in a span of time.
type window struct {
	from  time.Time
	calls int
}

// take counts a call and reports whether there were more than limit in span.
func (v *window) take(now time.Time, span time.Duration, limit int) bool {
	if now.Sub(v.from) >= span || now.Before(v.from) {
		*v = window{from: now}
	}
	v.calls++
	return v.calls > limit
}

// isBurst counts a change of the wish list and reports whether it is one too
// many in its second; off unless the quirk is on.
func (w *world) isBurst(c caller, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.quirks.WishlistWritesPerSecond == 0 {
		return false
	}
	v := w.wishBurst[c.accountID]
	over := v.take(now, time.Second, w.quirks.WishlistWritesPerSecond)
	w.wishBurst[c.accountID] = v
	return over
}

// budget is how many API calls an account gets per minute.
type budget struct {
	perMinute  int // 0 = no limit
	retryAfter bool
	spent      map[string]*window
}

// spend counts a call. When the budget is used up it returns true and how long
// the answer says to wait, or 0 if the answer is not to say.
func (w *world) spend(c caller, now time.Time) (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.budget.perMinute == 0 {
		return 0, false
	}
	v, ok := w.budget.spent[c.accountID]
	if !ok {
		v = &window{from: now}
		w.budget.spent[c.accountID] = v
	}
	if !v.take(now, time.Minute, w.budget.perMinute) {
		return 0, false
	}
	if !w.budget.retryAfter {
		return 0, true
	}
	return max(time.Minute-now.Sub(v.from), time.Second).Round(time.Second), true
}

// currentQuirks returns the oddities as they are now; a request keeps them to
// its end, so that a page is never half of one kind.
func (w *world) currentQuirks() Quirks {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.quirks
}

package audiblesim

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxImpliedSize is page times num_results above which the service refuses
// ("Implied library size is unsupported", seen by several clients).
const maxImpliedSize = 10_000

// libraryQuery is a parsed request for a library.
type libraryQuery struct {
	size, page     int
	sort           string
	after          time.Time
	since          int64  // state token; negative = a full listing
	active         bool   // status names Active, or is absent
	revoked        bool   // status names Revoked
	pending        bool   // include_pending: titles before their release too
	title, author  string // filters, part of the name in any case
	parent         string // parent_asin: the episodes of this show instead
	continuation   string // the token as it came, empty for page numbers
	continuesAfter int32  // title after which to go on, -1 = from the start
}

// librarySorts are the values of sort_by; the first is what an unsorted
// request gets, newest first.
func librarySorts() []string {
	return []string{
		"-PurchaseDate", "PurchaseDate", "Author", "-Author", "Length", "-Length",
		"Narrator", "-Narrator", "Title", "-Title",
	}
}

// parseLibrary reads the parameters of GET /library.
func (a *apiCall) parseLibrary() (libraryQuery, error) {
	q := a.query
	l := libraryQuery{
		size:  q.integer("num_results", "numResults", 50, 1, 1000),
		page:  q.integer("page", "page", 1, 1, 1<<30),
		sort:  q.oneOf("sort_by", "sortBy", "-PurchaseDate", librarySorts()...),
		after: q.instant("purchased_after", "purchasedAfter"),
		title: q.Get("title"), author: q.Get("author"), parent: q.Get("parent_asin"),
		since: -1, continuesAfter: -1,
	}
	if token := q.Get("state_token"); token != "" && token != "0" {
		since, err := strconv.ParseInt(token, 10, 64)
		if err != nil || since < 0 {
			q.bad.add(token, "stateToken", `Member must satisfy regular expression pattern: ^\d+$`)
		}
		l.since = since
	}
	l.pending = q.oneOf("include_pending", "includePending", "false", "true", "false") == "true"
	l.active = !q.Has("status")
	for status := range strings.SplitSeq(q.Get("status"), ",") {
		switch strings.TrimSpace(status) {
		case "Active":
			l.active = true
		case "Revoked":
			l.revoked = true
		case "":
		default:
			q.bad.add(status, "status", "Member must satisfy enum value set: [Active, Revoked]")
		}
	}
	a.readContinuation(&l)
	if a.quirks.SamePage {
		l.page = 1
	}
	if err := q.bad.err(); err != nil {
		return l, err
	}
	if !a.quirks.AnyLibrarySize && l.page > maxImpliedSize/l.size {
		return l, &apiError{status: http.StatusBadRequest, message: "Implied library size is unsupported"}
	}
	return l, nil
}

// readContinuation takes over where the answer before stopped.
func (a *apiCall) readContinuation(l *libraryQuery) {
	token := a.query.Get("continuation_token")
	if token == "" {
		return
	}
	text, err := base64.URLEncoding.DecodeString(token)
	var version int
	if err == nil {
		_, err = fmt.Sscanf(string(text), "%d|%d", &version, &l.continuesAfter)
	}
	if err != nil || version != 1 || l.continuesAfter < 0 {
		a.query.bad.add(token, "continuationToken", "Member must be a token of a previous response")
	}
	l.continuation, l.page = token, 1
}

// continuation makes the token that goes on after a title. It names the title
// and not a number, so that titles bought in between move nothing. It is base64
// of "1|title", a version and the title's number in the catalogue; clients must
// treat it as opaque.
func continuation(last entry) string {
	return base64.URLEncoding.EncodeToString(fmt.Appendf(nil, "1|%d", last.title))
}

// listLibrary answers GET /1.0/library (protocol 9.1):
//
//	Total-Count: 718                  titles in the whole answer
//	State-Token: 1777886999000        first page only; ms since 1970
//	Continuation-Token: MXwxMjM=      while there is more
//
//	{"items":[{…},{…}],"response_groups":["media","always-returned"]}
//
// The body has no total. Two ways lead through the pages, numbers from 1 and
// continuation tokens; only numbers fall under the bound of 10,000. A request
// with a state token gets what changed since, the returned titles among it if
// status asks for Revoked.
func (a *apiCall) listLibrary() error {
	l, err := a.parseLibrary()
	if err != nil {
		return err
	}
	groups, err := a.groups(libraryGroups())
	if err != nil {
		return err
	}
	if a.quirks.MaxCost > 0 && l.size*max(len(groups.names), 1) > a.quirks.MaxCost {
		return overload()
	}
	if l.parent != "" {
		return a.listEpisodes(l, groups)
	}
	a.w.mu.RLock()
	found := a.page(l)
	a.w.mu.RUnlock()
	header := a.rw.Header()
	header.Set("Total-Count", strconv.Itoa(found.total))
	if l.page == 1 && l.continuation == "" {
		header.Set("State-Token", strconv.FormatInt(found.token, 10))
	}
	if found.more {
		header.Set("Continuation-Token", continuation(found.entries[len(found.entries)-1]))
	}
	a.sendItems(l, groups, found.entries)
	return nil
}

// libraryPage is one page of a listing.
type libraryPage struct {
	entries []entry // copies
	total   int
	token   int64 // the shelf's, when the page was cut
	more    bool  // something follows
}

// page cuts a page out of the library; the world's lock is held.
func (a *apiCall) page(l libraryQuery) libraryPage {
	found := a.find(l)
	from := min((l.page-1)*l.size, len(found))
	if l.continuation != "" {
		from = 1 + slices.IndexFunc(found, func(at int32) bool {
			return a.shelf.entries[at].title == l.continuesAfter
		})
	}
	to := min(from+l.size, len(found))
	out := libraryPage{total: len(found), token: a.shelf.token, more: to > from && to < len(found)}
	out.entries = make([]entry, 0, to-from)
	for _, at := range found[from:to] {
		out.entries = append(out.entries, a.shelf.entries[at])
	}
	return out
}

// sendItems writes a page of a library, with the quirks that were asked for.
func (a *apiCall) sendItems(l libraryQuery, groups groupSet, found []entry) {
	head := []byte(`{"items":[`)
	tail := append(appendList([]byte(`],"response_groups":`), groups.echo()...), '}')
	if a.quirks.NullItemsFromPage > 0 && l.page >= a.quirks.NullItemsFromPage {
		sendJSON(a.rw, http.StatusOK, append([]byte(`{"items":null`), tail[1:]...))
		return
	}
	form := a.w.shapes.compile(a.w.shapes.library, groups, false)
	v := a.view(groups)
	v.reviews = 3
	a.stream(head, tail, len(found), func(dst []byte, i int) []byte {
		if a.quirks.NullItemEvery > 0 && (i+1)%a.quirks.NullItemEvery == 0 {
			return null(dst)
		}
		v.entry, v.t = &found[i], a.c.titles[found[i].title]
		return form.append(dst, &v)
	})
}

// find returns the places of the entries that a request asks for, in its order.
// The world's lock is held.
func (a *apiCall) find(l libraryQuery) []int32 {
	entries := a.shelf.entries
	found := make([]int32, 0, len(entries))
	for i := range entries {
		if a.matches(l, &entries[i]) {
			found = append(found, int32(i))
		}
	}
	key, descending := strings.CutPrefix(l.sort, "-")
	slices.SortFunc(found, func(x, y int32) int {
		order := cmp.Or(a.compare(key, &entries[x], &entries[y]), cmp.Compare(x, y))
		if descending {
			return -order
		}
		return order
	})
	return found
}

// matches reports whether an entry belongs into a listing. A delta has what
// changed after its token; purchased_after is exclusive, as its name says.
func (a *apiCall) matches(l libraryQuery, e *entry) bool {
	t := a.c.titles[e.title]
	switch {
	case e.changed <= l.since, e.revoked && !l.revoked, !e.revoked && !l.active:
		return false
	case !l.after.IsZero() && e.added <= l.after.UnixMilli():
		return false
	case !l.pending && !t.isReleased(a.now):
		return false
	case l.title != "" && !contains(t.name, l.title):
		return false
	}
	return l.author == "" || named(t.authors, l.author)
}

// compare orders two entries by one of the sort keys, without its sign.
func (a *apiCall) compare(key string, x, y *entry) int {
	s, t := a.c.titles[x.title], a.c.titles[y.title]
	switch key {
	case "Title":
		return cmp.Compare(s.name, t.name)
	case "Author":
		return cmp.Compare(s.authors[0].name, t.authors[0].name)
	case "Narrator":
		return cmp.Compare(s.narrators[0].name, t.narrators[0].name)
	case "Length":
		return cmp.Compare(s.minutes, t.minutes)
	default:
		return cmp.Compare(x.added, y.added)
	}
}

// named reports whether one of the people has the name, or a part of it.
func named(people []*person, name string) bool {
	return slices.ContainsFunc(people, func(p *person) bool { return contains(p.name, name) })
}

// maxEpisodes is how many episodes a library lists of a show (protocol 9.10).
const maxEpisodes = 10

// listEpisodes answers for the parts of an owned show: its newest episodes.
func (a *apiCall) listEpisodes(l libraryQuery, groups groupSet) error {
	a.w.mu.RLock()
	var found []entry
	show, ok := a.c.lookup(l.parent)
	if ok && a.shelf.owns(show.index) && show.delivery == deliveryShow {
		parent := a.shelf.find(show.index)
		for _, at := range slices.Backward(show.children) {
			if a.c.titles[at].isReleased(a.now) && len(found) < min(maxEpisodes, l.size) {
				found = append(found, entry{title: at, added: parent.added, changed: parent.changed, plus: true})
			}
		}
	}
	a.w.mu.RUnlock()
	a.rw.Header().Set("Total-Count", strconv.Itoa(len(found)))
	a.sendItems(l, groups, found)
	return nil
}

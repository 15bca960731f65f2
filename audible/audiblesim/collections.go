package audiblesim

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Ids of the collections that every account has (protocol 9.9).
const (
	wishlistCollection  = "__WISHLIST"
	archiveCollection   = "__ARCHIVE"
	favoritesCollection = "__FAVORITES"
)

// collections are the lists of one account in one store. The world's lock
// guards them.
type collections struct {
	lists []*collection
	token int64
}

// collection is a named list of titles, oldest addition first.
type collection struct {
	id, name, description string
	created               int64 // ms since 1970
	items                 []wish
}

// openCollections returns an account's collections with the fixed ones among them; the
// world's lock is held for writing. The wish list is shown as it is now.
func (a *apiCall) openCollections() *collections {
	key := shelfKey{a.caller.accountID, a.caller.marketplace}
	all, ok := a.w.lists[key]
	if !ok {
		all = &collections{token: a.now.UnixMilli()}
		for _, id := range []string{wishlistCollection, archiveCollection, favoritesCollection} {
			all.lists = append(all.lists, &collection{id: id, name: id[2:], created: all.token})
		}
		a.w.lists[key] = all
	}
	all.lists[0].items = a.shelf.wishes
	return all
}

// find returns a collection by id, or the refusal for an unknown one.
func (c *collections) find(id string) (*collection, error) {
	at := slices.IndexFunc(c.lists, func(one *collection) bool { return one.id == id })
	if at < 0 {
		return nil, notFound("Collection not found")
	}
	return c.lists[at], nil
}

// advance moves the token that a client sends back to prove it saw the list.
// It grows even while a simulated clock stands still.
func (c *collections) advance(now time.Time) { c.token = max(c.token+1, now.UnixMilli()) }

// append writes a collection without its titles, which have pages of their
// own.
func (c *collection) append(dst []byte, token int64) []byte {
	dst = appendText(append(dst, `{"collection_id":`...), c.id)
	dst = appendMillis(append(dst, `,"creation_date":`...), c.created)
	dst = appendText(append(dst, `,"description":`...), c.description)
	dst = appendText(append(dst, `,"name":`...), c.name)
	dst = appendText(append(dst, `,"state_token":`...), strconv.FormatInt(token, 10))
	return append(appendInt(append(dst, `,"total_count":`...), int64(len(c.items))), '}')
}

// listCollections answers GET /1.0/collections (protocol 9.9). The keys of a
// collection beyond its id, name and date are not established; those here are
// what its own endpoints return.
func (a *apiCall) listCollections() error {
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	all := a.openCollections()
	body := []byte(`{"collections":[`)
	for i, c := range all.lists {
		if i > 0 {
			body = append(body, ',')
		}
		body = c.append(body, all.token)
	}
	body = appendText(append(body, `],"state_token":`...), strconv.FormatInt(all.token, 10))
	sendJSON(a.rw, http.StatusOK, append(body, '}'))
	return nil
}

// collectionBody is what changes of collections send.
type collectionBody struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	ASINs       []string `json:"asins"`
}

// addCollection answers POST /1.0/collections.
func (a *apiCall) addCollection() error {
	var body collectionBody
	if err := a.read(&body); err != nil {
		return err
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	all := a.openCollections()
	id := strconv.FormatUint(newDice(hashText(a.caller.accountID), uint64(len(all.lists))).next(), 36)
	c := &collection{id: id, name: body.Name, description: body.Description, created: a.now.UnixMilli()}
	all.lists = append(all.lists, c)
	a.addItems(c, body.ASINs)
	all.advance(a.now)
	dst := appendText([]byte(`{"collection_id":`), id)
	dst = appendMillis(append(dst, `,"creation_date":`...), c.created)
	dst = appendText(append(dst, `,"customer_id":`...), a.caller.accountID)
	dst = appendText(append(dst, `,"marketplace":`...), a.c.shop.id)
	sendJSON(a.rw, http.StatusOK, append(dst, '}'))
	return nil
}

// addItems puts known titles into a collection and returns how many were new.
func (a *apiCall) addItems(c *collection, asins []string) int {
	added := 0
	for _, asin := range asins {
		t, ok := a.c.lookup(asin)
		if ok && !slices.ContainsFunc(c.items, func(v wish) bool { return v.title == t.index }) {
			c.items = append(c.items, wish{t.index, a.now.UnixMilli()})
			added++
		}
	}
	a.keepWishes(c)
	return added
}

// keepWishes makes the collection __WISHLIST and the wish list one.
func (a *apiCall) keepWishes(c *collection) {
	if c.id == wishlistCollection {
		a.shelf.wishes = c.items
	}
}

// withCollection runs a call on the collection that the path names, under the
// world's lock.
func (a *apiCall) withCollection(run func(*collections, *collection) error) error {
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	all := a.openCollections()
	c, err := all.find(a.request.PathValue("id"))
	if err != nil {
		return err
	}
	return run(all, c)
}

// showCollection answers GET /1.0/collections/{id}.
func (a *apiCall) showCollection() error {
	return a.withCollection(func(all *collections, c *collection) error {
		sendJSON(a.rw, http.StatusOK, c.append(nil, all.token))
		return nil
	})
}

// renameCollection answers PUT /1.0/collections/{id}.
func (a *apiCall) renameCollection() error {
	var body collectionBody
	if err := a.read(&body); err != nil {
		return err
	}
	return a.withCollection(func(all *collections, c *collection) error {
		c.name, c.description = body.Name, body.Description
		all.advance(a.now)
		sendJSON(a.rw, http.StatusOK, c.append(nil, all.token))
		return nil
	})
}

// collectionPage is how many items one answer has.
const collectionPage = 100

// listCollectionItems answers GET /1.0/collections/{id}/items:
//
//	{"continuation_token":"100","items":[
//	  {"addition_date":"2026-06-19T09:20:50.749Z","asin":"…"}]}
//
// Unlike the library's, the token is in the body; null ends the list.
func (a *apiCall) listCollectionItems() error {
	from := a.query.integer("continuation_token", "continuationToken", 0, 0, 1<<24)
	if err := a.query.bad.err(); err != nil {
		return err
	}
	return a.withCollection(func(_ *collections, c *collection) error {
		from = min(from, len(c.items))
		to := min(from+collectionPage, len(c.items))
		body := []byte(`{"continuation_token":null,"items":[`)
		if to < len(c.items) {
			body = append(appendText([]byte(`{"continuation_token":`), strconv.Itoa(to)), `,"items":[`...)
		}
		for i, item := range c.items[from:to] {
			if i > 0 {
				body = append(body, ',')
			}
			body = appendMillis(append(body, `{"addition_date":`...), item.added)
			body = append(appendText(append(body, `,"asin":`...), a.c.titles[item.title].asin), '}')
		}
		sendJSON(a.rw, http.StatusOK, append(body, "]}"...))
		return nil
	})
}

// addToCollection answers POST /1.0/collections/{id}/items.
func (a *apiCall) addToCollection() error {
	var body collectionBody
	if err := a.read(&body); err != nil {
		return err
	}
	return a.withCollection(func(all *collections, c *collection) error {
		added := a.addItems(c, body.ASINs)
		all.advance(a.now)
		dst := appendText([]byte(`{"description":`), c.description)
		dst = appendText(append(dst, `,"name":`...), c.name)
		dst = appendInt(append(dst, `,"num_items_added":`...), int64(added))
		dst = appendText(append(dst, `,"state_token":`...), strconv.FormatInt(all.token, 10))
		sendJSON(a.rw, http.StatusOK, append(dst, '}'))
		return nil
	})
}

// removeFromCollection answers DELETE /1.0/collections/{id}/items, which names
// each ASIN in a parameter of its own.
func (a *apiCall) removeFromCollection() error {
	return a.withCollection(func(all *collections, c *collection) error {
		c.items = slices.DeleteFunc(slices.Clone(c.items), func(item wish) bool {
			return slices.Contains(a.query.Values["asins"], a.c.titles[item.title].asin)
		})
		a.keepWishes(c)
		all.advance(a.now)
		sendJSON(a.rw, http.StatusOK, c.append(nil, all.token))
		return nil
	})
}

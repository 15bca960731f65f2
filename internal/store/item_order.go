package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/audipy/audipy/internal/audipy"
)

// ItemSort is an order of library items. Ties are broken by account, store and
// ASIN, so that every order is total.
type ItemSort string

// The orders.
const (
	SortTitle     ItemSort = ""          // by title, folded; the zero value
	SortAuthor    ItemSort = "author"    // by the first author, folded
	SortPurchased ItemSort = "purchased" // the latest purchase first
	SortAdded     ItemSort = "added"     // the latest that our syncs saw first
	SortReleased  ItemSort = "released"  // the latest release first
	SortLongest   ItemSort = "longest"   // the longest first
)

// order is an ItemSort in SQL.
type order struct {
	key        string // never NULL
	number     bool   // whether the key is an integer
	descending bool
}

func (s ItemSort) order() (order, error) {
	switch s {
	case SortTitle:
		return order{key: "title_key"}, nil
	case SortAuthor:
		return order{key: "authors_key"}, nil
	case SortPurchased:
		return order{key: "coalesce(purchased_at, 0)", number: true, descending: true}, nil
	case SortAdded:
		return order{key: "added_at", number: true, descending: true}, nil
	case SortReleased:
		return order{key: "release_date", descending: true}, nil
	case SortLongest:
		return order{key: "runtime_minutes", number: true, descending: true}, nil
	}
	return order{}, audipy.Fail(audipy.Invalid, fmt.Sprintf("%q is not an order of titles", string(s)), nil).
		WithHint("sort by title, author, purchased, added, released or longest")
}

// isSearch reports whether texts have to be compared.
func (f ItemFilter) isSearch() bool { return f.Search+f.Author+f.Narrator+f.Series != "" }

// order is the filter's order. A search looks at every title, which is done
// several times faster in the order of the texts than in that of the index that
// has the order asked for; the expressions keep that index out of it.
func (f ItemFilter) order() (order, error) {
	o, err := f.Sort.order()
	if !f.isSearch() {
		return o, err
	}
	if f.Sort == SortTitle {
		o.key = "coalesce(title_key, '')"
	}
	if f.Sort == SortPurchased {
		o.key = "coalesce(purchased_at, 0) + 0"
	}
	return o, err
}

// by is the ORDER BY clause.
func (o order) by() string {
	if o.descending {
		return ` ORDER BY ` + o.key + ` DESC, account_id DESC, marketplace DESC, asin DESC`
	}
	return ` ORDER BY ` + o.key + `, account_id, marketplace, asin`
}

// page is the query of the first titles after the filter's cursor, with the key
// of each in the order and the number of all of them, or -1. A search first
// finds the keys of all that fit, in an index where it has all that is asked
// for, and reads no other titles than those of the page.
func (f *filter) page(o order, items ItemFilter, limit int) (string, error) {
	if !items.isSearch() {
		if err := f.after(o, items); err != nil {
			return "", err
		}
		return `SELECT ` + itemColumns + `, ` + o.key + `, -1 FROM library_items WHERE ` + f.text + o.by() +
			` LIMIT ` + f.param(limit), nil
	}
	found := `WITH found AS MATERIALIZED (
		SELECT ` + o.key + ` AS place, account_id, marketplace, asin FROM library_items WHERE ` + f.text + `)`
	o.key = "place"
	rest := filter{text: "TRUE", args: f.args}
	if err := rest.after(o, items); err != nil {
		return "", err
	}
	limited := rest.param(limit)
	f.args = rest.args
	return found + `, page AS MATERIALIZED (SELECT * FROM found WHERE ` + rest.text + o.by() + ` LIMIT ` + limited + `)
		SELECT ` + itemColumns + `, place, (SELECT count(*) FROM found)
		FROM page JOIN library_items USING (account_id, marketplace, asin) WHERE user_id = $1` + o.by(), nil
}

// cursor is the place of an item in an order. Its text form is base64url of
// its JSON.
type cursor struct {
	Sort        ItemSort         `json:"s,omitempty"`
	Text        string           `json:"t,omitempty"`
	Number      int64            `json:"n,omitempty"`
	Account     audipy.AccountID `json:"a"`
	Marketplace string           `json:"m"`
	ASIN        string           `json:"i"`
}

// cursorAt is the cursor of an item whose key in the order is key, as the
// database returned it.
func cursorAt(sort ItemSort, key any, item *audipy.Item) (string, error) {
	c := cursor{Sort: sort, Account: item.AccountID, Marketplace: item.Marketplace, ASIN: item.ASIN}
	switch v := key.(type) {
	case string:
		c.Text = v
	case int64:
		c.Number = v
	default:
		return "", fmt.Errorf("make cursor: the key is %T", key)
	}
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("make cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(text), nil
}

// parseCursor reads a cursor that a caller handed back. It comes from outside,
// so nothing of it but bound parameters reaches a query.
func parseCursor(text string, sort ItemSort) (cursor, error) {
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || c.Sort != sort {
		return cursor{}, audipy.Fail(audipy.Invalid, "the cursor does not belong to this list", err).
			WithHint("start again from the first page")
	}
	return c, nil
}

// after keeps to what follows the filter's cursor, if it has one.
func (f *filter) after(o order, items ItemFilter) error {
	if items.After == "" {
		return nil
	}
	c, err := parseCursor(items.After, items.Sort)
	if err != nil {
		return err
	}
	var key any = c.Text
	if o.number {
		key = c.Number
	}
	than := " > "
	if o.descending {
		than = " < "
	}
	f.add("("+o.key+", account_id, marketplace, asin)"+than+"(?, ?, ?, ?)",
		key, string(c.Account), c.Marketplace, c.ASIN)
	return nil
}

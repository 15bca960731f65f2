package audible_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/audipy/audipy/audible"
)

// object is JSON as encoding/json reads it, from which the functions of this
// file build what the package should read: the slow, obvious way.
type object = map[string]any

// referenceLibrary reads a library page with encoding/json.
func referenceLibrary(body []byte) (items []audible.Product, nulls int, listed bool, err error) {
	var top any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&top); err != nil {
		return nil, 0, false, err
	}
	if _, err := decoder.Token(); err == nil || err.Error() != "EOF" {
		return nil, 0, false, fmt.Errorf("more after the value: %w", err)
	}
	page, ok := top.(object)
	if !ok {
		return nil, 0, false, fmt.Errorf("no object but %T", top)
	}
	list, listed := page["items"].([]any)
	for _, one := range list {
		if item, ok := one.(object); ok {
			items = append(items, referenceProduct(item))
		} else {
			nulls++
		}
	}
	for _, name := range []string{"removed_asins", "deleted_asins", "revoked_asins", "removed_items", "deleted_items", "revoked_items"} {
		if _, ok := page[name].([]any); ok {
			listed = true
		}
	}
	return items, nulls, listed, nil
}

func referenceProduct(m object) audible.Product {
	p := audible.Product{
		ASIN: text(m["asin"]), Title: text(m["title"]), Subtitle: text(m["subtitle"]),
		Publisher: text(m["publisher_name"]), Language: text(m["language"]),
		RuntimeMinutes: int(max(integer(m["runtime_length_min"]), 0)),
		ReleaseDate:    text(m["release_date"]), IssueDate: text(m["issue_date"]),
		PublishedAt:  when(m["publication_datetime"]),
		DeliveryType: text(m["content_delivery_type"]), ContentType: text(m["content_type"]), Format: text(m["format_type"]),
		WishedAt: when(m["added_timestamp"]),
		Availability: audible.Availability{
			State: text(m["product_state"]), Buyable: flag(m["is_buyable"]), Preorderable: flag(m["is_preorderable"]),
			Suppressed: flag(m["is_purchasability_suppressed"]), Listenable: flag(m["is_listenable"]),
		},
		Authors: people(m["authors"]), Narrators: people(m["narrators"]), Hollow: true,
	}
	for key, value := range m {
		if key != "asin" && value != nil {
			p.Hollow = false
		}
	}
	for _, one := range list(m["series"]) {
		place := audible.SeriesPlace{ASIN: text(one["asin"]), Title: text(one["title"]), Sequence: text(one["sequence"])}
		if place.ASIN+place.Title != "" {
			p.Series = append(p.Series, place)
		}
	}
	for _, one := range list(m["plans"]) {
		if name := text(one["plan_name"]); name != "" {
			p.Plans = append(p.Plans, audible.Plan{Name: name, End: when(one["end_date"])})
		}
	}
	for _, one := range list(m["relationships"]) {
		if asin := text(one["asin"]); asin != "" {
			p.Relationships = append(p.Relationships, audible.Relationship{
				ASIN: asin, Title: text(one["title"]), Kind: text(one["relationship_type"]),
				Role: text(one["relationship_to_product"]), Sequence: text(one["sequence"]), Sort: int(integer(one["sort"])),
			})
		}
	}
	if price, ok := m["price"].(object); ok {
		p.Price = &audible.Price{
			List: amount(price["list_price"]), Lowest: amount(price["lowest_price"]),
			Whispersync: amount(price["ws4v_upsell_price"]), Credits: number(price["credit_price"]),
		}
	}
	referenceOwnership(m, &p.Ownership)
	return p
}

// referenceOwnership leaves out what two places of an item say at once: there
// the order in the text decides, which a map has lost.
func referenceOwnership(m object, o *audible.Ownership) {
	status, _ := m["library_status"].(object)
	rights, _ := m["customer_rights"].(object)
	listening, _ := m["listening_status"].(object)
	*o = audible.Ownership{
		Status: text(m["status"]), PurchasedAt: when(m["purchase_date"]), AddedAt: when(status["date_added"]),
		Origin: text(m["origin_type"]), Borrowed: flag(m["is_ayce"]), ConsumableUntil: when(rights["is_consumable_until"]),
		Visible: flag(status["is_visible"]), FinishedAt: when(listening["finished_at_timestamp"]),
		SecondsLeft: int(max(integer(listening["time_remaining_seconds"]), 0)),
	}
}

func people(v any) []audible.Contributor {
	var all []audible.Contributor
	for _, one := range list(v) {
		if name := text(one["name"]); name != "" {
			all = append(all, audible.Contributor{ASIN: text(one["asin"]), Name: name})
		}
	}
	return all
}

func amount(v any) audible.Amount {
	m, _ := v.(object)
	return audible.Amount{Base: number(m["base"]), Currency: text(m["currency_code"]), Type: text(m["type"])}
}

// list returns the elements of an array; those that are no objects count as
// empty ones.
func list(v any) []object {
	elements, _ := v.([]any)
	all := make([]object, 0, len(elements))
	for _, one := range elements {
		m, _ := one.(object)
		all = append(all, m)
	}
	return all
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func number(v any) float64 {
	x, err := strconv.ParseFloat(text(v), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}

func integer(v any) int64 {
	x := number(v)
	if math.Abs(x) > 1<<53 {
		return 0
	}
	return int64(x)
}

func flag(v any) audible.Flag {
	switch text(v) {
	case "true":
		return audible.FlagTrue
	case "false":
		return audible.FlagFalse
	}
	return audible.FlagUnset
}

func when(v any) time.Time { return audible.ParseTime(text(v)) }

// hasDuplicateKeys reports whether any object names a key twice: JSON leaves
// open what that means.
func hasDuplicateKeys(body []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(body))
	var open []map[string]bool
	wantKey := []bool{}
	for {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		top := len(open) - 1
		if key, ok := token.(string); ok && top >= 0 && open[top] != nil && wantKey[top] {
			if open[top][key] {
				return true
			}
			open[top][key] = true
			wantKey[top] = false
			continue
		}
		switch token {
		case json.Delim('{'):
			open, wantKey = append(open, map[string]bool{}), append(wantKey, true)
			continue
		case json.Delim('['):
			open, wantKey = append(open, nil), append(wantKey, false)
			continue
		case json.Delim('}'), json.Delim(']'):
			open, wantKey = open[:top], wantKey[:top]
			top--
		}
		if top >= 0 && open[top] != nil {
			wantKey[top] = true
		}
	}
}

// isOutsideScanner reports whether JSON is of a kind that the scanner refuses
// on purpose: nested deeper than any answer.
func isOutsideScanner(body []byte) bool {
	return strings.Count(string(body), "[")+strings.Count(string(body), "{") > 60
}

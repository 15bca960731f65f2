package audiblesim

import (
	"math"
	"strconv"
)

// Membership is what an account pays for, which decides its cash price.
type Membership int

const (
	// Member has a plan with credits: 30 % off, titles in Plus included.
	Member Membership = iota
	// NotMember pays the list price.
	NotMember
)

// Price is what a title costs from now on; amounts are in the minor unit of
// the store's currency (cents, or yen).
type Price struct {
	// List is the list price; 0 takes every price away: not buyable.
	List int `json:"list"`
	// Sale is a promotion below the list price; 0 means none.
	Sale int `json:"sale,omitempty"`
	// Whispersync is the price beside an owned Kindle edition; 0 means that
	// there is none.
	Whispersync int `json:"whispersync,omitempty"`
	// NoCredit is true if a credit does not buy the title.
	NoCredit bool `json:"no_credit,omitempty"`
}

// tradeColumns are the price and what the title is a part or a member of.
func tradeColumns() []column {
	return []column{
		{"price", "price", appendPrice},
		{"relationships", "relationships relationships_v2", appendRelationships},
	}
}

// lowest returns the cash price for an account and its type on the wire.
func (p price) lowest(m Membership) (amount int32, kind string) {
	switch {
	case p.sale > 0:
		return p.sale, "sale"
	case m == Member:
		// Half a cent goes down: 29.95 becomes 20.96 in the samples.
		return (p.list*70 + 49) / 100, "member"
	}
	return p.list, "list"
}

// appendPrice writes null for a title that has no price or can't be bought, and
// otherwise (protocol 9.4)
//
//	{"credit_price":1.0,
//	 "list_price":{"base":29.950000762939453,"currency_code":"USD","merchant_id":"…","type":"list"},
//	 "lowest_price":{"base":20.959999084472656,…,"type":"member"},
//	 "ws4v_upsell_price":{…,"type":"ws4v_upsell"}}
//
// where absent prices and four flags are null in the library and on the wish
// list, and missing in the catalogue.
func appendPrice(dst []byte, v *view) []byte {
	p := v.t.price
	if p.list == 0 || v.t.delisted {
		return null(dst)
	}
	dst = append(dst, '{')
	switch {
	case !p.noCredit:
		dst = append(dst, `"credit_price":1.0,`...)
	case !v.omit:
		dst = append(dst, `"credit_price":null,`...)
	}
	if !v.omit {
		dst = append(dst, `"is_buy_for_free_eligible":null,"is_credit_price_eligible":null,`...)
		dst = append(dst, `"is_free_eligible":null,"is_ws4v_upsell_eligible":null,`...)
	}
	lowest, kind := p.lowest(v.member)
	dst = v.appendAmount(append(dst, `"list_price":`...), p.list, "list")
	dst = v.appendAmount(append(dst, `,"lowest_price":`...), lowest, kind)
	switch {
	case p.ws4v > 0:
		dst = v.appendAmount(append(dst, `,"ws4v_upsell_price":`...), p.ws4v, "ws4v_upsell")
	case !v.omit:
		dst = append(dst, `,"ws4v_upsell_price":null`...)
	}
	return append(dst, '}')
}

// appendAmount writes one price with its currency, seller and type (protocol
// 9.4).
func (v *view) appendAmount(dst []byte, minor int32, kind string) []byte {
	dst = appendFloat(append(dst, `{"base":`...), widened(minor, v.c.shop.minorDigits()))
	dst = appendText(append(dst, `,"currency_code":`...), v.c.shop.currency)
	dst = appendText(append(dst, `,"merchant_id":`...), v.c.shop.merchant)
	return append(appendText(append(dst, `,"type":`...), kind), '}')
}

// widened returns an amount as Audible sends it: rounded to 32 bits and then
// written with the digits of 64.
func widened(minor int32, digits int) float64 {
	return float64(float32(float64(minor) / math.Pow10(digits)))
}

// appendRelationships writes the parts, episodes and series of a title.
func appendRelationships(dst []byte, v *view) []byte {
	dst = append(dst, '[')
	from := len(dst)
	for _, m := range v.t.series {
		dst = v.appendRelation(dst, relation{
			asin: m.series.asin, title: m.series.name, delivery: "BookSeries",
			direction: "parent", kind: "series", sequence: m.sequence, sort: m.series.position(v.t.index),
			sku: m.series.sku(),
		})
	}
	for i, at := range v.t.children {
		child := v.c.titles[at]
		kind := "component"
		if child.delivery == deliveryEpisode {
			kind = "episode"
		}
		dst = v.appendRelation(dst, relation{
			asin: child.asin, title: child.name, delivery: child.delivery.String(),
			direction: "child", kind: kind, sequence: strconv.Itoa(i + 1), sort: i + 1,
			sku: string(appendStock(nil, child)),
		})
	}
	if v.t.parent >= 0 {
		parent := v.c.titles[v.t.parent]
		dst = v.appendRelation(dst, relation{
			asin: parent.asin, title: parent.name, delivery: parent.delivery.String(),
			direction: "parent", kind: "component", sort: 1, sku: string(appendStock(nil, parent)),
		})
	}
	if len(dst) == from {
		return null(dst[:from-1])
	}
	return append(dst, ']')
}

// relation is one entry of relationships.
type relation struct {
	asin, title, delivery     string
	direction, kind, sequence string
	sku                       string
	sort                      int
}

// appendRelation writes one entry. sort is a number in a text;
// relationships_v2 has no stock numbers (protocol 9.1).
func (v *view) appendRelation(dst []byte, r relation) []byte {
	if dst[len(dst)-1] != '[' {
		dst = append(dst, ',')
	}
	dst = appendText(append(dst, `{"asin":`...), r.asin)
	dst = appendText(append(dst, `,"content_delivery_type":`...), r.delivery)
	dst = appendText(append(dst, `,"relationship_to_product":`...), r.direction)
	dst = appendText(append(dst, `,"relationship_type":`...), r.kind)
	dst = appendText(append(dst, `,"sequence":`...), r.sequence)
	if !v.v2 {
		dst = appendText(append(dst, `,"sku":`...), r.sku)
		dst = appendText(append(dst, `,"sku_lite":`...), r.sku)
	}
	dst = appendText(append(dst, `,"sort":`...), strconv.Itoa(r.sort))
	dst = appendText(append(dst, `,"title":`...), r.title)
	dst = append(dst, `,"url":"`...)
	return append(appendAddress(dst, r.title, r.asin), `"}`...)
}

// position is a title's place in display order, from 1. A box set stands in
// front of its volumes and shifts those behind it.
func (s *seriesRecord) position(title int32) int {
	for i, m := range s.members {
		if m.title == title {
			return i + 1
		}
	}
	return 0
}

// sku is the stock number of a series.
func (s *seriesRecord) sku() string {
	return "SE_RIES_" + strconv.FormatUint(100_000+hashText(s.asin)%900_000, 10)
}

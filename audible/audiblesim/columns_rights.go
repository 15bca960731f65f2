package audiblesim

import "strings"

// rightsColumns are what may be done with a title, where, and under which
// plans. All come with the group customer_rights (protocol 9.1).
func rightsColumns() []column {
	return []column{
		{"customer_rights", "customer_rights", appendRights},
		{"distribution_rights_region", "customer_rights", func(dst []byte, v *view) []byte {
			return append(dst, v.w.regions[v.t.hash()%3]...)
		}},
		{"is_buyable", "customer_rights", flagOf(func(v *view) bool { return v.t.price.list > 0 && !v.t.delisted })},
		{"is_preorderable", "customer_rights", flagOf(func(v *view) bool { return !v.isOut() && !v.t.delisted })},
		{"is_world_rights", "customer_rights", constant("false")},
		{"is_purchasability_suppressed", "media", flagOf(func(v *view) bool { return v.t.delisted })},
		{"plans", "customer_rights product_plans", appendPlans},
		{"product_state", "customer_rights", textOf(productState)},
		{"program_participation", "customer_rights", textOf(func(v *view) string {
			if v.t.original {
				return "Audible Original"
			}
			return ""
		})},
		{"is_ws4v_enabled", "ws4v ws4v_rights", flagOf(func(v *view) bool { return v.t.price.ws4v > 0 })},
	}
}

// productState has the values of protocol 9.4.
func productState(v *view) string {
	switch {
	case v.t.delisted:
		return "NOT_AVAILABLE_FOR_PURCHASE"
	case !v.isOut():
		return "AVAILABLE_FOR_PREORDER"
	}
	return "AVAILABLE"
}

// appendRights says what the account may do; an anonymous caller has none. A
// purchase lasts; a title from Plus can be heard until the far end of Plus, and
// no longer at all once it has left Plus:
//
//	             consumable  indefinitely  until
//	bought       true        true          null
//	in Plus      true        false         2099-12-31T12:00:00Z
//	left Plus    false       false         2099-12-31T12:00:00Z
func appendRights(dst []byte, v *view) []byte {
	if v.account == "" {
		return null(dst)
	}
	// A title taken from Plus can be heard as long as it is in Plus.
	borrowed := v.entry != nil && v.entry.plus
	consumable := !borrowed || v.t.plus
	dst = appendBool(append(dst, `{"is_consumable":`...), consumable)
	dst = appendBool(append(dst, `,"is_consumable_indefinitely":`...), !borrowed)
	dst = appendBool(append(dst, `,"is_consumable_offline":`...), consumable)
	dst = append(dst, `,"is_consumable_until":`...)
	if borrowed {
		return append(dst, `"2099-12-31T12:00:00Z"}`...)
	}
	if v.omit {
		return append(dst[:len(dst)-len(`,"is_consumable_until":`)], '}')
	}
	return append(dst, "null}"...)
}

// appendPlans names AccessViaMusic on every title and the membership's plan on
// those in Plus. Dates have five fraction digits.
func appendPlans(dst []byte, v *view) []byte {
	dst = append(dst, '[')
	dst = v.appendPlan(dst, "AccessViaMusic", "1970-01-01T00:00:00.00000Z", "2099-12-31T00:00:00.00000Z")
	if v.t.plus {
		dst = append(dst, ',')
		dst = v.appendPlan(dst, v.c.shop.plus, "2024-11-21T18:11:00.00011Z", "2099-12-31T12:00:00.00000Z")
	}
	return append(dst, ']')
}

// appendPlan writes one plan. Its two unknown keys are null in the library and
// in no catalogue answer.
func (v *view) appendPlan(dst []byte, name, start, end string) []byte {
	dst = append(dst, '{')
	if !v.omit {
		dst = append(dst, `"customer_eligible":null,"detail_plan_names":null,`...)
	}
	dst = appendText(append(dst, `"end_date":`...), end)
	dst = appendText(append(dst, `,"plan_name":`...), name)
	return append(appendText(append(dst, `,"start_date":`...), start), '}')
}

// loadRegions prepares the three lists of countries that titles are sold in;
// they have 191 to 244 entries in the samples.
func loadRegions() [3][]byte {
	all := strings.Fields(readText("data/regions.txt"))
	var out [3][]byte
	for i, n := range [3]int{191, 235, len(all)} {
		out[i] = appendList(nil, all[:min(n, len(all))]...)
	}
	return out
}

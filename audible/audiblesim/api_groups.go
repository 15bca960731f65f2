package audiblesim

import (
	"net/url"
	"slices"
	"strings"
)

// libraryGroups lists the response groups that /library takes (protocol 9.1).
// library_status and always-returned come back in answers and are accepted.
func libraryGroups() []string {
	return strings.Fields(`badge_types badges categories category_ladders
		category_media category_metadata claim_code_url contributors
		customer_rights in_wishlist is_archived is_downloaded is_finished
		is_playable is_removable is_returnable is_visible listening_status
		media order_details origin origin_asin pdf_url percent_complete
		periodicals price product_attrs product_desc product_details
		product_extended_attrs product_plan_details product_plans
		profile_sharing provided_review rating relationships
		relationships_v2 review_attrs reviews sample series shared sku ws4v
		ws4v_rights library_status always-returned`)
}

// catalogGroups lists those of the catalogue (protocol 9.4); library groups
// such as pdf_url are refused there.
func catalogGroups() []string {
	return strings.Fields(`badges category_ladders claim_code_url contributors
		customer_rights goodreads_ratings media price product_attrs
		product_desc product_details product_extended_attrs
		product_plan_details product_plans profile_sharing provided_review
		rating relationships relationships_v2 review_attrs reviews rights
		sample series sku ws4v_rights always-returned`)
}

// wishlistGroups lists those of the wish list (protocol 9.3), and the ones that
// audible-cli sends there.
func wishlistGroups() []string {
	return strings.Fields(`contributors media price product_attrs product_desc
		product_extended_attrs product_plan_details product_plans rating
		sample sku customer_rights relationships relationships_v2 series
		reviews review_attrs provided_review category_ladders badges
		claim_code_url always-returned`)
}

// accountGroups lists those of /account/information. Two are refused by the
// US store (protocol 9.7).
func accountGroups(store string) []string {
	groups := strings.Fields(`subscription_details customer_segment
		delinquency_status customer_benefits customer_segments
		subscription_details_payment_instrument plan_summary always-returned`)
	if store != "us" {
		groups = append(groups, "subscription_details_rodizio", "subscription_details_channels")
	}
	return groups
}

// customerGroups lists those of /customer/information.
func customerGroups() []string {
	return strings.Fields(`migration_details subscription_details_rodizio
		subscription_details_premium customer_segment
		subscription_details_channels always-returned`)
}

// parseGroups reads response_groups and refuses what the endpoint doesn't know.
func parseGroups(q url.Values, known []string) (groupSet, error) {
	values, given := q["response_groups"]
	if !given {
		return groupSet{none: true}, nil
	}
	var asked, unknown []string
	for name := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name = strings.TrimSpace(name)
		switch {
		case name == "" || slices.Contains(asked, name):
		case slices.Contains(known, name):
			asked = append(asked, name)
		default:
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		message := "Invalid response group(s) requested: " + strings.Join(unknown, ", ")
		return groupSet{}, &apiError{status: 400, message: message, coded: true}
	}
	if len(asked) == 0 {
		return groupSet{}, &apiError{status: 400, message: "No response groups populated.", code: "000307", coded: true}
	}
	return groupSet{names: asked}, nil
}

package audiblesim

// ownershipColumns are what a library says about having a title. Outside the
// library they are null.
func ownershipColumns() []column {
	return []column{
		{"status", "always", owned(func(dst []byte, v *view) []byte {
			if v.entry.revoked {
				return append(dst, `"Revoked"`...)
			}
			return append(dst, `"Active"`...)
		})},
		{"purchase_date", "always", owned(func(dst []byte, v *view) []byte { return appendMillis(dst, v.entry.added) })},
		{"library_status", "always", owned(appendLibraryStatus)},
		{"is_ayce", "always", owned(flagOf(func(v *view) bool { return v.entry.plus }))},
		{"benefit_id", "customer_rights", owned(textOf(func(v *view) string {
			if v.entry.plus {
				return "AYCL"
			}
			return ""
		}))},
		{"is_pending", "customer_rights", owned(flagOf(isPending))},
		{"is_removable", "customer_rights is_removable", owned(flagOf(func(v *view) bool { return v.entry.plus }))},
		{"is_returnable", "customer_rights is_returnable", owned(flagOf(func(v *view) bool { return v.entry.plus }))},
		{"is_visible", "customer_rights is_visible", owned(flagOf(func(v *view) bool { return !v.entry.revoked }))},
		{"origin_asin", "origin_asin", owned(textOf(func(v *view) string { return v.t.asin }))},
		{"origin_id", "customer_rights origin_asin origin", owned(appendOrder)},
		{"origin_marketplace", "customer_rights origin_asin origin", owned(textOf(func(v *view) string { return v.c.shop.id }))},
		{"origin_type", "customer_rights origin_asin origin", owned(textOf(func(v *view) string {
			if v.entry.plus {
				return ""
			}
			return "Purchase"
		}))},
		{"order_id", "order_details", owned(appendOrder)},
		{"order_item_id", "order_details", owned(appendOrder)},
	}
}

// flagColumns are the library's groups that fill one key each.
func flagColumns() []column {
	return []column{
		{"is_archived", "is_archived", owned(flagOf(func(v *view) bool { return v.entry.archived }))},
		{"is_downloaded", "is_downloaded", owned(constant("false"))},
		{"is_finished", "is_finished", owned(flagOf(func(v *view) bool { return v.entry.finished > 0 }))},
		{"is_playable", "is_playable", owned(flagOf(func(v *view) bool { return v.isOut() && !v.entry.revoked }))},
		{"percent_complete", "percent_complete", owned(func(dst []byte, v *view) []byte {
			return appendFloat(dst, v.percent())
		})},
		{"listening_status", "listening_status", owned(appendListening)},
		{"is_in_wishlist", "in_wishlist product_extended_attrs", func(dst []byte, v *view) []byte {
			if v.account == "" {
				return null(dst)
			}
			return appendBool(dst, v.wished || v.wish != nil)
		}},
		{"added_timestamp", "always", func(dst []byte, v *view) []byte {
			if v.wish == nil {
				return null(dst)
			}
			return appendSeconds(dst, v.wish.added)
		}},
	}
}

// owned makes a column null outside the library.
func owned(render func([]byte, *view) []byte) func([]byte, *view) []byte {
	return func(dst []byte, v *view) []byte {
		if v.entry == nil {
			return null(dst)
		}
		return render(dst, v)
	}
}

// isPending is true for a title that was ordered before its release.
func isPending(v *view) bool { return !v.isOut() }

// appendLibraryStatus repeats date_added, which equals purchase_date in every
// sample. is_preordered is null unless the title is still to come.
func appendLibraryStatus(dst []byte, v *view) []byte {
	dst = appendMillis(append(dst, `{"date_added":`...), v.entry.added)
	dst = appendBool(append(dst, `,"is_pending":`...), isPending(v))
	dst = append(dst, `,"is_preordered":`...)
	if isPending(v) {
		dst = append(dst, "true"...)
	} else {
		dst = null(dst)
	}
	dst = appendBool(append(dst, `,"is_removable":`...), v.entry.plus)
	return append(appendBool(append(dst, `,"is_visible":`...), !v.entry.revoked), '}')
}

// appendOrder writes an invented order number. Titles bought at one instant
// share it; a Plus title has none.
func appendOrder(dst []byte, v *view) []byte {
	if v.entry.plus {
		return null(dst)
	}
	h := newDice(hashText(v.account), uint64(v.entry.added)).next()
	dst = append(dst, `"D01-`...)
	for i := range 14 {
		if i == 7 {
			dst = append(dst, '-')
		}
		dst = append(dst, byte('0'+h%10))
		h /= 10
	}
	return append(dst, '"')
}

// percent is how much of the title was heard, 0 to 100.
func (v *view) percent() float64 {
	length := int64(v.t.minutes) * 60_000
	if v.entry.finished > 0 {
		return 100
	}
	if length == 0 {
		return 0
	}
	return min(float64(v.entry.heardMS)*100/float64(length), 100)
}

// appendListening writes how far the account is. The remaining seconds follow
// from the last position, so the two never contradict each other.
func appendListening(dst []byte, v *view) []byte {
	left := max(int64(v.t.minutes)*60-int64(v.entry.heardMS)/1000, 0)
	dst = append(dst, `{"finished_at_timestamp":`...)
	if v.entry.finished > 0 {
		dst = appendMillis(dst, v.entry.finished)
	} else {
		dst = null(dst)
	}
	dst = appendBool(append(dst, `,"is_finished":`...), v.entry.finished > 0)
	dst = appendFloat(append(dst, `,"percent_complete":`...), v.percent())
	return append(appendInt(append(dst, `,"time_remaining_seconds":`...), left), '}')
}

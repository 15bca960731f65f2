package audiblesim

import (
	"strings"
	"unicode/utf8"
)

// Groups that fill the basic attributes of a title (protocol 9.1).
const (
	attributeGroups = "none media product_attrs customer_rights percent_complete"
	nameGroups      = "none product_desc media"
)

// identityColumns say which product it is, who made it, and of what kind it
// is.
func identityColumns() []column {
	return []column{
		{"asin", "always", textOf(func(v *view) string { return v.t.asin })},
		{"sku", "contributors sku", appendSKU},
		{"sku_lite", "always", appendSKU},
		{"series", "series", appendSeries},
		{"authors", "none contributors", func(dst []byte, v *view) []byte {
			return appendPeople(dst, v, v.t.authors)
		}},
		{"narrators", "none contributors", appendNarrators},
		{"publisher_name", "none contributors", textOf(func(v *view) string { return v.t.publisher })},
		{"language", attributeGroups, textOf(func(v *view) string { return v.c.languages[v.t.language].name })},
		{"content_delivery_type", attributeGroups, textOf(func(v *view) string { return v.t.delivery.String() })},
		{"content_type", attributeGroups, textOf(func(v *view) string { return v.t.content.String() })},
		{"format_type", attributeGroups, textOf(func(v *view) string { return v.t.format.String() })},
		{"has_children", attributeGroups, flagOf(func(v *view) bool { return len(v.t.children) > 0 })},
		{"is_adult_product", attributeGroups, constant("false")},
		{"is_listenable", attributeGroups, constant("true")},
		{"is_vvab", "media", constant("false")},
		{"episode_count", "product_attrs product_details", appendEpisodeCount},
		{"runtime_length_min", attributeGroups, appendRuntime},
		{"thesaurus_subject_keywords", attributeGroups, appendKeywords},
		{"voice_description", "media", appendVoice},
		{"category_ladders", "none category_ladders categories", appendLadders},
	}
}

// textColumns are words and dates.
func textColumns() []column {
	return []column{
		{"title", nameGroups, textOf(func(v *view) string { return v.t.name })},
		{"subtitle", nameGroups, textOf(func(v *view) string { return v.t.subtitle })},
		{"publication_name", attributeGroups, appendPublication},
		{"publication_datetime", "media product_details", appendReleaseInstant},
		{"preorder_release_date", "customer_rights", appendReleaseInstant},
		{"product_site_launch_date", "product_details product_extended_attrs", appendReleaseInstant},
		{"issue_date", attributeGroups, appendRelease},
		{"release_date", attributeGroups, appendRelease},
		{"date_first_available", "product_details", appendRelease},
		{"merchandising_summary", attributeGroups, appendMerchandising},
		{"publisher_summary", "product_extended_attrs", appendSummary},
		{"extended_product_description", "product_extended_attrs", appendSummary},
		{"read_along_support", "product_extended_attrs", constant(`"false"`)},
	}
}

// appendSKU writes a stock number; it follows from the ASIN.
func appendSKU(dst []byte, v *view) []byte { return append(appendStock(append(dst, '"'), v.t), '"') }

// appendStock writes a stock number without quotes, in the form of the
// samples: BK, four letters, six digits.
func appendStock(dst []byte, t *title) []byte {
	h := t.hash()
	dst = append(dst, "BK_"...)
	for range 4 {
		dst = append(dst, byte('A'+h%26))
		h /= 26
	}
	dst = append(dst, '_')
	for range 6 {
		dst = append(dst, byte('0'+h%10))
		h /= 10
	}
	return dst
}

// appendPeople writes contributors; who has no ASIN has null in the library and
// no such key in the catalogue.
func appendPeople(dst []byte, v *view, people []*person) []byte {
	dst = append(dst, '[')
	for i, p := range people {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '{')
		if p.asin != "" || !v.omit {
			dst = append(appendTextOrNull(append(dst, `"asin":`...), p.asin), ',')
		}
		dst = append(appendText(append(dst, `"name":`...), p.name), '}')
	}
	return append(dst, ']')
}

// appendNarrators leaves out who will read a book that is not out yet.
func appendNarrators(dst []byte, v *view) []byte {
	if !v.isOut() || len(v.t.narrators) == 0 {
		return null(dst)
	}
	return appendPeople(dst, v, v.t.narrators)
}

// appendSeries writes null for no series, never an empty array.
func appendSeries(dst []byte, v *view) []byte {
	if len(v.t.series) == 0 {
		return null(dst)
	}
	dst = append(dst, '[')
	for i, m := range v.t.series {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(append(dst, `{"asin":`...), m.series.asin)
		dst = appendText(append(dst, `,"sequence":`...), m.sequence)
		dst = appendText(append(dst, `,"title":`...), m.series.name)
		dst = append(dst, `,"url":"`...)
		dst = appendAddress(dst, m.series.name, m.series.asin)
		dst = append(dst, '"', '}')
	}
	return append(dst, ']')
}

// appendAddress writes the path of a product page: "/pd/Name-Audiobook/ASIN".
func appendAddress(dst []byte, name, asin string) []byte {
	dst = append(dst, "/pd/"...)
	dash := false
	for _, r := range name {
		switch {
		case r >= utf8.RuneSelf || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
			dst = utf8.AppendRune(dst, r)
			dash = true
		case dash:
			dst = append(dst, '-')
			dash = false
		}
	}
	if dash {
		dst = append(dst, '-')
	}
	return append(append(dst, "Audiobook/"...), asin...)
}

// appendEpisodeCount is for shows only. Clients compare it with the number of
// episodes that they got, as audible-cli does with --resolve-podcasts.
func appendEpisodeCount(dst []byte, v *view) []byte {
	if v.t.delivery != deliveryShow {
		return null(dst)
	}
	return appendInt(dst, int64(len(v.t.children)))
}

// appendRuntime has no length for books that are not out, nor for shows.
func appendRuntime(dst []byte, v *view) []byte {
	if !v.isOut() || v.t.minutes == 0 {
		return null(dst)
	}
	return appendInt(dst, int64(v.t.minutes))
}

// appendKeywords writes the few keywords seen; in the library, unlike in the
// catalogue, two of ten titles had none.
func appendKeywords(dst []byte, v *view) []byte {
	switch {
	case v.t.original:
		return append(dst, `["literature-and-fiction","audible_original"]`...)
	case v.t.hash()%5 == 0 && !v.omit:
		return null(dst)
	}
	return append(dst, `["literature-and-fiction"]`...)
}

// appendVoice names the accent of some English narrations, as in the samples.
func appendVoice(dst []byte, v *view) []byte {
	if v.t.language != 0 || v.t.hash()%3 != 0 {
		return null(dst)
	}
	return append(dst, `"American English"`...)
}

// appendLadders writes one path through the tree of genres, of two steps. The
// samples have one to three paths of two to four.
func appendLadders(dst []byte, v *view) []byte {
	l := v.c.ladders[v.t.genre]
	dst = appendText(append(dst, `[{"ladder":[{"id":`...), l.root.id)
	dst = appendText(append(dst, `,"name":`...), l.root.name)
	dst = appendText(append(dst, `},{"id":`...), l.leaf.id)
	dst = appendText(append(dst, `,"name":`...), l.leaf.name)
	return append(dst, `}],"root":"Genres"}]`...)
}

// appendPublication writes the name of the first series, as every recorded product of a series has it.
func appendPublication(dst []byte, v *view) []byte {
	if len(v.t.series) == 0 {
		return null(dst)
	}
	return appendText(dst, v.t.series[0].series.name)
}

// appendRelease writes the day of release as a bare date.
func appendRelease(dst []byte, v *view) []byte { return appendDay(dst, v.t.released) }

// appendReleaseInstant writes the release as an instant without fraction:
// 07:00 UTC of the day, which is midnight on the American west coast.
func appendReleaseInstant(dst []byte, v *view) []byte {
	return appendSeconds(dst, (int64(v.t.released)*daySeconds+7*60*60)*1000)
}

// Lengths of the cut texts of merchandising_summary in the samples.
const shortSummary, longSummary = 100, 285

// appendMerchandising writes HTML. About half of the texts are cut at the end of
// a word, after 285 characters at the most, and end in "..." with the paragraph
// left open.
func appendMerchandising(dst []byte, v *view) []byte {
	text := "<p>" + v.prose(4)
	if h := v.t.hash(); h%2 == 0 || utf8.RuneCountInString(text) <= shortSummary {
		text = "<p>" + v.prose(2) + "</p>"
	} else {
		text = cut(text, shortSummary+int(h>>8%(longSummary-shortSummary-3))) + "..."
	}
	return appendText(dst, text)
}

// prose returns n sentences that follow from the title.
func (v *view) prose(n int) string {
	sentences := v.c.languages[v.t.language].words.sentences
	at := int(v.t.hash() >> 20 % uint64(len(sentences)))
	parts := make([]string, 0, n)
	for i := range n {
		parts = append(parts, sentences[(at+i*3)%len(sentences)])
	}
	return strings.Join(parts, " ")
}

// cut shortens a text to at most n characters, at a blank where it has one.
func cut(text string, n int) string {
	at := 0
	for i := range text {
		if n == 0 {
			at = i
			break
		}
		n--
	}
	if at == 0 {
		return text
	}
	if blank := strings.LastIndexByte(text[:at], ' '); blank > at/2 {
		at = blank
	}
	return text[:at]
}

// appendSummary writes the publisher's whole text, in HTML and uncut.
func appendSummary(dst []byte, v *view) []byte {
	return appendText(dst, "<p><b>"+v.t.name+"</b></p> <p>"+v.prose(3)+"</p><p>"+v.prose(5)+"</p>")
}

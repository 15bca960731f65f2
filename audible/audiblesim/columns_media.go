package audiblesim

import (
	"net/url"
	"strings"
)

// mediaColumns are pictures, sound and the companion file.
func mediaColumns() []column {
	return []column{
		{"product_images", "none media", appendImages},
		{"social_media_images", "media", appendSocial},
		{"available_codecs", attributeGroups, appendCodecs},
		{"sample_url", "sample", appendSample},
		{"pdf_url", "none pdf_url", appendPDF},
		{"is_pdf_url_available", "product_extended_attrs", flagOf(func(v *view) bool { return v.hasPDF() })},
	}
}

const coverHost = "https://m.media-amazon.com/images/I/"

// appendImages writes only the sizes that were asked for.
func appendImages(dst []byte, v *view) []byte {
	dst = append(dst, '{')
	for i, size := range v.sizes {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), size...), `":"`+coverHost...)
		dst = append(v.c.appendCoverID(dst, v.t.index), "._SL"...)
		dst = append(append(dst, size...), `_.jpg"`...)
	}
	return append(dst, '}')
}

// appendSocial writes the five pictures for sharing, of which the simulator
// serves none: clients keep the addresses at most.
func appendSocial(dst []byte, v *view) []byte {
	id := string(v.c.appendCoverID(nil, v.t.index))
	name := strings.ReplaceAll(url.QueryEscape(v.t.name), "+", "%20")
	author := strings.ReplaceAll(url.QueryEscape(v.t.authors[0].name), "+", "%20")
	dst = append(dst, `{"facebook":"`+coverHost+id+"._SL10_UR1600,800_CR200,50,1200,630_CLa%7C1200,630%7C"+id...)
	dst = append(dst, `.jpg%7C0,0,1200,630+82,82,465,465.jpg","ig_bg":"`+coverHost+id...)
	dst = append(dst, `._SL200_BL80_UR1080,2160.jpg","ig_static_with_bg":"`+coverHost+id...)
	dst = append(dst, "._SL200_BL80_UR1080,2160_CLa%7C1080,2160%7C"+id+".jpg%7C0,0,1080,2160+288,614,500,500_ZB"+name...)
	dst = append(dst, ",290,1183,52,500,AudibleSansSm,32,255,255,255_ZB"+author+",290,1247,52,500.jpg\""...)
	dst = append(dst, `,"ig_sticker":"`+coverHost+"71UyRin7-TL._CLa%7C614,913%7C"+id+`.jpg%7C0,0,614,913.png","twitter":"`...)
	dst = append(dst, coverHost+id+"._SL10_UR1600,800_CR200,50,1024,512_CLa%7C1024,512%7C"+id...)
	return append(dst, `.jpg%7C0,0,1024,512+67,67,376,376.jpg"}`...)
}

const (
	oldCodecs = `{"enhanced_codec":"format4","format":"Format4","is_kindle_enhanced":false,"name":"format4"},` +
		`{"enhanced_codec":"mp42264","format":"Enhanced","is_kindle_enhanced":true,"name":"mp4_22_64"},` +
		`{"enhanced_codec":"piff2264","format":"Enhanced","is_kindle_enhanced":true,"name":"piff_22_64"},`
	newCodecs = `{"enhanced_codec":"LC_128_44100_stereo","format":"Enhanced","is_kindle_enhanced":true,"name":"aax_44_128"},` +
		`{"enhanced_codec":"LC_64_44100_stereo","format":"Enhanced","is_kindle_enhanced":true,"name":"aax_44_64"},`
	allCodecs = `{"enhanced_codec":"LC_32_22050_stereo","format":"Enhanced","is_kindle_enhanced":true,"name":"aax_22_32"},` +
		`{"enhanced_codec":"LC_64_22050_stereo","format":"Enhanced","is_kindle_enhanced":true,"name":"aax_22_64"},` +
		`{"enhanced_codec":"aax","format":"Enhanced","is_kindle_enhanced":false,"name":"aax"}`
)

// appendCodecs writes one of two recorded sets of formats: one title in three
// has the older one. A book that is not out has none.
func appendCodecs(dst []byte, v *view) []byte {
	if !v.isOut() {
		return null(dst)
	}
	dst = append(dst, '[')
	if v.t.hash()%3 == 0 {
		dst = append(dst, oldCodecs...)
	} else {
		dst = append(dst, newCodecs...)
	}
	return append(append(dst, allCodecs...), ']')
}

// appendSample writes the address of a sample, which the simulator does not
// serve.
func appendSample(dst []byte, v *view) []byte {
	if !v.isOut() {
		return null(dst)
	}
	dst = append(dst, `"https://samples.audible.com/bk/`...)
	return append(append(dst, strings.ToLower(v.t.asin)...), `_sample.mp3"`...)
}

// hasPDF is true for one book in nine.
func (v *view) hasPDF() bool { return v.t.hash()%9 == 0 && v.isOut() }

// appendPDF writes the address of the companion file, library only: the
// catalogue has refused the group pdf_url since 2023.
func appendPDF(dst []byte, v *view) []byte {
	if !v.hasPDF() {
		return null(dst)
	}
	return append(append(append(dst, `"https://www.audible.com/companion-file/`...), v.t.asin...), '"')
}

package audible

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"time"
)

// metadataPrefix begins every metadata1 value (protocol 3.5).
const metadataPrefix = "ECdITeCs:"

// xxteaDelta is the key schedule constant of XXTEA.
const xxteaDelta = 0x9E3779B9

// metadataKey is the iPhone key, of which Amazon takes two (protocol 3.5).
func metadataKey() [4]uint32 {
	return [4]uint32{1888420705, 2576816180, 2347232058, 874813317}
}

// encodeMetadata seals the telemetry text of a sign-in form as Amazon's own
// script does:
//
//	"ECdITeCs:" base64( XXTEA( CRC-32 in 8 upper-case hex digits "#" text ) )
//
// The words are little-endian, the last one padded with zeros, and there is no
// length word (protocol 3.5, vectors metadata1).
func encodeMetadata(text []byte) string {
	plain := fmt.Appendf(nil, "%08X#%s", crc32.ChecksumIEEE(text), text)
	words := make([]uint32, (len(plain)+3)/4)
	plain = append(plain, make([]byte, len(words)*4-len(plain))...)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(plain[4*i:])
	}
	encryptXXTEA(words, metadataKey())
	for i, word := range words {
		binary.LittleEndian.PutUint32(plain[4*i:], word)
	}
	return metadataPrefix + base64.StdEncoding.EncodeToString(plain)
}

// encryptXXTEA encrypts at least two words in place with corrected block TEA.
func encryptXXTEA(words []uint32, key [4]uint32) {
	n := uint32(len(words))
	previous, sum := words[n-1], uint32(0)
	for range 6 + 52/n {
		sum += xxteaDelta
		e := sum >> 2 & 3
		for p := range n {
			next := words[(p+1)%n]
			words[p] += ((previous>>5 ^ next<<2) + (next>>3 ^ previous<<4)) ^ ((sum ^ next) + (key[p&3^e] ^ previous))
			previous = words[p]
		}
	}
}

// signInMetadata is the telemetry of one submission of the sign-in form. The
// values are constants that have worked since 2019, with the top-level keys of
// the real object in their order; Amazon does not compare them with what was
// typed, and without them a captcha is more likely (protocol 3.5).
func signInMetadata(location string, now time.Time) string {
	return encodeMetadata(metadataText(location, now))
}

// metadataText is the telemetry before it is sealed. It is ASCII: what is not
// comes from the address alone, and addresses are escaped.
func metadataText(location string, now time.Time) []byte {
	quoted, err := json.Marshal(location)
	if err != nil {
		quoted = []byte(`""`) // a string always has a JSON form; this line is for the compiler
	}
	const (
		screen = "320-568-548-32-*-*-*"
		counts = `"clicks":0,"touches":0,"keyPresses":0,"cuts":0,"copies":0,"pastes":0,` +
			`"keyPressTimeIntervals":[],"mouseClickPositions":[],"keyCycles":[],"mouseCycles":[],"touchCycles":[]`
	)
	start := now.UnixMilli()
	return fmt.Appendf(nil, `{"start":%[1]d,"interaction":{%[2]s},"version":"3.0.0",`+
		`"lsUbid":"X39-6721012-8795219:1549849158","timeZone":-6,`+
		`"scripts":{"dynamicUrls":[],"inlineHashes":[],"elapsed":52,"dynamicUrlCount":0,"inlineHashesCount":0},`+
		`"plugins":"unknown||%[3]s","dupedPlugins":"unknown||%[3]s","screenInfo":"%[3]s",`+
		`"capabilities":{"js":{"audio":true,"geolocation":true,"localStorage":"supported","touch":true,"video":true,"webWorker":true},`+
		`"css":{"textShadow":true,"textStroke":true,"boxShadow":true,"borderRadius":true,"borderImage":true,"opacity":true,"transform":true,"transition":true},"elapsed":1},`+
		`"referrer":"","userAgent":"%[4]s","location":%[5]s,"webDriver":null,"history":{"length":1},`+
		`"gpu":{"vendor":"Apple Inc.","model":"Apple A9 GPU","extensions":[]},`+
		`"math":{"tan":"-1.4214488238747243","sin":"0.8178819121159085","cos":"-0.5753861119575491"},`+
		`"performance":{"timing":{"navigationStart":%[1]d,"loadEventEnd":%[1]d}},"end":%[1]d,"timeToSubmit":108873,`+
		`"form":{"email":{%[2]s,"width":290,"height":43,"checksum":"C860E86B","time":12773,"autocomplete":false,"prefilled":false},`+
		`"password":{%[2]s,"width":290,"height":43,"time":10353,"autocomplete":false,"prefilled":false}},`+
		`"canvas":{"hash":-373378155,"emailHash":-1447130560,"histogramBins":[]},"token":null,"errors":[],"metrics":[]}`,
		start, counts, screen, signInUserAgent, quoted)
}

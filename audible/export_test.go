package audible

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// What the external tests need of the package's inside: encodings whose
// vectors say more than any use of them could.
var (
	EncodeMetadata = encodeMetadata
	MetadataText   = metadataText
)

// The readers of answers and the parsers of headers, for fuzzing.
var (
	ParseRetryAfter = parseRetryAfter
	ParseTime       = parseTime
	ParseActivation = parseActivation
)

// ReadLibrary reads the body of a library page from a stream, through a window
// of the given size.
func ReadLibrary(body io.Reader, window int) (LibraryPage, bool, error) {
	var page LibraryPage
	r := &reply{status: http.StatusOK, header: http.Header{}, body: bufio.NewReaderSize(body, 512)}
	listed, err := readLibraryBody(r, make([]byte, window), &page)
	return page, listed, err
}

// ReadProducts reads the body of a list of products.
func ReadProducts(body []byte) (ProductPage, error) { return readProductPage(replyOf(body)) }

// ReadToken reads an answer of the token service.
func ReadToken(body []byte) (access, refresh string, life time.Duration, err error) {
	got, err := readTokenAnswer(replyOf(body))
	return got.access, got.refresh, got.life, err
}

// ReadRegistration reads an answer to a registration.
func ReadRegistration(body []byte, o RegisterOptions) (Credentials, error) {
	return readRegistration(replyOf(body), o)
}

// Sign returns the signature header of a request.
func Sign(c Credentials, method, target, date string, body []byte) (string, error) {
	s, err := newSigner(c)
	if err != nil {
		return "", err
	}
	return s.sign(method, target, date, body)
}

// CheckAddress is what the hardened transport does before it looks up a name,
// and CheckIP what it does before it connects.
func CheckAddress(u *url.URL) error { return checkAddress(u) }

// CheckIP refuses what is not a public address.
func CheckIP(ip netip.Addr) error { return addressGuard{deniedNetworks()}.checkIP(ip) }

func replyOf(body []byte) *reply {
	return &reply{status: http.StatusOK, header: http.Header{}, body: bufio.NewReaderSize(bytes.NewReader(body), 512)}
}

// BaseTransport is what the hardened transport sends its requests with.
func BaseTransport(rt http.RoundTripper) *http.Transport { return rt.(*guardedTransport).base }

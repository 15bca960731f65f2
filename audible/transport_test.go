package audible_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/asvs"
)

func TestOnlyAmazonsOwnHostsAreReached(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "13.2.4")
	for address, ok := range map[string]bool{
		"https://api.audible.com/1.0/library":     true,
		"https://www.amazon.co.jp/ap/signin":      true,
		"https://api.amazon.com.br:443/auth":      true,
		"https://m.media-amazon.com/images/I/x":   true,
		"http://api.audible.com/1.0/library":      false,
		"https://api.audible.com:8443/1.0":        false,
		"https://kim@api.audible.com/1.0":         false,
		"https://api.audible.com.evil.example/":   false,
		"https://evil-audible.com/":               false,
		"https://audible.com/":                    false,
		"https://127.0.0.1/":                      false,
		"https://[::1]/":                          false,
		"https://API.AUDIBLE.COM/":                false,
		"https://api.audible.com./":               false,
		"https://api.audible.nl/1.0/library":      false,
		"ftp://api.audible.com/":                  false,
		"https:api.audible.com/1.0":               false,
		"https://cde-ta-g7g.amazon.com/anything":  false,
		"https://www.audible.com@evil.example/x":  false,
		"https://xn--audble-9va.com/1.0/library":  false,
		"https://api.audible.com%2eevil.example/": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			continue // what can't be parsed can't be sent
		}
		if err := audible.CheckAddress(u); (err == nil) != ok {
			t.Errorf("CheckAddress(%q) = %v, want allowed: %t", address, err, ok)
		}
	}
}

func TestNoPrivateAddressIsConnectedTo(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.6", "13.2.5")
	for text, ok := range map[string]bool{
		"52.94.236.248": true, "2600:9000:2000::1": true, "8.8.8.8": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false,
		"::1": false, "::": false, "fe80::1%eth0": false, "fc00::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false,
		"64:ff9b::a00:1": false, "2002:7f00:1::": false, "2001:db8::1": false, "ff02::1": false, "198.18.0.1": false,
	} {
		if err := audible.CheckIP(netip.MustParseAddr(text)); (err == nil) != ok {
			t.Errorf("CheckIP(%s) = %v, want allowed: %t", text, err, ok)
		}
	}
}

func TestTheTransportRefusesBeforeItDials(t *testing.T) {
	t.Parallel()
	transport := audible.NewTransport(audible.TransportOptions{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request)
	if err == nil {
		response.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), `refused the host "example.com"`) {
		t.Errorf("error %v", err)
	}
	base := audible.BaseTransport(transport)
	if base.Proxy != nil || base.TLSClientConfig.MinVersion < 0x0303 || base.TLSClientConfig.InsecureSkipVerify ||
		base.TLSHandshakeTimeout == 0 || base.ResponseHeaderTimeout == 0 {
		t.Error("the transport is not hardened")
	}
}

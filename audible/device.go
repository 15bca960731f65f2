package audible

import (
	"encoding/hex"
	"fmt"
	"io"
)

// The device that a sign-in and its registration claim to be: the Audible app
// on an iPhone, with the values that have worked since 2021 (protocol 2.1,
// column Python iPhone).
const (
	deviceType            = "A2CZJZGLK2JJVM"
	deviceModel           = "iPhone"
	deviceOSVersion       = "15.0.0"
	deviceAppName         = "Audible"
	deviceAppVersion      = "3.56.2"
	deviceSoftwareVersion = "35602678"
	deviceBundleID        = "com.audible.iphone"
	deviceDomain          = "Device"
)

// deviceNameTemplate is filled in by Amazon with the owner's first name and an
// ordinal when the name is taken (protocol 2.1). What follows the template is
// free text, and people read it in Amazon's list of devices: it says who made
// the registration.
const deviceNameTemplate = "%FIRST_NAME%%FIRST_NAME_POSSESSIVE_STRING%%DUPE_STRATEGY_1ST%AudiPy"

// signInUserAgent is what the app's own web view sends on sign-in pages, and
// mapAppID the cookie that names Amazon's sign-in library (protocol 2.2, 3.2).
const (
	signInUserAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) " +
		"AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
	mapAppID = "MAPiOSLib/6.0/ToHideRetailLink"
)

// newSerial draws a device serial: 32 upper-case hex digits. Amazon takes any
// form (protocol 2.1).
func newSerial(random io.Reader) (string, error) {
	var raw [16]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("draw a device serial: %w", err)
	}
	return fmt.Sprintf("%X", raw), nil
}

// clientID is the OAuth client id of a device (protocol 2.3, vector client_id).
func clientID(serial, typ string) string {
	return hex.EncodeToString([]byte(serial + "#" + typ))
}

package audible

import (
	"encoding/base64"
	"fmt"
	"io"
	"slices"
)

// frcSize is the number of random bytes in the frc cookie; 313 bytes make the
// 418 characters that the app sends (protocol 3.2).
const frcSize = 313

// mapMetadata is the map-md cookie before encoding (vector map_md).
const mapMetadata = `{"device_user_dictionary":[],` +
	`"device_registration_data":{"software_version":"` + deviceSoftwareVersion + `"},` +
	`"app_identifier":{"app_version":"` + deviceAppVersion + `","bundle_id":"` + deviceBundleID + `"}}`

// startCookies make the client look like the web view of the app. Without
// them Amazon nearly always shows a captcha and asks for the password twice
// (protocol 3.2). They are good for both sign-in hosts of the marketplace.
func startCookies(random io.Reader, m Marketplace) ([]cookie, error) {
	raw := make([]byte, frcSize)
	if _, err := io.ReadFull(random, raw); err != nil {
		return nil, fmt.Errorf("draw the start cookies: %w", err)
	}
	var cookies []cookie
	for _, domain := range cookieDomains(m) {
		cookies = append(
			cookies,
			cookie{Name: "frc", Value: base64.RawStdEncoding.EncodeToString(raw), Domain: domain, Path: "/"},
			cookie{Name: "map-md", Value: base64.RawStdEncoding.EncodeToString([]byte(mapMetadata)), Domain: domain, Path: "/"},
			cookie{Name: "amzn-app-id", Value: mapAppID, Domain: domain, Path: "/"},
		)
	}
	return cookies, nil
}

// onlyStartCookies drops everything that Amazon has set, so that another way
// through the same sign-in begins as the first one did.
func onlyStartCookies(cookies []cookie) []cookie {
	return slices.DeleteFunc(slices.Clone(cookies), func(c cookie) bool {
		return !slices.Contains([]string{"frc", "map-md", "amzn-app-id"}, c.Name)
	})
}

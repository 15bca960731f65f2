package authfile

import (
	"time"

	"github.com/audipy/audipy/audible"
)

const (
	rustFormat  = "audible-rs-auth"
	rustVersion = "1"
)

// readRust reads the "data" of audible-rs's file (protocol 8.4).
func readRust(object map[string]any) ([]Account, error) {
	file := newFields(object)
	identity, device := file.object("identity"), file.object("device")
	signing, bearer := file.object("signing"), file.object("bearer")
	c := audible.Credentials{
		Marketplace:  file.text("country_code"),
		AccessToken:  bearer.text("access_token"),
		RefreshToken: bearer.text("refresh_token"),
		ADPToken:     signing.text("adp_token"),
		DeviceKey:    signing.text("device_private_key"),
		Device: audible.Device{
			Serial: device.text("serial"),
			Type:   device.text("device_type"),
			Name:   device.text("name"),
		},
		Customer: audible.Customer{
			ID:          identity.text("customer_id"),
			Name:        identity.text("name"),
			GivenName:   identity.text("given_name"),
			AccountPool: identity.text("account_pool"),
			HomeRegion:  identity.text("home_region"),
		},
		ActivationBytes: file.text("activation_bytes"),
	}
	c.Cookies = readRustCookies(file.object("website_cookies"), c)
	c, err := file.finish(c, bearer.number("expires"), time.Second)
	if err != nil {
		return nil, err
	}
	return []Account{{Credentials: c, Label: c.Customer.Name}}, nil
}

// readRustCookies takes the cookies of the account's own store; those that
// were exchanged for other stores are dropped.
func readRustCookies(jars fields, c audible.Credentials) map[string]string {
	cookies := map[string]string{}
	for _, domain := range cookieDomains(c) {
		for _, cookie := range jars.list(domain) {
			cookies[cookie.text("name")] = cookie.text("value")
		}
	}
	return cookies
}

// rustOutline is the "data" member. audible-rs has no flag for a user name
// account: the account pool says it. It keeps members of the identity that it
// does not know, such as given_name.
func rustOutline(c audible.Credentials) outline {
	bearer := outline{}.with("access_token", c.AccessToken).with("refresh_token", c.RefreshToken)
	if !c.AccessTokenExpires.IsZero() {
		bearer = append(bearer, member{"expires", literal(formatExpiry(c.AccessTokenExpires))})
	}
	data := outline{
		{"country_code", c.Marketplace},
		{"identity", outline{}.
			with("customer_id", c.Customer.ID).
			with("account_pool", rustPool(c)).
			with("name", c.Customer.Name).
			with("given_name", c.Customer.GivenName).
			with("home_region", c.Customer.HomeRegion)},
		{"device", outline{}.
			with("device_type", c.Device.Type).
			with("serial", c.Device.Serial).
			with("name", c.Device.Name)},
		{"signing", outline{}.
			with("adp_token", c.ADPToken).
			with("device_private_key", c.DeviceKey)},
		{"bearer", bearer},
		{"website_cookies", rustCookies(c)},
	}
	return data.with("activation_bytes", c.ActivationBytes)
}

// with appends a member unless it is empty.
func (o outline) with(name, value string) outline {
	if value == "" {
		return o
	}
	return append(o, member{name, value})
}

// rustPool is the account pool that says what with_username says elsewhere.
func rustPool(c audible.Credentials) string {
	market, err := audible.ParseMarketplace(c.Marketplace)
	if err == nil && c.UserName {
		return defaultPool(true, market)
	}
	return c.Customer.AccountPool
}

// rustCookies puts the cookies where audible-rs puts those of an imported
// Python file.
func rustCookies(c audible.Credentials) outline {
	if len(c.Cookies) == 0 {
		return outline{}
	}
	jar := make([]outline, 0, len(c.Cookies))
	for _, name := range cookieOrder(c.Cookies) {
		jar = append(jar, outline{
			{"name", name},
			{"value", c.Cookies[name]},
			{"path", "/"},
			{"secure", true},
			{"expires", nil},
			{"http_only", nil},
		})
	}
	return outline{{cookieDomains(c)[0], jar}}
}

// rustPayload returns the "data" of a plain file after checking its version.
func rustPayload(object map[string]any) (map[string]any, error) {
	file := newFields(object)
	if version := file.number("version"); version != rustVersion {
		return nil, faulty("version", "is not "+rustVersion+", the one that is known")
	}
	data := file.object("data")
	if err := file.err(); err != nil {
		return nil, err
	}
	if data.members == nil {
		return nil, faulty("data", "is missing")
	}
	return data.members, nil
}

// rustHead begins both styles.
func rustHead() outline {
	return outline{{"format", rustFormat}, {"version", literal(rustVersion)}}
}

package authfile

import (
	"time"

	"github.com/audipy/audipy/audible"
)

// readPython reads the Python library's plain JSON (protocol 8.1), including
// what older versions wrote: "login_cookies" for "website_cookies", the
// expiry as text, and members that are missing.
func readPython(object map[string]any) ([]Account, error) {
	file := newFields(object)
	device, customer := file.object("device_info"), file.object("customer_info")
	c := audible.Credentials{
		Marketplace:     file.text("locale_code"),
		UserName:        file.flag("with_username"),
		AccessToken:     file.text("access_token"),
		RefreshToken:    file.text("refresh_token"),
		ADPToken:        file.text("adp_token"),
		DeviceKey:       file.text("device_private_key"),
		Device:          readDevice(device),
		Customer:        readCustomer(customer),
		Cookies:         readCookieMap(file),
		StoreAuthCookie: file.object("store_authentication_cookie").text("cookie"),
		ActivationBytes: file.text("activation_bytes"),
	}
	c, err := file.finish(c, file.number("expires"), time.Second)
	if err != nil {
		return nil, err
	}
	return []Account{{Credentials: c, Label: c.Customer.Name}}, nil
}

// readDevice reads device_info, as Amazon's registration answer names it.
func readDevice(info fields) audible.Device {
	return audible.Device{
		Serial: info.text("device_serial_number"),
		Type:   info.text("device_type"),
		Name:   info.text("device_name"),
	}
}

// readCustomer reads customer_info, as Amazon's registration answer names it.
func readCustomer(info fields) audible.Customer {
	return audible.Customer{
		ID:          info.text("user_id"),
		Name:        info.text("name"),
		GivenName:   info.text("given_name"),
		AccountPool: info.text("account_pool"),
		HomeRegion:  info.text("home_region"),
	}
}

// readCookieMap reads the cookies under their present or their old name. A
// null value, which other programs write for a cookie that they lost, is
// passed over.
func readCookieMap(file fields) map[string]string {
	name := "website_cookies"
	if !file.has(name) {
		name = "login_cookies"
	}
	jar := file.object(name)
	cookies := make(map[string]string, len(jar.members))
	for cookie, value := range jar.members {
		switch text := value.(type) {
		case nil:
		case string:
			cookies[cookie] = text
		default:
			file.fail(name, "holds something that is not text")
		}
	}
	return cookies
}

// pythonOutline is the plain JSON that the Python library loads: exactly these
// members in this order, null for no cookies, and an expiry that is a number
// whenever there is an access token (protocol 8.1).
func pythonOutline(c audible.Credentials) outline {
	var store, expires any
	if c.StoreAuthCookie != "" {
		store = outline{{"cookie", c.StoreAuthCookie}}
	}
	if c.AccessToken != "" || !c.AccessTokenExpires.IsZero() {
		expires = literal(formatExpiry(c.AccessTokenExpires))
	}
	return outline{
		{"website_cookies", pythonCookies(c.Cookies)},
		{"adp_token", orNull(c.ADPToken)},
		{"access_token", orNull(c.AccessToken)},
		{"refresh_token", orNull(c.RefreshToken)},
		{"device_private_key", orNull(c.DeviceKey)},
		{"store_authentication_cookie", store},
		{"device_info", outline{
			{"device_name", c.Device.Name},
			{"device_serial_number", c.Device.Serial},
			{"device_type", c.Device.Type},
		}},
		{"customer_info", outline{
			{"account_pool", c.Customer.AccountPool},
			{"user_id", c.Customer.ID},
			{"home_region", c.Customer.HomeRegion},
			{"name", c.Customer.Name},
			{"given_name", c.Customer.GivenName},
		}},
		{"expires", expires},
		{"locale_code", c.Marketplace},
		{"with_username", c.UserName},
		{"activation_bytes", orNull(c.ActivationBytes)},
	}
}

// pythonCookies is the object of cookies, or null.
func pythonCookies(cookies map[string]string) any {
	if len(cookies) == 0 {
		return nil // the library refuses an empty object
	}
	jar := make(outline, 0, len(cookies))
	for _, name := range cookieOrder(cookies) {
		jar = append(jar, member{name, cookies[name]})
	}
	return jar
}

// orNull is how the Python library and Libation write a value that is
// missing: their readers take an empty text for a value.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

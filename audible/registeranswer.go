package audible

import (
	"strings"
	"time"
)

// within consumes an object, and reads the fields of the object that one of
// its keys holds; the other keys are skipped.
func (s *jsonScanner) within(name string, field func(key []byte)) {
	s.object(func(key []byte) {
		if string(key) != name {
			s.skip()
			return
		}
		s.object(field)
	})
}

// readTokens reads the object "tokens" of a registration.
func readTokens(s *jsonScanner, key []byte, c *Credentials, life *time.Duration) {
	switch string(key) {
	case "bearer":
		s.object(func(key []byte) {
			switch string(key) {
			case "access_token":
				c.AccessToken = s.text()
			case "refresh_token":
				c.RefreshToken = s.text()
			case "expires_in":
				*life = lifeOf(s.float())
			default:
				s.skip()
			}
		})
	case "mac_dms":
		s.object(func(key []byte) {
			switch string(key) {
			case "adp_token":
				c.ADPToken = s.text()
			case "device_private_key":
				c.DeviceKey = s.text()
			default:
				s.skip()
			}
		})
	case "website_cookies":
		c.Cookies = nil
		for _, got := range readCookies(s) {
			if c.Cookies == nil {
				c.Cookies = make(map[string]string)
			}
			c.Cookies[got.Name] = got.Value
		}
	case "store_authentication_cookie":
		s.object(func(key []byte) {
			if string(key) != "cookie" {
				s.skip()
				return
			}
			c.StoreAuthCookie = s.text()
		})
	default:
		s.skip()
	}
}

// readExtensions reads the object "extensions" of a registration.
func readExtensions(s *jsonScanner, key []byte, c *Credentials) {
	fields := map[string]*string{}
	switch string(key) {
	case "device_info":
		fields["device_name"] = &c.Device.Name
		fields["device_serial_number"] = &c.Device.Serial
		fields["device_type"] = &c.Device.Type
	case "customer_info":
		fields["user_id"] = &c.Customer.ID
		fields["name"] = &c.Customer.Name
		fields["given_name"] = &c.Customer.GivenName
		fields["account_pool"] = &c.Customer.AccountPool
		fields["home_region"] = &c.Customer.HomeRegion
	}
	s.object(func(key []byte) {
		if field, ok := fields[string(key)]; ok {
			*field = s.text()
			return
		}
		s.skip()
	})
}

// Cookie is a website cookie that Amazon gave to the device.
type Cookie struct {
	// Name and Value are without the quotes that Amazon puts around values.
	Name  string
	Value string
	// Domain and Path say where it goes; Domain starts with a dot.
	Domain string
	Path   string
	// Expires is decades ahead whatever the session's real end.
	Expires  time.Time
	Secure   bool
	HTTPOnly bool
}

// readCookies reads a list of cookies in the capitalised form of protocol 5.2
// and 6.2, where truth values are text in one and not in the other. It drops
// cookies without a name, and everything after the sixty-fourth.
func readCookies(s *jsonScanner) []Cookie {
	var list []Cookie
	s.array(func() {
		var c Cookie
		s.object(func(key []byte) {
			switch string(key) {
			case "Name":
				c.Name = s.text()
			case "Value":
				c.Value = strings.ReplaceAll(s.text(), `"`, "")
			case "Domain":
				c.Domain = s.text()
			case "Path":
				c.Path = s.text()
			case "Expires":
				c.Expires, _ = time.Parse("02 Jan 2006 15:04:05 MST", s.text()) // unreadable means unknown
			case "Secure":
				c.Secure = s.flag().IsTrue()
			case "HttpOnly":
				c.HTTPOnly = s.flag().IsTrue()
			default:
				s.skip()
			}
		})
		if c.Name != "" && len(list) < maxCookieCount {
			list = append(list, c)
		}
	})
	return list
}

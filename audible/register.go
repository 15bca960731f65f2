package audible

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Bounds of what a registration answers.
const (
	maxRegisterAnswer = 256 << 10
	maxCookieCount    = 64
	maxFieldLength    = 1 << 10
)

// RegisterOptions change a registration. The zero value is what a program
// should use.
type RegisterOptions struct {
	// DeviceName is what Amazon's list of devices shows; empty means the
	// owner's first name and "AudiPy". It may hold Amazon's placeholders
	// (protocol 2.1).
	DeviceName string
	// KeepCookies keeps the website cookies that Amazon sends along. They
	// open the owner's whole Amazon account and nothing here needs them, so
	// they are dropped unless a credential file is to have them.
	KeepCookies bool
	// Now is the clock for the token's end; nil means the real one.
	Now func() time.Time
}

// Register turns a finished sign-in into credentials by registering a device
// (protocol 5). It makes one request and never repeats it, because the code
// works once. A nil transport means NewTransport.
//
// It fails with ErrCodeSpent when Amazon refuses the code, ErrWrongKind when
// the account is of the other kind, *OutageError and *APIError otherwise. An
// answer that lacks anything gives an error and no credentials, and the device
// is ended again if the answer allows it.
func Register(ctx context.Context, rt http.RoundTripper, a Authorization, o RegisterOptions) (Credentials, error) {
	if rt == nil {
		rt = NewTransport(TransportOptions{})
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	body, err := registration(a, o)
	if err != nil {
		return Credentials{}, fmt.Errorf("register the device: %w", err)
	}
	host := tokenHost(a.Marketplace, a.UserName)
	x := exchange{
		name: "auth/register", method: http.MethodPost, host: host, target: "/auth/register",
		header: http.Header{"X-Amzn-Identity-Auth-Domain": {host}},
		body:   body, total: tokenTime, size: maxRegisterAnswer,
	}
	var made Credentials
	_, err = x.send(ctx, rt, o.Now, func(r *reply) error {
		made, err = readRegistration(r, o)
		return err
	})
	if err != nil {
		// A device that came with an unusable answer is of use to nobody.
		if isToken(made.AccessToken) {
			_ = deregister(context.WithoutCancel(ctx), rt, host, made.AccessToken)
		}
		return Credentials{}, fmt.Errorf("register the device: %w", registerFailure(err))
	}
	made.Marketplace, made.UserName = a.Marketplace.Code, a.UserName
	if made.Device.Serial == "" {
		made.Device.Serial = a.Device.Serial
	}
	if made.Device.Type == "" {
		made.Device.Type = a.Device.Type
	}
	return made, nil
}

// registerFailure names the two refusals that a person can do something about
// (protocol 5.3).
func registerFailure(err error) error {
	said, ok := errors.AsType[*APIError](err)
	switch {
	case !ok:
		return err
	case said.Code == "CredentialError":
		return fmt.Errorf("%w: %w", ErrWrongKind, said)
	case strings.EqualFold(said.Code, "InvalidToken"):
		return fmt.Errorf("%w: %w", ErrCodeSpent, said)
	}
	return err
}

// registration is the body of the request. All values are text, as the app
// sends them (protocol 5.1).
func registration(a Authorization, o RegisterOptions) ([]byte, error) {
	if a.Code == "" || a.Verifier == "" || a.Device.Serial == "" || a.Device.Type == "" || a.Marketplace.TLD == "" {
		return nil, errors.New("the sign-in is not finished: it lacks a code, verifier, device or marketplace")
	}
	name := o.DeviceName
	if name == "" {
		name = deviceNameTemplate
	}
	type object = map[string]any
	return json.Marshal(object{
		"requested_token_type": []string{"bearer", "mac_dms", "website_cookies"},
		"cookies":              object{"website_cookies": []string{}, "domain": ".amazon." + a.Marketplace.TLD},
		"registration_data": object{
			"domain": deviceDomain, "app_version": deviceAppVersion, "device_serial": a.Device.Serial,
			"device_type": a.Device.Type, "device_name": name, "os_version": deviceOSVersion,
			"software_version": deviceSoftwareVersion, "device_model": deviceModel, "app_name": deviceAppName,
		},
		"auth_data": object{
			"client_id": clientID(a.Device.Serial, a.Device.Type), "authorization_code": a.Code,
			"code_verifier": a.Verifier, "code_algorithm": "SHA-256", "client_domain": "DeviceLegacy",
		},
		"requested_extensions": []string{"device_info", "customer_info"},
	})
}

// readRegistration reads a successful answer (protocol 5.2). With an error it
// returns what it could read.
func readRegistration(r *reply, o RegisterOptions) (Credentials, error) {
	var c Credentials
	life := tokenLife
	err := readObject(r, func(s *jsonScanner, key []byte) {
		if string(key) != "response" {
			s.skip()
			return
		}
		s.within("success", func(key []byte) {
			switch string(key) {
			case "tokens":
				s.object(func(key []byte) { readTokens(s, key, &c, &life) })
			case "extensions":
				s.object(func(key []byte) { readExtensions(s, key, &c) })
			case "customer_id":
				if id := s.text(); c.Customer.ID == "" {
					c.Customer.ID = id
				}
			default:
				s.skip()
			}
		})
	})
	if err == nil {
		err = c.complete()
	}
	if err != nil {
		return c, err
	}
	c.AccessTokenExpires = o.Now().Add(life).UTC()
	if !o.KeepCookies {
		c.Cookies, c.StoreAuthCookie = nil, ""
	}
	return c, nil
}

// complete checks that nothing is missing, and normalises the key.
func (c *Credentials) complete() error {
	for _, part := range []struct{ name, value string }{
		{"access token", c.AccessToken}, {"refresh token", c.RefreshToken}, {"adp token", c.ADPToken},
	} {
		if !isToken(part.value) {
			return fmt.Errorf("%w: no usable %s in it", ErrUnexpected, part.name)
		}
	}
	key, err := NormalizeKey(c.DeviceKey)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnexpected, err)
	}
	c.DeviceKey = key
	if c.Customer.ID == "" {
		return fmt.Errorf("%w: it does not say whose account it is", ErrUnexpected)
	}
	for _, text := range []string{
		c.Customer.ID, c.Customer.Name, c.Customer.GivenName, c.Customer.AccountPool, c.Customer.HomeRegion,
		c.Device.Serial, c.Device.Type, c.Device.Name,
	} {
		if len(text) > maxFieldLength {
			return fmt.Errorf("%w: a name in it is too long", ErrUnexpected)
		}
	}
	return nil
}

package audible

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// credentialFormat is the version of the encoded form.
const credentialFormat = 1

// maxEncoded bounds encoded credentials: a key and tokens have about 6 KB, the
// cookies of a website some more.
const maxEncoded = 256 << 10

// encodedCredentials is the form in which credentials are sealed. Absent
// fields are left out; a reader refuses fields that it doesn't know, because
// dropping one could lose a secret.
type encodedCredentials struct {
	Format          int               `json:"v"`
	Marketplace     string            `json:"marketplace"`
	UserName        bool              `json:"user_name,omitempty"`
	AccessToken     string            `json:"access_token,omitempty"`
	Expires         time.Time         `json:"expires,omitzero"`
	RefreshToken    string            `json:"refresh_token,omitempty"`
	ADPToken        string            `json:"adp_token,omitempty"`
	DeviceKey       string            `json:"device_key,omitempty"`
	Device          encodedDevice     `json:"device,omitzero"`
	Customer        encodedCustomer   `json:"customer,omitzero"`
	Cookies         map[string]string `json:"cookies,omitempty"`
	StoreAuthCookie string            `json:"store_auth_cookie,omitempty"`
	ActivationBytes string            `json:"activation_bytes,omitempty"`
}

type encodedDevice struct {
	Serial string `json:"serial,omitempty"`
	Type   string `json:"type,omitempty"`
	Name   string `json:"name,omitempty"`
}

type encodedCustomer struct {
	ID          string `json:"id,omitempty"`
	Name        string `json:"name,omitempty"`
	GivenName   string `json:"given_name,omitempty"`
	AccountPool string `json:"account_pool,omitempty"`
	HomeRegion  string `json:"home_region,omitempty"`
}

// Encode returns the credentials as compact JSON with a version, to be sealed
// at once: whoever reads it owns the account. DecodeCredentials is its
// inverse.
func (c Credentials) Encode() ([]byte, error) {
	raw, err := json.Marshal(encodedCredentials{
		Format: credentialFormat, Marketplace: c.Marketplace, UserName: c.UserName,
		AccessToken: c.AccessToken, Expires: c.AccessTokenExpires, RefreshToken: c.RefreshToken,
		ADPToken: c.ADPToken, DeviceKey: c.DeviceKey,
		Device: encodedDevice(c.Device), Customer: encodedCustomer(c.Customer),
		Cookies: c.Cookies, StoreAuthCookie: c.StoreAuthCookie, ActivationBytes: c.ActivationBytes,
	})
	if err != nil {
		return nil, errors.New("encode the credentials: a field can't be written")
	}
	if len(raw) > maxEncoded {
		return nil, errors.New("encode the credentials: they are too large")
	}
	return raw, nil
}

// DecodeCredentials reads what Encode wrote. Its errors hold nothing of the
// input.
func DecodeCredentials(raw []byte) (Credentials, error) {
	if len(raw) > maxEncoded {
		return Credentials{}, errors.New("decode the credentials: they are too large")
	}
	var form struct {
		Format int `json:"v"`
	}
	if err := json.Unmarshal(raw, &form); err != nil {
		return Credentials{}, errors.New("decode the credentials: not in the form that was written")
	}
	if form.Format != credentialFormat {
		return Credentials{}, fmt.Errorf("decode the credentials: version %d is not one that this program knows", form.Format)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	var e encodedCredentials
	if err := decoder.Decode(&e); err != nil || decoder.More() {
		return Credentials{}, errors.New("decode the credentials: not in the form that was written")
	}
	return Credentials{
		Marketplace: e.Marketplace, UserName: e.UserName,
		AccessToken: e.AccessToken, AccessTokenExpires: e.Expires, RefreshToken: e.RefreshToken,
		ADPToken: e.ADPToken, DeviceKey: e.DeviceKey,
		Device: Device(e.Device), Customer: Customer(e.Customer),
		Cookies: e.Cookies, StoreAuthCookie: e.StoreAuthCookie, ActivationBytes: e.ActivationBytes,
	}, nil
}

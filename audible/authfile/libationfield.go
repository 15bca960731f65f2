package authfile

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/audipy/audipy/audible"
)

// An encrypted field of Libation (protocol 8.5) is
// "v1.<nonce>.<ciphertext>.<tag>", each base64url without padding: AES-256-GCM
// bound to the store and the name of the field. Whether a field is encrypted
// is said by IsEncrypted beside it and never guessed.
const (
	fieldVersion = "v1"
	fieldNonce   = 12
	fieldTag     = 16
)

// emptyAccessToken is what Libation writes for an access token that it does
// not have: its own check asks for the prefix.
const emptyAccessToken = "Atna|"

// MasterKeySize is the size of Libation's master key in bytes.
const MasterKeySize = 32

// ParseMasterKey reads Libation's master key: the 32 bytes of its key file,
// or their base64 as in LIBATION_MASTER_KEY.
func ParseMasterKey(data []byte) ([]byte, error) {
	if len(data) == MasterKeySize {
		return data, nil
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(key) != MasterKeySize {
		return nil, fmt.Errorf("a Libation master key has %d bytes, or is their base64", MasterKeySize)
	}
	return key, nil
}

// fieldBinding is the associated data of a field.
func fieldBinding(locale, field string) []byte {
	return []byte("AudibleApi.Identity|" + locale + "|" + field)
}

// fieldCipher is AES-256-GCM with the sizes of nonce and tag that Go has by
// default, which are Libation's.
func fieldCipher(masterKey []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(masterKey)
	if err != nil {
		return nil, fmt.Errorf("prepare cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

// openField decrypts the value of a field.
func openField(value string, masterKey, binding []byte) (string, error) {
	parts := strings.Split(value, ".")
	if len(parts) != 4 || parts[0] != fieldVersion {
		return "", ErrWrongPassword
	}
	var raw [3][]byte
	for i := range raw {
		var err error
		if raw[i], err = base64.RawURLEncoding.DecodeString(parts[i+1]); err != nil {
			return "", ErrWrongPassword
		}
	}
	if len(raw[0]) != fieldNonce || len(raw[2]) != fieldTag {
		return "", ErrWrongPassword
	}
	aead, err := fieldCipher(masterKey)
	if err != nil {
		return "", err
	}
	text, err := aead.Open(nil, raw[0], append(raw[1], raw[2]...), binding)
	if err != nil || !utf8.Valid(text) {
		return "", ErrWrongPassword
	}
	return string(text), nil
}

// sealField encrypts the value of a field with a nonce from rand.
func sealField(text string, masterKey, binding []byte, rand io.Reader) (string, error) {
	aead, err := fieldCipher(masterKey)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, fieldNonce)
	if err := fill(rand, nonce); err != nil {
		return "", err
	}
	ciphertext, tag := cut(aead.Seal(nil, nonce, []byte(text), binding), len(text))
	encode := base64.RawURLEncoding.EncodeToString
	return strings.Join([]string{fieldVersion, encode(nonce), encode(ciphertext), encode(tag)}, "."), nil
}

// libationSecrets reads the secrets of one account, encrypted or not. The
// first failure ends up in the fault of the file.
type libationSecrets struct {
	identity  fields
	masterKey []byte
}

// field returns a secret that is text, an object or absent.
func (s libationSecrets) field(name string) string {
	value, ok := s.identity.members[name].(string)
	if ok {
		return value
	}
	return s.open(s.identity.object(name), name)
}

// open returns the value of an object with Value (or TokenValue) and
// IsEncrypted.
func (s libationSecrets) open(object fields, binding string) string {
	name := "Value"
	if object.has("TokenValue") {
		name = "TokenValue"
	}
	value := object.text(name)
	if !object.flag("IsEncrypted") {
		return value
	}
	if len(s.masterKey) == 0 {
		s.stop(ErrKeyNeeded)
		return ""
	}
	text, err := openField(value, s.masterKey, fieldBinding(s.identity.text("LocaleName"), binding))
	if err != nil {
		s.stop(err)
	}
	return text
}

// stop remembers an error that is no FieldError, unless there was a fault
// before.
func (s libationSecrets) stop(err error) {
	if *s.identity.fault == nil {
		*s.identity.fault = err
	}
}

// cookies returns the cookies by name. A value may be text, an object, or null
// for a cookie that Libation knows of and does not have. Far too many are not
// even decrypted.
func (s libationSecrets) cookies() map[string]string {
	list := s.identity.list("Cookies")
	if len(list) > maxCookies {
		return nil
	}
	cookies := make(map[string]string, len(list))
	for _, cookie := range list {
		name := cookie.text("Key")
		if value, ok := cookie.members["Value"].(string); ok {
			cookies[name] = value
		} else if cookie.has("Value") {
			cookies[name] = s.open(cookie.object("Value"), "Cookies:"+name)
		}
	}
	return cookies
}

// libationSealer writes the secrets of accounts; without a key in plain text.
type libationSealer struct {
	masterKey []byte
	rand      io.Reader
}

// identity is the IdentityTokens object of an account.
func (s libationSealer) identity(c audible.Credentials, locale string) (outline, error) {
	secrets := []struct{ name, valueName, value string }{
		{"ExistingAccessToken", "TokenValue", c.AccessToken},
		{"PrivateKey", "Value", c.DeviceKey},
		{"AdpToken", "Value", c.ADPToken},
		{"RefreshToken", "Value", c.RefreshToken},
	}
	if c.AccessToken == "" {
		secrets[0].value = emptyAccessToken
	}
	identity := outline{{"LocaleName", locale}}
	for _, secret := range secrets {
		object, err := s.object(secret.valueName, secret.value, fieldBinding(locale, secret.name))
		if err != nil {
			return nil, err
		}
		if secret.valueName == "TokenValue" {
			object = append(object, member{"Expires", formatDate(c.AccessTokenExpires)})
		}
		identity = append(identity, member{secret.name, object})
	}
	store, err := s.value(c.StoreAuthCookie, fieldBinding(locale, "StoreAuthenticationCookie"))
	if err != nil {
		return nil, err
	}
	cookies, err := s.cookies(c.Cookies, locale)
	if err != nil {
		return nil, err
	}
	return append(identity,
		member{"DeviceSerialNumber", orNull(c.Device.Serial)},
		member{"DeviceType", orNull(c.Device.Type)},
		member{"AmazonAccountId", orNull(c.Customer.ID)},
		member{"DeviceName", orNull(c.Device.Name)},
		member{"StoreAuthenticationCookie", store},
		member{"Cookies", cookies},
	), nil
}

// object is a secret that Libation always writes as an object, whose member is
// called Value or TokenValue.
func (s libationSealer) object(name, value string, binding []byte) (outline, error) {
	if len(s.masterKey) == 0 {
		return outline{{name, value}}, nil
	}
	value, err := sealField(value, s.masterKey, binding, s.rand)
	if err != nil {
		return nil, err
	}
	return outline{{name, value}, {"IsEncrypted", true}}, nil
}

// value is a secret that Libation writes as plain text unless encrypted.
func (s libationSealer) value(text string, binding []byte) (any, error) {
	if text == "" || len(s.masterKey) == 0 {
		return orNull(text), nil
	}
	return s.object("Value", text, binding)
}

// cookies is the list of Key and Value; each value is bound to its own name,
// so that two can't be exchanged.
func (s libationSealer) cookies(cookies map[string]string, locale string) ([]outline, error) {
	list := make([]outline, 0, len(cookies))
	for _, name := range cookieOrder(cookies) {
		value, err := s.value(cookies[name], fieldBinding(locale, "Cookies:"+name))
		if err != nil {
			return nil, err
		}
		list = append(list, outline{{"Key", name}, {"Value", value}})
	}
	return list, nil
}

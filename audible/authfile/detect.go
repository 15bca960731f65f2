package authfile

import (
	"crypto/aes"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Detect tells the format of a file by its content, and whether a password or
// key is needed to read it. It returns ErrTooLarge, or an error that wraps
// ErrNotCredentials and says why; it does not check the credentials
// themselves.
func Detect(data []byte) (format Format, encrypted bool, err error) {
	format, _, err = identify(data)
	return format, format.IsEncrypted(), err
}

// identify returns the format and, for all but the bytes style, the parsed
// JSON.
func identify(data []byte) (Format, map[string]any, error) {
	if len(data) > MaxSize {
		return "", nil, ErrTooLarge
	}
	object, err := parseObject(data)
	if err == nil {
		format, err := identifyObject(object)
		return format, object, err
	}
	if isBytesStyle(data) {
		return AudibleCLIBytes, nil, nil
	}
	return "", nil, fmt.Errorf("%w: %w", ErrNotCredentials, err)
}

// isBytesStyle recognises the marked salt; without one, data that can't be
// text and has a length that fits (protocol 8.2, missing markers).
func isBytesStyle(data []byte) bool {
	if len(data) >= packedSaltSize && data[0] == saltMarker && data[3] == saltMarker {
		return true
	}
	return len(data) >= packedSaltSize+2*aes.BlockSize && len(data)%aes.BlockSize == 0 && !utf8.Valid(data)
}

// identifyObject goes by members, the most telling first. It agrees with the
// Python library that an adp_token makes a file plain and a ciphertext makes
// it encrypted (protocol 8.1), which is why a file with both is plain.
func identifyObject(object map[string]any) (Format, error) {
	has := func(name string) bool { _, ok := object[name]; return ok }
	_, isList := object["Accounts"].([]any)
	switch {
	case object["format"] == rustFormat && has("ciphertext"):
		return AudibleRSEncrypted, nil
	case object["format"] == rustFormat:
		return AudibleRS, nil
	case has("ciphertext") && !has("adp_token"):
		return AudibleCLIJSON, nil
	case isList && hasEncryptedField(object):
		return LibationEncrypted, nil
	case isList:
		return Libation, nil
	case has("adp_token"), has("refresh_token"), has("locale_code"):
		return AudibleCLI, nil
	case isOpenAudible(object):
		return OpenAudible, nil
	}
	return "", fmt.Errorf("%w: it is a JSON object without their members", ErrNotCredentials)
}

// hasEncryptedField looks for "IsEncrypted": true anywhere.
func hasEncryptedField(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		if v["IsEncrypted"] == true {
			return true
		}
		for _, child := range v {
			if hasEncryptedField(child) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasEncryptedField)
	}
	return false
}

package authfile

import "fmt"

// ReadOptions are what is needed beside the file. The zero value reads files
// in plain text.
type ReadOptions struct {
	// Password opens the encrypted styles of audible-cli and audible-rs. It
	// is used as it is, as UTF-8; empty means none.
	Password []byte
	// MasterKey opens Libation's encrypted fields: 32 bytes or their base64,
	// see ParseMasterKey.
	MasterKey []byte
}

// Read returns the accounts of a credential file, at least one, and its
// format. The bytes of data are not kept.
//
// It returns ErrTooLarge, ErrPasswordNeeded, ErrKeyNeeded, ErrWrongPassword,
// a *FieldError for a member that is malformed, or an error that wraps
// ErrNotCredentials; the format is returned beside the error when it was
// recognised. Opening audible-rs's encryption takes up to 256 MiB of memory
// and a few seconds, as the file asks: don't open many at a time.
func Read(data []byte, o ReadOptions) ([]Account, Format, error) {
	format, object, err := identify(data)
	if err != nil {
		return nil, "", err
	}
	accounts, err := readAs(format, object, data, o)
	if err != nil {
		return nil, format, fmt.Errorf("read %s file: %w", format, err)
	}
	return accounts, format, nil
}

// readAs reads a file of a known format; object is its JSON, which the bytes
// style does not have.
func readAs(format Format, object map[string]any, data []byte, o ReadOptions) ([]Account, error) {
	switch format {
	case AudibleCLIJSON:
		box, err := sealedFromJSON(object)
		if err != nil {
			return nil, err
		}
		return readSealed(box.open, o.Password, readPython)
	case AudibleCLIBytes:
		return readSealed(sealedFromBytes(data).open, o.Password, readPython)
	case AudibleRSEncrypted:
		box, err := readEnvelope(object)
		if err != nil {
			return nil, err
		}
		return readSealed(box.open, o.Password, readRust)
	case AudibleRS:
		payload, err := rustPayload(object)
		if err != nil {
			return nil, err
		}
		return readRust(payload)
	case Libation, LibationEncrypted:
		return readLibationWith(object, o.MasterKey)
	case OpenAudible:
		return readOpenAudible(object)
	case AudibleCLI:
		return readPython(object)
	}
	return nil, ErrNotCredentials
}

// readSealed opens a box and reads what is in it. The JSON is parsed even
// when the padding was bad, so that the two failures take the same work.
func readSealed(
	open func(password []byte) ([]byte, error),
	password []byte,
	read func(map[string]any) ([]Account, error),
) ([]Account, error) {
	if len(password) == 0 {
		return nil, ErrPasswordNeeded
	}
	text, err := open(password)
	if text == nil {
		return nil, err
	}
	defer clear(text)
	object, parseErr := parseObject(text)
	if err != nil || parseErr != nil {
		return nil, ErrWrongPassword
	}
	return read(object)
}

// readLibationWith checks the form of the key before any field is opened, so
// that a wrong file is not reported as a wrong key. A file in plain text needs
// none.
func readLibationWith(object map[string]any, masterKey []byte) ([]Account, error) {
	if len(masterKey) == 0 {
		return readLibation(object, nil)
	}
	key, err := ParseMasterKey(masterKey)
	if err != nil {
		return nil, err
	}
	return readLibation(object, key)
}

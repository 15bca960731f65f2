package authfile

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
)

// WriteOptions are what is needed to write a file. The zero value writes the
// formats in plain text.
type WriteOptions struct {
	// Password encrypts the encrypted styles of audible-cli and audible-rs;
	// it must not be empty for them.
	Password []byte
	// MasterKey encrypts Libation's fields: 32 bytes or their base64.
	MasterKey []byte
	// Iterations is the work of the Python styles' key derivation, 1 to
	// 65535. 0 means 65535, the most that the format can name; the Python
	// library itself writes 1000.
	Iterations int
	// Rand gives salts and nonces; nil means crypto/rand. Only tests need
	// another.
	Rand io.Reader
}

// Write writes a credential file. Formats that hold one account take exactly
// one, the others one or more. Nothing is written unless the whole file could
// be made.
//
// What it writes for audible-cli the Python library loads. Formats differ in
// what they hold: Libation's has no name of the customer, audible-rs's no
// store authentication cookie.
//
// The file is a full key to the accounts: the caller creates it with mode
// 0600. Write returns ErrReadOnly for OpenAudible, ErrPasswordNeeded,
// ErrKeyNeeded, a *FieldError for credentials that the format's own program
// would refuse, or the error of w.
func Write(w io.Writer, format Format, accounts []Account, o WriteOptions) error {
	data, err := render(format, accounts, o)
	if err != nil {
		return fmt.Errorf("write %s file: %w", format, err)
	}
	defer clear(data)
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write %s file: %w", format, err)
	}
	return nil
}

// render makes the whole file in memory: a file of credentials must never be
// half written.
func render(format Format, accounts []Account, o WriteOptions) ([]byte, error) {
	if err := checkCount(format, len(accounts)); err != nil {
		return nil, err
	}
	completed := make([]Account, len(accounts))
	for i, account := range accounts {
		var err error
		if account.Credentials, err = complete(account.Credentials); err != nil {
			return nil, err
		}
		completed[i] = account
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if format == Libation || format == LibationEncrypted {
		return renderLibation(format, completed, o)
	}
	return renderOne(format, completed[0], o)
}

// checkCount refuses what the format can't hold before anything is encrypted.
func checkCount(format Format, count int) error {
	switch {
	case format == OpenAudible:
		return ErrReadOnly
	case !format.IsWritable():
		return fmt.Errorf("%q is not a format; use one of %q", string(format), Formats())
	case count == 0:
		return errors.New("there is no account to write")
	case count > 1 && !format.HasSeveral():
		return fmt.Errorf("the format holds one account, not %d: write one file for each", count)
	case count > maxAccounts:
		return fmt.Errorf("the limit is %d accounts, not %d", maxAccounts, count)
	}
	return nil
}

// The indents that the programs themselves write.
const (
	pythonIndent = "    "
	rustIndent   = "  "
	dotNetIndent = "  "
)

// renderOne makes a file of one account.
func renderOne(format Format, account Account, o WriteOptions) ([]byte, error) {
	c := account.Credentials
	if format == AudibleCLI {
		return pythonOutline(c).render(pythonIndent), nil
	}
	if format == AudibleRS {
		return append(rustHead(), member{"data", rustOutline(c)}).render(rustIndent), nil
	}
	if len(o.Password) == 0 {
		return nil, ErrPasswordNeeded
	}
	if format == AudibleRSEncrypted {
		box, err := sealEnvelope(rustOutline(c).render(rustIndent), o.Password, o.Rand)
		if err != nil {
			return nil, err
		}
		return box.outline().render(rustIndent), nil
	}
	iterations := cmp.Or(o.Iterations, maxIterations)
	if iterations < 1 || iterations > maxIterations {
		return nil, fmt.Errorf("the format holds 1 to %d iterations, not %d", maxIterations, iterations)
	}
	box, err := seal(pythonOutline(c).render(pythonIndent), o.Password, iterations, o.Rand)
	if err != nil {
		return nil, err
	}
	if format == AudibleCLIJSON {
		return box.outline().render(pythonIndent), nil
	}
	return box.bytes(), nil
}

// renderLibation makes a file of several accounts.
func renderLibation(format Format, accounts []Account, o WriteOptions) ([]byte, error) {
	var masterKey []byte
	if format == LibationEncrypted {
		if len(o.MasterKey) == 0 {
			return nil, ErrKeyNeeded
		}
		var err error
		if masterKey, err = ParseMasterKey(o.MasterKey); err != nil {
			return nil, err
		}
	}
	file, err := libationOutline(accounts, masterKey, o.Rand)
	if err != nil {
		return nil, err
	}
	return file.render(dotNetIndent), nil
}

package authfile

import "slices"

// Format is a kind of credential file. Its text is stable and meant for
// people and command lines.
type Format string

// The formats. Sources: protocol 8.1 to 8.6.
const (
	// AudibleCLI is the Python library's JSON, in plain text.
	AudibleCLI Format = "audible-cli"
	// AudibleCLIJSON is the same, encrypted, in a JSON envelope; it is what
	// audible-cli offers first when asked to encrypt.
	AudibleCLIJSON Format = "audible-cli-json"
	// AudibleCLIBytes is the same encryption without the envelope.
	AudibleCLIBytes Format = "audible-cli-bytes"
	// AudibleRS is audible-rs's file in plain text.
	AudibleRS Format = "audible-rs"
	// AudibleRSEncrypted is audible-rs's file with argon2id and
	// XChaCha20-Poly1305.
	AudibleRSEncrypted Format = "audible-rs-encrypted"
	// Libation is AccountsSettings.json in plain text; it holds several
	// accounts.
	Libation Format = "libation"
	// LibationEncrypted is the same with each token, key and cookie
	// encrypted by a master key. Names and activation bytes stay readable,
	// as Libation leaves them.
	LibationEncrypted Format = "libation-encrypted"
	// OpenAudible is credentials.json, which is undocumented; it can be read
	// only.
	OpenAudible Format = "openaudible"
)

// Formats returns all formats, those that can be written first.
func Formats() []Format {
	return []Format{
		AudibleCLI, AudibleCLIJSON, AudibleCLIBytes,
		AudibleRS, AudibleRSEncrypted,
		Libation, LibationEncrypted,
		OpenAudible,
	}
}

// IsEncrypted reports whether a file of the format needs a password or key.
func (f Format) IsEncrypted() bool {
	return slices.Contains([]Format{AudibleCLIJSON, AudibleCLIBytes, AudibleRSEncrypted, LibationEncrypted}, f)
}

// IsWritable reports whether Write knows the format.
func (f Format) IsWritable() bool { return f != OpenAudible && slices.Contains(Formats(), f) }

// HasSeveral reports whether one file of the format may hold several
// accounts.
func (f Format) HasSeveral() bool {
	return f == Libation || f == LibationEncrypted || f == OpenAudible
}

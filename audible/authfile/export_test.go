package authfile

import "io"

// OpenPython decrypts what an encrypted file of the Python library holds.
func OpenPython(packedSalt, iv, ciphertext, password []byte) ([]byte, error) {
	return sealed{packedSalt, iv, ciphertext}.open(password)
}

// SealPython encrypts as the bytes style does, from random bytes of rand.
func SealPython(text, password []byte, iterations int, rand io.Reader) ([]byte, error) {
	s, err := seal(text, password, iterations, rand)
	return s.bytes(), err
}

// PythonKey derives the key of an encrypted file of the Python library.
func PythonKey(packedSalt, password []byte) ([]byte, error) {
	return sealed{packedSalt: packedSalt}.key(password)
}

// OpenField decrypts a field of Libation's.
func OpenField(value string, masterKey []byte, binding string) (string, error) {
	return openField(value, masterKey, []byte(binding))
}

// SealField is the inverse of OpenField, with a nonce from rand.
func SealField(text string, masterKey []byte, binding string, rand io.Reader) (string, error) {
	return sealField(text, masterKey, []byte(binding), rand)
}

// ConfigFiles parses a config.toml and returns the files that it names.
func ConfigFiles(data []byte) ([]string, []Profile, error) {
	entries, err := parseConfig(data)
	var files []string
	var profiles []Profile
	for _, e := range entries {
		files, profiles = append(files, e.file), append(profiles, e.Profile)
	}
	return files, profiles, err
}

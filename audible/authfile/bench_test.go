package authfile_test

import (
	"testing"

	"github.com/audipy/audipy/audible/authfile"
)

// BenchmarkRead loads one file of each kind. Most of the time goes into key
// derivation, as the file asks; the rest into checking the device key.
func BenchmarkRead(b *testing.B) {
	for _, name := range []string{
		"python/py012.plain.json", "python/py012.json-encrypted.json", "rust.plain.json",
		"rust.encrypted.json", "libation.plain.json", "libation.encrypted.json",
	} {
		b.Run(name, func(b *testing.B) {
			data := sample(b, name)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := authfile.Read(data, keys()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Package asvs names the requirements of OWASP's Application Security
// Verification Standard 5.0 that a test proves, for "make asvs" to count. It
// is imported by tests only.
package asvs

import "testing"

// Covers says that the test proves the requirements, by their ids ("7.2.4"). A
// test may claim one only if it fails when the control is taken out. The ids
// are literals, so that "make asvs" finds them in the source.
func Covers(t testing.TB, ids ...string) {
	t.Helper()
	for _, id := range ids {
		t.Logf("asvs: covers %s", id)
	}
}

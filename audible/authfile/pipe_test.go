//go:build unix

package authfile_test

import (
	"path/filepath"
	"syscall"
	"testing"
)

// TestFindDoesNotWaitForPipes has a named pipe where a file, a configuration
// and a folder should be; opening one would wait for a writer.
func TestFindDoesNotWaitForPipes(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	put(t, []byte("[profile.a]\nauth_file = \"pipe\"\n"), home, ".audible", "config.toml")
	put(t, nil, home, ".config", "audible", "nothing.json")
	for _, path := range []string{".audible/pipe", ".config/audible/config.toml", "OpenAudible"} {
		if err := syscall.Mkfifo(filepath.Join(home, filepath.FromSlash(path)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	checkList(t, home, find(home, "linux", "AUDIBLE_CONFIG_DIR", ""), `.audible/pipe: audible-cli  <a [] false> ! not a regular file
.config/audible/config.toml: audible-rs  ! not a regular file
`)
	pipe := filepath.Join(home, "OpenAudible")
	checkList(t, home, find("", "linux", "AUDIBLE_CONFIG_DIR", pipe), "OpenAudible/config.toml: audible-cli  ! not a directory\n")
}

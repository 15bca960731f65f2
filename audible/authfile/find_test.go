package authfile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/authfile"
)

// put writes a sample below a folder.
func put(t *testing.T, data []byte, path ...string) string {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// find looks below home with the variables given as name, value, ….
func find(home, goos string, variables ...string) []authfile.Found {
	return authfile.Find(authfile.FindOptions{Home: home, GOOS: goos, Getenv: func(name string) string {
		if i := slices.Index(variables, name); i >= 0 && i%2 == 0 {
			return variables[i+1]
		}
		return ""
	}})
}

// list writes what was found as one line for each file.
func list(home string, found []authfile.Found) string {
	var b strings.Builder
	for _, f := range found {
		path, err := filepath.Rel(home, f.Path)
		if err != nil {
			path = f.Path
		}
		fmt.Fprintf(&b, "%s: %s %s", filepath.ToSlash(path), f.Program, f.Format)
		if f.Encrypted {
			b.WriteString(" encrypted")
		}
		for _, account := range f.Accounts {
			fmt.Fprintf(&b, " [%s %s]", account.Label, account.Marketplace)
		}
		for _, profile := range f.Profiles {
			fmt.Fprintf(&b, " <%s %v %t>", profile.Name, profile.Marketplaces, profile.IsPrimary)
		}
		if f.Problem != "" {
			b.WriteString(" ! " + f.Problem)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func checkList(t *testing.T, home string, found []authfile.Found, want string) {
	t.Helper()
	if got := list(home, found); got != want {
		t.Errorf("found\n%s\nwant\n%s", got, want)
	}
	checkNoSecret(t, fmt.Sprintf("%+v", found))
}

// putAudibleCLI fills a folder as audible-cli with five profiles has it.
func putAudibleCLI(t *testing.T, dir string) {
	t.Helper()
	put(t, sample(t, "config/config-many-profiles.toml"), dir, "config.toml")
	for _, name := range []string{
		"py012.plain.json", "py012.json-encrypted.json", "py012.bytes-encrypted.auth", "py012-nulls-unicode-uk.plain.json",
	} {
		put(t, sample(t, "python/"+name), dir, name)
	}
}

func TestFindListsEveryProgram(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	putAudibleCLI(t, filepath.Join(home, ".audible"))
	put(t, sample(t, "python/py010.plain.json"), home, ".audible", "forgotten.json")
	put(t, []byte("not a credential file"), home, ".audible", "notes.txt")
	put(t, bytes.Repeat([]byte{0x80, 0x81}, 64), home, ".audible", "picture")
	put(t, []byte("version = 1\ndefault_account = \"kim\"\n[accounts.kim]\nauth_file = \"kim.auth\"\nmarketplaces = [\"de\", \"us\"]\n"), home, ".config", "audible", "config.toml")
	put(t, sample(t, "rust.encrypted.json"), home, ".config", "audible", "kim.auth")
	put(t, sample(t, "libation.encrypted.json"), home, ".local", "share", "Libation", "AccountsSettings.json")
	keyFile := put(t, masterKey(), home, ".local", "share", "Libation", "libation-master.key")
	put(t, sample(t, "openaudible-nested.json"), home, "OpenAudible", "credentials.json")
	put(t, sample(t, "python/py012.plain.json"), home, ".audipy", "auth.json")

	found := find(home, "linux")
	checkList(t, home, found, `.audible/py012.plain.json: audible-cli audible-cli [Fake Reader us] <plain [us] true> <x [de] false>
.audible/py012.bytes-encrypted.auth: audible-cli audible-cli-bytes encrypted <bytes [uk] false>
.audible/py012.json-encrypted.json: audible-cli audible-cli-json encrypted <encrypted [us] false>
.audible/py012-nulls-unicode-uk.plain.json: audible-cli audible-cli [Zoë Łukasz 山田 🎧 "q" \ / uk] <name with space [uk] false>
.audible/forgotten.json: audible-cli audible-cli [Fake Reader us]
.config/audible/kim.auth: audible-rs audible-rs-encrypted encrypted <kim [de us] true>
.local/share/Libation/AccountsSettings.json: Libation libation-encrypted encrypted [reader@example.com - us us] [Old books de]
OpenAudible/credentials.json: OpenAudible openaudible [Fake Reader us]
.audipy/auth.json: AudiPy for Python audible-cli [Fake Reader us]
`)
	libation := found[6]
	if libation.MasterKeyFile != keyFile {
		t.Fatalf("key file %q, want %q", libation.MasterKeyFile, keyFile)
	}
	key, err := os.ReadFile(libation.MasterKeyFile)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := authfile.Read(sample(t, "libation.encrypted.json"), authfile.ReadOptions{MasterKey: key}); err != nil {
		t.Errorf("the key file that was found opens nothing: %v", err)
	}
}

// TestFindKnowsTheFoldersOfEverySystem puts one file where a system has it.
func TestFindKnowsTheFoldersOfEverySystem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ goos, file, path, variable string }{
		{"linux", "python/py012.plain.json", ".audible/audible.json", ""},
		{"darwin", "python/py012.plain.json", ".audible/audible.json", ""},
		{"windows", "python/py012.plain.json", "AppData/Local/Audible/audible.json", ""},
		{"windows", "python/py012.plain.json", "elsewhere/Audible/audible.json", "LOCALAPPDATA"},
		{"linux", "python/py012.plain.json", "elsewhere/audible.json", "AUDIBLE_CONFIG_DIR"},
		{"linux", "rust.plain.json", ".config/audible/a.auth", ""},
		{"darwin", "rust.plain.json", ".config/audible/a.auth", ""},
		{"linux", "rust.plain.json", "elsewhere/audible/a.auth", "XDG_CONFIG_HOME"},
		{"windows", "rust.plain.json", "elsewhere/audible/a.auth", "APPDATA"},
		{"linux", "rust.plain.json", "elsewhere/a.auth", "AUDIBLE_CONFIG_DIR"},
		{"linux", "libation.plain.json", ".local/share/Libation/AccountsSettings.json", ""},
		{"darwin", "libation.plain.json", "Library/Application Support/Libation/AccountsSettings.json", ""},
		{"windows", "libation.plain.json", "Libation/AccountsSettings.json", ""},
		{"linux", "libation.plain.json", "elsewhere/AccountsSettings.json", "LIBATION_FILES_DIR"},
		{"linux", "openaudible-flat.json", "OpenAudible/credentials.json", ""},
		{"darwin", "openaudible-flat.json", "Library/OpenAudible/credentials.json", ""},
		{"windows", "openaudible-flat.json", "OpenAudible/credentials.json", ""},
		{"linux", "openaudible-flat.json", "elsewhere/credentials.json", "OPENAUDIBLE_HOME"},
	} {
		t.Run(c.goos+" "+c.variable+" "+c.path, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			path := put(t, sample(t, c.file), home, filepath.FromSlash(c.path))
			found := find(home, c.goos, c.variable, filepath.Join(home, "elsewhere"))
			if len(found) != 1 || found[0].Path != path || found[0].Problem != "" {
				t.Fatalf("found\n%s\nwant %s alone", list(home, found), c.path)
			}
			wantRust := strings.HasPrefix(c.file, "rust")
			if (found[0].Program == authfile.ProgramAudibleRS) != wantRust {
				t.Errorf("program %q", found[0].Program)
			}
		})
	}
}

func TestFindNamesProblems(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	dir := filepath.Join(home, ".audible")
	put(t, []byte(`[profile.a]
auth_file = "gone.json"
[profile.b]
auth_file = "huge.json"
[profile.d]
auth_file = "cut.json"
[profile.e]
auth_file = "../outside/e.json"
[profile.f]
country_code = "us"
`), dir, "config.toml")
	put(t, make([]byte, authfile.MaxSize+1), dir, "huge.json")
	put(t, sample(t, "python/py012.plain.json")[:700], dir, "cut.json")
	put(t, edit(t, map[string]any{"locale_code": "zz"}), home, "outside", "e.json")
	put(t, []byte("[broken"), home, ".config", "audible", "config.toml")
	if err := os.MkdirAll(filepath.Join(home, "OpenAudible", "credentials.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	checkList(t, home, find(home, "linux"), `.audible/gone.json: audible-cli  ! no such file or directory
.audible/huge.json: audible-cli  <b [] false> ! too large for a credential file: the limit is 256 KiB
.audible/cut.json: audible-cli  <d [] false> ! not a credential file of audible-cli, audible-rs, Libation or OpenAudible: its JSON ends too early: the file is cut off
outside/e.json: audible-cli audible-cli <e [] false> ! the field "locale_code" names an unknown marketplace, "zz"
.config/audible/config.toml: audible-rs  ! its TOML is malformed at line 1
OpenAudible/credentials.json: OpenAudible  ! not a regular file
`)
}

// TestFindFollowsLinksOnce lists a file once that several links lead to, as
// people have who keep their configuration elsewhere.
func TestFindFollowsLinksOnce(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	target := put(t, sample(t, "python/py012.plain.json"), home, "dotfiles", "me.json")
	dir := filepath.Join(home, ".audible")
	put(t, []byte("[profile.a]\nauth_file = \"a.json\"\n[profile.b]\nauth_file = \"b.json\"\n"), dir, "config.toml")
	for _, link := range []string{"a.json", "b.json", "loose.json"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("loop", filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	checkList(t, home, find(home, "linux"), `.audible/a.json: audible-cli audible-cli [Fake Reader us] <a [] false> <b [] false>
`)
}

// TestFindSortsOutSharedFolders has files of audible-cli and audible-rs in
// the folder of the other, as AUDIBLE_CONFIG_DIR makes possible.
func TestFindSortsOutSharedFolders(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	put(t, sample(t, "rust.plain.json"), home, ".audible", "rs.auth")
	put(t, sample(t, "python/py012.plain.json"), home, ".config", "audible", "cli.json")
	checkList(t, home, find(home, "linux"), `.audible/rs.auth: audible-rs audible-rs [Fake Reader us]
.config/audible/cli.json: audible-cli audible-cli [Fake Reader us]
`)
}

func TestFindTakesTheKeyFileOfTheEnvironment(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	put(t, sample(t, "libation.encrypted.json"), home, "Libation", "AccountsSettings.json")
	keyFile := put(t, masterKey(), home, "keys", "my.key")
	found := find(home, "windows", "LIBATION_MASTER_KEY_FILE", keyFile)
	if len(found) != 1 || found[0].MasterKeyFile != keyFile {
		t.Errorf("found %+v, want the key file %s", found, keyFile)
	}
	if found := find(home, "windows"); found[0].MasterKeyFile != "" {
		t.Errorf("key file %q where there is none", found[0].MasterKeyFile)
	}
}

func TestFindWithoutAnythingFindsNothing(t *testing.T) {
	t.Parallel()
	if found := find(t.TempDir(), "linux"); found != nil {
		t.Errorf("an empty home has %d files", len(found))
	}
	if found := authfile.Find(authfile.FindOptions{}); found != nil {
		t.Errorf("no home at all has %d files", len(found))
	}
}

package web_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
)

// texts are the files below a folder with one of the endings, by path.
func texts(t *testing.T, folder string, endings ...string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, ending := range endings {
			if strings.HasSuffix(path, ending) {
				text, err := os.ReadFile(path)
				all[path] = string(text)
				return err
			}
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d files in %s: %v", len(all), folder, err)
	}
	return all
}

// TestTextBecomesNothingButText: nothing in the pages makes markup, programs or
// property names of text, and nobody's messages are listened to. React writes
// every text as text.
func TestTextBecomesNothingButText(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.1.2", "1.2.1", "1.3.1", "1.3.5", "3.2.3", "3.5.5")
	never := regexp.MustCompile(`dangerouslySetInnerHTML|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment|` +
		`DOMParser|srcDoc|\beval\(|new Function\b|setTimeout\(["'` + "`" + `]|on(?:message)\s*=|addEventListener\(\s*["']message|window\[`)
	for path, text := range texts(t, "src", ".ts", ".tsx") {
		if strings.Contains(path, ".test.") || strings.HasPrefix(path, filepath.Join("src", "test")) {
			continue
		}
		if found := never.FindString(text); found != "" {
			t.Errorf("%s holds %s", path, found)
		}
	}
}

// TestPagesAreOfOneServer: the documents name no program, style or font of
// anybody else's, and have no program within them.
func TestPagesAreOfOneServer(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.2.3", "3.6.1")
	documents := texts(t, "public", ".html")
	index, err := os.ReadFile("index.html")
	if err != nil {
		t.Fatal(err)
	}
	documents["index.html"] = string(index)
	inline := regexp.MustCompile(`(?s)<script(?:\s[^>]*)?>\s*\S[^<]*</script>|\son\w+\s*=|javascript:|<style`)
	abroad := regexp.MustCompile(`(?:src|href|url\()\s*=?\s*["']?(?:https?:)?//`)
	for path, text := range documents {
		if found := inline.FindString(text); found != "" {
			t.Errorf("%s holds a program or a style: %s", path, found)
		}
		if found := abroad.FindString(text); found != "" {
			t.Errorf("%s loads from elsewhere: %s", path, found)
		}
	}
	for path, text := range texts(t, "src", ".css") {
		if regexp.MustCompile(`(?:url\(|@import)\s*["']?(?:https?:)?//`).MatchString(text) {
			t.Errorf("%s loads from elsewhere", path)
		}
	}
}

// TestEveryPackageIsTheOneThatWasChosen: versions are exact, and each package
// is known by the hash of its bytes.
func TestEveryPackageIsTheOneThatWasChosen(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.7.1", "15.2.4")
	var chosen struct{ Dependencies, DevDependencies map[string]string }
	read(t, "package.json", &chosen)
	exact := regexp.MustCompile(`^\d+\.\d+\.\d+(?:-[\w.]+)?$`)
	for _, group := range []map[string]string{chosen.Dependencies, chosen.DevDependencies} {
		for name, version := range group {
			if !exact.MatchString(version) {
				t.Errorf("%s may be any of %s", name, version)
			}
			for _, old := range []string{"flash", "silverlight", "applet", "activex", "jquery"} {
				if strings.Contains(name, old) {
					t.Errorf("%s is of another time", name)
				}
			}
		}
	}
	var lock struct {
		Packages map[string]struct {
			Integrity      string
			Link, InBundle bool
		}
	}
	read(t, "package-lock.json", &lock)
	if len(lock.Packages) < 100 {
		t.Fatalf("only %d packages", len(lock.Packages))
	}
	for name, p := range lock.Packages {
		if name != "" && !p.Link && !p.InBundle && !strings.HasPrefix(p.Integrity, "sha512-") {
			t.Errorf("%s is known by no hash of its bytes", name)
		}
	}
	sums, err := os.ReadFile("../go.sum")
	if err != nil || strings.Count(string(sums), " h1:") < 50 {
		t.Errorf("the modules of Go are not known by hashes: %v", err)
	}
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

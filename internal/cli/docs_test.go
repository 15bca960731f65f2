package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the project's folder, seen from this package.
const root = "../.."

func TestEveryLinkOfTheDocumentsLeadsSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/decisions/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no documents match %s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range link.FindAllStringSubmatch(string(text), -1) {
				if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
					t.Errorf("%s links to %s, which is not there", file, m[1])
				}
			}
		}
	}
}

func TestEveryTestThatADocumentNamesExists(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile("`([a-z0-9/]+)\\.(Test[A-Za-z0-9_]+)")
	for _, file := range []string{"docs/founding.md", "docs/bad-inputs.md"} {
		page, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		all := named.FindAllStringSubmatch(string(page), -1)
		if len(all) < 40 {
			t.Errorf("%s names %d tests only", file, len(all))
		}
		for _, m := range all {
			if !strings.Contains(sources(t, m[1]), "\nfunc "+m[2]+"(") {
				t.Errorf("%s names %s.%s, which there is not", file, m[1], m[2])
			}
		}
	}
}

// sources is the text of the tests of a package.
func sources(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func TestReadmeNamesCommandsThatExist(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile(filepath.Join(root, "docs/cli.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)\bmake ([a-z-]+)`).FindAllStringSubmatch(string(readme), -1) {
		if !strings.Contains(string(makefile), "\n"+m[1]+":") {
			t.Errorf("README names make %s, which the Makefile has not", m[1])
		}
	}
	for _, m := range regexp.MustCompile("(?:bin/|`)audipy ([a-z]+)").FindAllStringSubmatch(string(readme), -1) {
		if !strings.Contains(string(manual), "audipy "+m[1]) {
			t.Errorf("README names audipy %s, which there is not", m[1])
		}
	}
}

func TestAmazonsOfficialWaysAreWrittenDown(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs/amazon.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range []string{
		"what each gives", "Login with Amazon", "no library", "Registering an app", "Security Profile", "Allowed Return URLs",
		"Data Portability", "None names the Audible library", "Device authorization", "PKCE",
	} {
		if !strings.Contains(strings.ToLower(string(text)), strings.ToLower(subject)) {
			t.Errorf("docs/amazon.md says nothing of %q", subject)
		}
	}
}

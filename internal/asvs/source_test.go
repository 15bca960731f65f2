package asvs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
)

const root = "../.."

// source is a file of the program, tests left out.
type source struct {
	path, dir string // from the project's folder
	file      *ast.File
}

// sources parses every file of Go that is no test.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		short, _ := filepath.Rel(root, path)
		short = filepath.ToSlash(short)
		all = append(all, source{short, filepath.ToSlash(filepath.Dir(short)), file})
		return err
	})
	if err != nil || len(all) < 100 {
		t.Fatalf("%d files: %v", len(all), err)
	}
	return all
}

// imports are the paths that a file imports.
func (s source) imports() []string {
	var all []string
	for _, one := range s.file.Imports {
		path, _ := strconv.Unquote(one.Path.Value)
		all = append(all, path)
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	cryptoImport = regexp.MustCompile(`^(crypto(/.*)?|golang\.org/x/crypto/.*|filippo\.io/.*|github\.com/tink-crypto/.*)$`)
	inventoryRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ((?:`[^`]+`(?:, )?)+) \\|")
	quoted       = regexp.MustCompile("`([^`]+)`")
)

// TestCryptographyIsWhatTheInventorySays keeps docs/cryptography.md complete:
// every import of cryptography stands in it, and nothing else does. MD5, DES,
// RC4, ECB, and encryption by RSA are in neither.
func TestCryptographyIsWhatTheInventorySays(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.1.1", "11.1.2", "11.1.3", "11.2.1", "11.3.1", "11.3.2", "11.4.1")
	page := read(t, "docs/cryptography.md")
	listed, used := map[string]bool{}, map[string]bool{}
	for _, row := range inventoryRow.FindAllStringSubmatch(page, -1) {
		for _, dir := range quoted.FindAllStringSubmatch(row[2], -1) {
			listed[row[1]+" in "+dir[1]] = true
		}
	}
	everywhere := []string{"crypto/rand", "crypto/sha256", "crypto/hmac", "crypto/subtle", "crypto/tls", "crypto/x509"}
	for _, s := range sources(t) {
		for _, path := range s.imports() {
			if cryptoImport.MatchString(path) && !slices.Contains(everywhere, path) {
				used[path+" in "+s.dir] = true
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{
				"EncryptPKCS1v15", "DecryptPKCS1v15", "EncryptOAEP", "DecryptOAEP", "NewOFB", "NewCFBEncrypter", "NewCTR",
			}, sel.Sel.Name) {
				t.Errorf("%s uses %s", s.path, sel.Sel.Name)
			}
			if text, ok := purpose(n); ok && !strings.Contains(page, "`"+text+"`") {
				t.Errorf("%s uses keys or hashes for %q, of which docs/cryptography.md says nothing", s.path, text)
			}
			return true
		})
	}
	for _, one := range slices.Sorted(maps.Keys(used)) {
		if !listed[one] {
			t.Errorf("%s, and not in docs/cryptography.md", one)
		}
	}
	for _, one := range slices.Sorted(maps.Keys(listed)) {
		if !used[one] {
			t.Errorf("%s stands in docs/cryptography.md, and not in the source", one)
		}
	}
	for _, weak := range []string{"crypto/md5", "crypto/des", "crypto/rc4", "golang.org/x/crypto/ripemd160"} {
		if strings.Contains(page, weak) {
			t.Errorf("%s is in use", weak)
		}
	}
}

var purposeText = regexp.MustCompile(`^audipy/[a-z0-9/ -]+$`)

// purpose is the text of a literal that keeps one use of a key from another.
func purpose(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil && purposeText.MatchString(text) && regexp.MustCompile(`\d`).MatchString(text)
}

// TestTheLanguagesOwnSafetyHolds: no memory is handled by hand, and nothing is
// made of bytes from outside but what the receiver expects.
func TestTheLanguagesOwnSafetyHolds(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.4.1", "1.5.2")
	for _, s := range sources(t) {
		for _, path := range s.imports() {
			if slices.Contains([]string{"unsafe", "C", "plugin", "encoding/gob", "encoding/xml", "net/rpc", "gopkg.in/yaml.v3", "go.yaml.in/yaml/v3"}, path) {
				t.Errorf("%s imports %s", s.path, path)
			}
		}
	}
	if !strings.Contains(read(t, "scripts/build"), "CGO_ENABLED=0") {
		t.Error("the program is built with C")
	}
}

// TestEveryConnectionChecksItsCertificate: nothing turns the check of the other
// side off, and nothing speaks an older TLS than 1.2.
func TestEveryConnectionChecksItsCertificate(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "12.3.2")
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && (id.Name == "InsecureSkipVerify" || id.Name == "VersionTLS10" || id.Name == "VersionTLS11") {
				t.Errorf("%s uses %s", s.path, id.Name)
			}
			return true
		})
	}
}

// simulator is the made-up Amazon, which no server outside the demo runs.
const simulator = "audible/audiblesim"

// TestNoFormatComesFromOutside: what is formatted by is written in the source,
// or is the format that a function was called with, which vet looks after. No
// template escapes nothing.
func TestNoFormatComesFromOutside(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.7", "1.3.10")
	at := map[string]int{"Sprintf": 0, "Printf": 0, "Errorf": 0, "Fprintf": 1, "Appendf": 1}
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, _ := sel.X.(*ast.Ident)
			i, formats := at[sel.Sel.Name]
			if formats && pkg != nil && pkg.Name == "fmt" && s.dir != simulator && !isWritten(s.file, call.Args[i]) {
				t.Errorf("%s formats by something that is no text of the source", s.path)
			}
			return true
		})
		if slices.Contains(s.imports(), "text/template") {
			t.Errorf("%s imports text/template, which escapes nothing", s.path)
		}
	}
}

// isWritten reports whether an expression is a text of the source: literals,
// put together or named.
func isWritten(file *ast.File, e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.ParenExpr:
		return isWritten(file, e.X)
	case *ast.BinaryExpr:
		return isWritten(file, e.X) && isWritten(file, e.Y)
	case *ast.Ident:
		return e.Name == "format" || isConstant(file, e.Name)
	}
	return false
}

// isConstant reports whether a name is a constant of the file.
func isConstant(file *ast.File, name string) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		decl, ok := n.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			return true
		}
		for _, spec := range decl.Specs {
			for _, id := range spec.(*ast.ValueSpec).Names {
				found = found || id.Name == name
			}
		}
		return true
	})
	return found
}

// TestLogsGoWhereTheyShould: only the command line writes to the process's own
// streams, and nothing but slog logs.
func TestLogsGoWhereTheyShould(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.2.3")
	for _, s := range sources(t) {
		ofProcess := strings.HasPrefix(s.path, "cmd/") || strings.HasPrefix(s.path, "internal/cli/") || strings.HasPrefix(s.path, "bench/")
		if slices.Contains(s.imports(), "log") && s.dir != simulator {
			t.Errorf("%s imports log", s.path)
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || ofProcess {
				return true
			}
			pkg, _ := sel.X.(*ast.Ident)
			if pkg != nil && (pkg.Name == "os" && (sel.Sel.Name == "Stdout" || sel.Sel.Name == "Stderr") ||
				pkg.Name == "fmt" && strings.HasPrefix(sel.Sel.Name, "Print") || pkg.Name == "slog" && sel.Sel.Name == "Default") {
				t.Errorf("%s uses %s.%s", s.path, pkg.Name, sel.Sel.Name)
			}
			return true
		})
	}
}

var secretInSource = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\n?[A-Za-z0-9+/]{60}|Atn[ar]\|[A-Za-z0-9_-]{60}|AGE-SECRET-KEY-1[A-Z0-9]{50}`)

// TestNoSecretIsInTheSource: keys and tokens come from where the operator keeps
// them, and none is in the program or beside it.
func TestNoSecretIsInTheSource(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "13.2.3", "13.3.1")
	for _, s := range sources(t) {
		if secretInSource.MatchString(read(t, s.path)) {
			t.Errorf("%s holds what looks like a secret", s.path)
		}
	}
	if !secretInSource.MatchString("-----BEGIN RSA PRIVATE KEY-----\n" + strings.Repeat("A", 64)) {
		t.Error("a key would not be noticed")
	}
	for _, path := range []string{"packaging/compose.yaml", "packaging/Dockerfile", "packaging/systemd/audipy.service"} {
		for line := range strings.Lines(read(t, path)) {
			set := regexp.MustCompile(`(?i)^[^#]*(password|secret|token)\w*\s*[:=]\s*["']?([^"'\s]+)`).FindStringSubmatch(line)
			if set != nil && !strings.HasPrefix(set[2], "/run/secrets/") && !strings.HasPrefix(set[2], "$") {
				t.Errorf("%s sets a secret: %s", path, line)
			}
		}
	}
}

// TestHowSoonAHoleIsMended: SECURITY.md says how long a known hole may stay.
func TestHowSoonAHoleIsMended(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.1.1")
	page := read(t, "SECURITY.md")
	for _, severity := range []string{"critical", "high", "other"} {
		if !regexp.MustCompile(`(?m)^\| ` + severity + ` \| within \d+ (hours|days) \|`).MatchString(page) {
			t.Errorf("SECURITY.md does not say how soon a hole that is %s is mended", severity)
		}
	}
}

// TestTheServiceIsHemmedIn: the unit and the container give the program as
// little as it needs.
func TestTheServiceIsHemmedIn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.2.5")
	unit := read(t, "packaging/systemd/audipy.service")
	for _, want := range []string{
		"User=audipy", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "ProtectSystem=strict", "ProtectHome=yes",
		"PrivateTmp=yes", "PrivateDevices=yes", "RestrictAddressFamilies=", "MemoryDenyWriteExecute=yes",
		"SystemCallFilter=@system-service", "LimitCORE=0", "UMask=0077", "StateDirectoryMode=0700",
	} {
		if !strings.Contains(unit, "\n"+want) {
			t.Errorf("the unit does not say %s", want)
		}
	}
	compose := read(t, "packaging/compose.yaml")
	server, _, _ := strings.Cut(compose, "\n  migrate:")
	for _, want := range []string{"read_only: true", "cap_drop: [ALL]", `security_opt: ["no-new-privileges:true"]`, "mem_limit:", "pids_limit:", `"127.0.0.1:2834:2834"`} {
		if !strings.Contains(server, want) {
			t.Errorf("the container does not have %s", want)
		}
	}
	image := read(t, "packaging/Dockerfile")
	_, last, _ := strings.Cut(image, "\nFROM scratch")
	if !strings.Contains(last, "\nUSER 65532:65532\n") || strings.Contains(last, "COPY . ") {
		t.Error("the image is root's, or holds more than the program")
	}
}

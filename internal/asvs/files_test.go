package asvs_test

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
)

// written are the files of the source that write files, and what they write.
// None of it is what somebody sent, but for pictures that were drawn anew, and
// nothing of it is a program.
func written() map[string]string {
	return map[string]string{
		"internal/backup/restore.go":      "the database that a backup holds",
		"internal/cert/selfsigned.go":     "the server's own certificate",
		"internal/cli/checkpoint.go":      "checkpoints of audit trails",
		"internal/cli/login_questions.go": "a picture of Amazon's for the person at the terminal",
		"internal/cli/outfile.go":         "what a command puts out",
		"internal/cover/shelf.go":         "covers, drawn anew",
		"internal/store/lockfile.go":      "an empty file to lock",
		"internal/store/private.go":       "an empty database",
		"internal/vault/keyfile.go":       "the key",
		"internal/vault/keyring.go":       "an empty file to lock",
		"audible/authfile/find.go":        "nothing: it reads",
	}
}

// TestNothingThatWasSentIsServedAsAFile: the pages come from within the program
// alone, the API opens no file, and whatever writes files is on the list and
// makes none that runs.
func TestNothingThatWasSentIsServedAsAFile(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "5.3.1")
	serving := []string{"FileServer", "FileServerFS", "ServeFile", "ServeFileFS", "Dir", "NewFileTransport"}
	writing := []string{"WriteFile", "Create", "CreateTemp", "OpenFile", "Rename", "Link", "Symlink", "Chmod"}
	found := map[string]bool{}
	for _, s := range sources(t) {
		if strings.HasPrefix(s.path, "bench/") || strings.HasPrefix(s.path, "cmd/") || s.dir == simulator || s.dir == "internal/store/storetest" {
			continue // no part of a server
		}
		if s.dir == "internal/httpapi" && slices.Contains(s.imports(), "os") {
			t.Errorf("%s can open files", s.path)
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, _ := sel.X.(*ast.Ident)
			switch {
			case pkg != nil && pkg.Name == "http" && slices.Contains(serving, sel.Sel.Name):
				t.Errorf("%s serves files by http.%s", s.path, sel.Sel.Name)
			case pkg != nil && pkg.Name == "os" && slices.Contains(writing, sel.Sel.Name):
				found[s.path] = true
			}
			return true
		})
		for _, mode := range modes(s.file) {
			if mode != "0o600" && mode != "0" {
				t.Errorf("%s makes a file of mode %s", s.path, mode)
			}
		}
	}
	if !strings.Contains(read(t, "web/embed.go"), "//go:embed all:dist") {
		t.Error("the pages are not within the program")
	}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		if written()[path] == "" {
			t.Errorf("%s writes files and is not on the list", path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(written())) {
		if !found[path] {
			t.Errorf("%s is on the list and writes no file", path)
		}
	}
}

// modes are those of the files that a source file makes.
func modes(file *ast.File) []string {
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "WriteFile" && sel.Sel.Name != "OpenFile" {
			return true
		}
		if mode, ok := call.Args[len(call.Args)-1].(*ast.BasicLit); ok {
			all = append(all, mode.Value)
		}
		return true
	})
	return all
}

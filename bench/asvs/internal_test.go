package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A package that isn't even built runs no test, and a test that is cut off has
// no end: neither may look as if nothing had been claimed.
func TestOnlyATestThatPassesCounts(t *testing.T) {
	t.Parallel()
	proven := map[string]bool{}
	ended, err := tally(strings.NewReader(`{"Action":"output","Test":"TestA","Output":"asvs: covers 1.2.4\n"}
{"Action":"pass","Test":"TestA/sqlite"}
{"Action":"pass","Test":"TestA"}
{"Action":"output","Test":"TestB","Output":"asvs: covers 5.3.1\n"}
{"Action":"fail","Test":"TestB"}
{"Action":"output","Test":"TestC","Output":"asvs: covers 6.1.1\n"}
{"Action":"pass","Test":"TestC/sqlite"}
FAIL
{"Action":"fail","Package":"p"}
`), proven)
	if err != nil || len(proven) != 1 || !proven["1.2.4"] {
		t.Errorf("proven %v, %v", proven, err)
	}
	if len(ended) != 2 || ended["TestA"] != "pass" || ended["TestB"] != "fail" {
		t.Errorf("ended %v", ended)
	}
}

// claimed are the ids that the source claims.
func claimed(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == "node_modules" {
				return filepath.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "Covers" {
				return true
			}
			for _, arg := range call.Args[1:] {
				if id, ok := arg.(*ast.BasicLit); ok {
					text, _ := strconv.Unquote(id.Value) // the parser took it
					all[text] = true
				}
			}
			return true
		})
		return nil
	})
	if err != nil || len(all) < 200 {
		t.Fatalf("%d claims: %v", len(all), err)
	}
	return all
}

// The page and the claims fit, without the minutes of running the tests: nothing
// is claimed that the page doesn't list, and all of level 1 is claimed.
func TestTheFirstLevelIsClaimedAndNothingElseThanThePageLists(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	claims, listed := claimed(t), map[string]bool{}
	for _, c := range parse(page) {
		for level, ids := range c.levels {
			for _, id := range ids {
				listed[id] = true
				if level == 1 && !claims[id] {
					t.Errorf("no test claims %s", id)
				}
			}
		}
	}
	for id := range claims {
		if !listed[id] {
			t.Errorf("a test claims %s, which the page doesn't list", id)
		}
	}
	if len(listed) != 284 {
		t.Errorf("the page lists %d", len(listed))
	}
}

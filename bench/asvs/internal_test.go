package main

import (
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

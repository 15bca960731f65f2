package main_test

import (
	"os"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestAccountsOfTheDocumentAreAccepted(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/simulator.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```json\n")
	example, _, _ := strings.Cut(rest, "```")
	accounts, err := audiblesim.LoadAccounts(strings.NewReader(example))
	if err != nil || len(accounts) != 2 {
		t.Fatalf("%d accounts, %v, want the two of the example", len(accounts), err)
	}
	sim := audiblesim.New(audiblesim.Options{})
	for _, a := range accounts {
		if err := sim.AddAccount(a); err != nil {
			t.Error(err)
		}
	}
}

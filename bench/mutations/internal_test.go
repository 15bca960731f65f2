package main

import "testing"

// TestEveryMutantFitsTheSource keeps the table in step with the source, without
// running what takes minutes.
func TestEveryMutantFitsTheSource(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, m := range mutants() {
		if _, err := m.mutate("../.."); err != nil {
			t.Error(err)
		}
		if names[m.name] || m.old == m.new {
			t.Errorf("%q stands twice or changes nothing", m.name)
		}
		names[m.name] = true
	}
	if len(names) < 60 {
		t.Errorf("only %d mutants", len(names))
	}
}

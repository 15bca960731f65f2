package cli_test

import (
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/cli"
)

func TestMemoryIsGivenBackOnceAfterWorkAndNotDuringIt(t *testing.T) {
	t.Parallel()
	got := cli.Rests(10, 60, 110, 112, 113, 114, 118, 128, 129)
	want := []bool{false, false, false, true, false, false, false, false, true}
	if !slices.Equal(got, want) {
		t.Errorf("given back at %v, want %v", got, want)
	}
}

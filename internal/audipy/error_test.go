package audipy_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

func TestKindOfFindsTheOutermostError(t *testing.T) {
	t.Parallel()
	inner := audipy.Fail(audipy.Unavailable, "Audible is away", errors.New("dial"))
	outer := audipy.Fail(audipy.ActionRequired, "sign in again", fmt.Errorf("refresh: %w", inner))
	cases := []struct {
		name string
		err  error
		want audipy.Kind
	}{
		{"nothing classified", errors.New("x"), audipy.Internal},
		{"direct", inner, audipy.Unavailable},
		{"wrapped", fmt.Errorf("sync: %w", inner), audipy.Unavailable},
		{"outermost wins", outer, audipy.ActionRequired},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := audipy.KindOf(c.err); got != c.want {
				t.Errorf("KindOf(%v) = %v, want %v", c.err, got, c.want)
			}
		})
	}
}

func TestErrorKeepsItsCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	err := audipy.Fail(audipy.Internal, "the library was not saved", cause)
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if got, want := err.Error(), "the library was not saved: disk full"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if got, want := audipy.Fail(audipy.Invalid, "no such store", nil).Error(), "no such store"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

func TestWithHintLeavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	plain := audipy.Fail(audipy.NotFound, "no account", nil)
	hinted := plain.WithHint("run audipy login")
	if plain.Hint != "" || hinted.Hint != "run audipy login" || hinted.Kind != audipy.NotFound {
		t.Errorf("plain = %+v, hinted = %+v", plain, hinted)
	}
}

func TestACodeAndAWaitAreGivenToACopy(t *testing.T) {
	t.Parallel()
	plain := audipy.Fail(audipy.Busy, "too many attempts", nil)
	told := plain.WithCode("too_many_attempts").WithRetryAfter(time.Minute)
	if told.Code != "too_many_attempts" || told.RetryAfter != time.Minute || told.Msg != plain.Msg {
		t.Errorf("got %+v", told)
	}
	if plain.Code != "" || plain.RetryAfter != 0 {
		t.Errorf("the original was changed: %+v", plain)
	}
}

package recent_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/recent"
)

func TestWhoeverAskedTheLongestTimeAgoMakesRoom(t *testing.T) {
	t.Parallel()
	p, now := recent.New[int](2), time.Now()
	*p.Of("kim", now) = 1
	*p.Of("lee", now.Add(time.Minute)) = 2
	if n := *p.Of("kim", now.Add(2*time.Minute)); n != 1 {
		t.Errorf("of kim is kept %d", n)
	}
	*p.Of("max", now.Add(3*time.Minute)) = 3
	if n := *p.Of("kim", now.Add(4*time.Minute)); n != 1 {
		t.Errorf("of kim, who asked again, is kept %d", n)
	}
	if n := *p.Of("lee", now.Add(5*time.Minute)); n != 0 {
		t.Errorf("of lee, who made room, is kept %d", n)
	}
}

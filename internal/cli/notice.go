package cli

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/notify"
)

// maxNotices bounds what is said in words after one sync.
const maxNotices = 10

// notice is something that the person would want to know unasked.
type notice struct {
	Kind        audipy.NoticeKind `json:"kind"`
	Text        string            `json:"text"`
	ASIN        string            `json:"asin,omitempty"`
	Marketplace string            `json:"marketplace,omitempty"`
}

// notices returns what was not said before: what has become cheap, come out,
// begun to leave Plus or gone. Nobody is told twice, here or by a server on the
// same data.
func (a *app) notices(ctx context.Context) ([]notice, error) {
	told, err := notify.New(notify.Options{Store: a.store, Advice: a.advisor(), Now: a.env.Now, Log: a.log}).
		Look(ctx, a.user.ID)
	found := make([]notice, len(told))
	for i, n := range told {
		found[i] = notice{n.Kind, n.Title, n.ASIN, n.Marketplace}
	}
	return found, err
}

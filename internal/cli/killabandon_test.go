package cli_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/store/storetest"
)

// TestLinksThatNobodyComesBackToLeaveNoDevice kills the server when devices are
// registered and nobody has confirmed them. Whatever server is started later
// signs them out, and leaves alone what another program registered.
func TestLinksThatNobodyComesBackToLeaveNoDevice(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHousehold(t, db)
		for _, doors := range [][]string{{"browser", "guided", "relay"}, {"file"}} {
			h.at = h.startBehind(t)
			h.must(t, http.StatusOK, http.MethodPost, "session", map[string]string{"email": killLogin, "password": serverPassword}, nil)
			h.must(t, http.StatusOK, http.MethodPost, "session/step-up", map[string]string{"password": serverPassword}, nil)
			for _, door := range doors {
				link, register := h.begin(t, door)
				register()
				h.resume(t, door, link, register)
			}
			if n := h.sim.LiveDevices(killLogin); n != len(doors) {
				t.Fatalf("%d devices were registered, want %d", n, len(doors))
			}
			h.at.kill()
			h.ahead.Add(int64(11 * time.Minute))
			h.at = h.startBehind(t)
			await(t, "the devices of links that nobody confirmed are gone", func() bool {
				left, err := h.store.DepartingDevices(t.Context(), h.user)
				ensure(t, err)
				return h.sim.LiveDevices(killLogin) == h.shared && len(left) == 0
			})
			h.at.kill()
			h.ahead.Add(int64(time.Hour))
		}
		if n := h.sim.LiveDevices(killLogin); n != 1 || h.linked(t) != "" {
			t.Errorf("%d devices live, want that of the file, and %q is linked", n, h.linked(t))
		}
	})
}

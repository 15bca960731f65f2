package auth

import (
	"context"
	"net/netip"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// Limit is how many attempts there may be within a window.
type Limit struct {
	Count  int
	Window time.Duration
	// Block, when set, is how long nothing passes once Count was reached.
	Block time.Duration
	// Free and MaxDelay slow attempts down before they are refused: after
	// Free of them each waits twice as long as the last, MaxDelay at most.
	Free     int
	MaxDelay time.Duration
}

// Limits are all that an attacker could try often. The zero value means
// DefaultLimits.
type Limits struct {
	// Password bounds wrong passwords for one address, Network those from one
	// network, People for how many addresses one network tries.
	Password, Network, People Limit
	// Reset bounds requests for a new password for one address, ResetNetwork
	// those from one network, SetUp the attempts at set-up from one.
	Reset, ResetNetwork, SetUp Limit
	// Register bounds registrations from one network, with what asks for a link
	// to register among them; AskAll those requests from everywhere, and Invite
	// how many invites one network looks at.
	Register, AskAll, Invite Limit
	// Code bounds wrong one-time passwords of one person, CodeNetwork those
	// from one network; Recovery and RecoveryNetwork do so for recovery codes.
	Code, CodeNetwork, Recovery, RecoveryNetwork Limit
	// Passkey bounds answers of the passkeys of one person, PasskeyNetwork those
	// from one network.
	Passkey, PasskeyNetwork Limit
	// DeviceCode bounds wrong codes of devices in one session, DeviceNetwork
	// those from one network, and DeviceAsk how many devices ask from there.
	DeviceCode, DeviceNetwork, DeviceAsk Limit
	// Provider bounds how often one person who is signed in is sent to a
	// provider, ProviderNetwork how often one network goes there or comes back
	// in vain.
	Provider, ProviderNetwork Limit
	// Tries is how many second factors may be tried after one right password.
	Tries int
	// Failures is how many wrong passwords in a row disable a password, and
	// how many wrong second factors suspend an authenticator.
	Failures int
}

// DefaultLimits are those of a server in use. They are documented in
// docs/people.md.
func DefaultLimits() Limits {
	const minute, hour = time.Minute, time.Hour
	return Limits{
		Password:     Limit{Count: 10, Window: 15 * minute, Free: 5, MaxDelay: minute},
		Network:      Limit{Count: 20, Window: 10 * minute},
		People:       Limit{Count: 10, Window: 10 * minute, Block: hour},
		Reset:        Limit{Count: 3, Window: hour},
		ResetNetwork: Limit{Count: 10, Window: hour},
		SetUp:        Limit{Count: 20, Window: 10 * minute},
		Register:     Limit{Count: 5, Window: hour},
		AskAll:       Limit{Count: 100, Window: hour},
		Invite:       Limit{Count: 30, Window: 10 * minute},
		Code:         Limit{Count: 10, Window: 15 * minute}, CodeNetwork: Limit{Count: 30, Window: minute},
		Recovery: Limit{Count: 5, Window: hour}, RecoveryNetwork: Limit{Count: 10, Window: hour},
		Passkey: Limit{Count: 20, Window: 5 * minute}, PasskeyNetwork: Limit{Count: 60, Window: 5 * minute},
		DeviceCode: Limit{Count: 5, Window: hour}, DeviceNetwork: Limit{Count: 20, Window: hour},
		DeviceAsk: Limit{Count: 30, Window: 10 * minute},
		Provider:  Limit{Count: 10, Window: 10 * minute}, ProviderNetwork: Limit{Count: 30, Window: 10 * minute},
		Tries: 5, Failures: 100,
	}
}

// throttle is a limit as the store counts it, by a keyed hash of what is
// counted.
func (s *Service) throttle(name string, l Limit, key string) store.Throttle {
	return store.Throttle{
		Name: name, Key: s.blind(key), Limit: l.Count, Window: l.Window, Block: l.Block, Free: l.Free, MaxDelay: l.MaxDelay,
	}
}

func (s *Service) blind(text string) []byte { return mac(s.ring.current().throttle, text) }

// Network is a part of the network whose attempts are counted together.
type Network struct {
	// Prefix names it, and Times is how many times as much it may do as one
	// household.
	Prefix string
	Times  int
}

// siteTimes is how many times as much as one household a prefix of 48 bits may
// do, the most that a site gets of version 6: it has room for 65,536 households
// or for one attacker.
const siteTimes = 4

// Networks are those that an attempt from an address counts for: the address
// itself in version 4; the 64-bit prefix that a household has and the 48-bit
// one that a site has in version 6.
func Networks(address netip.Addr) []Network {
	address = address.Unmap()
	switch {
	case !address.IsValid():
		return []Network{{"unknown", 1}}
	case address.Is4():
		return []Network{{netip.PrefixFrom(address, address.BitLen()).String(), 1}}
	}
	address = address.WithZone("")
	return []Network{
		{netip.PrefixFrom(address, 64).Masked().String(), 1},
		{netip.PrefixFrom(address, 48).Masked().String(), siteTimes},
	}
}

// throttles are a limit for each network that an attempt counts for.
func (s *Service) throttles(name string, l Limit, v Visitor) []store.Throttle {
	var all []store.Throttle
	for _, n := range Networks(v.Address) {
		of := l
		of.Count *= n.Times
		all = append(all, s.throttle(name, of, n.Prefix))
	}
	return all
}

// signInLimits are the limits on a password for an address. A browser that the
// person has signed in with before is counted by itself: whoever tries
// passwords elsewhere doesn't lock the person out.
func (s *Service) signInLimits(email, device string, v Visitor) []store.Throttle {
	if device != "" {
		return []store.Throttle{s.throttle("password", s.limits.Password, "device "+email+" "+device)}
	}
	all := []store.Throttle{s.throttle("password", s.limits.Password, "address "+email)}
	all = append(all, s.throttles("network", s.limits.Network, v)...)
	for _, people := range s.throttles("people", s.limits.People, v) {
		people.Member = s.blind(email)
		all = append(all, people)
	}
	return all
}

// codeLimits are the limits on one-time passwords or recovery codes for an
// address, with the same room for a known browser.
func (s *Service) codeLimits(email string, second Second, v Visitor, device string) []store.Throttle {
	name, own, network := "code", s.limits.Code, s.limits.CodeNetwork
	if second.RecoveryCode != "" {
		name, own, network = "recovery", s.limits.Recovery, s.limits.RecoveryNetwork
	}
	who := "address " + email
	if device != "" {
		who = "device " + email + " " + device
	}
	return append([]store.Throttle{s.throttle(name, own, who)}, s.throttles(name+"_network", network, v)...)
}

// take counts an attempt, or refuses it.
func (s *Service) take(ctx context.Context, limits []store.Throttle) error {
	wait, err := s.store.TakeAttempt(ctx, limits)
	if err != nil || wait == 0 {
		return err
	}
	return audipy.Fail(audipy.Busy, "There were too many attempts.", nil).WithCode("too_many_attempts").
		WithHint("Wait a while, then try again.").WithRetryAfter(wait)
}

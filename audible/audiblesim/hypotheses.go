package audiblesim

import "time"

// TokenLifetime is a hypothesis of how long Amazon lets a registration live;
// what is true is not established (protocol 6.6). The zero value is "until it
// is deregistered". It holds for old and new registrations alike.
type TokenLifetime struct {
	// Age ends a registration so long after it was made; 0 means never.
	Age time.Duration
	// MaxDevices ends an account's oldest registration when one more than so
	// many is made; 0 means no limit.
	MaxDevices int
	// PasswordChange ends all registrations of an account when its password
	// is changed.
	PasswordChange bool
	// KeepKeys lets the ADP token and key live on where only the refresh
	// token ends.
	KeepKeys bool
}

// hypotheses is the part of the registry that is not known but supposed.
type hypotheses struct{ lifetime TokenLifetime }

// SetTokenLifetime sets the hypothesis that holds from now on.
func (s *Sim) SetTokenLifetime(l TokenLifetime) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.registry.lifetime = l
}

// retire ends a registration as the hypothesis says.
func (s *Sim) retire(d *device) {
	d.refreshOK = false
	if !s.registry.lifetime.KeepKeys {
		d.keyOK = false
	}
}

// retireSurplus ends the oldest registrations beyond the limit.
func (s *Sim) retireSurplus(owner *account) {
	limit := s.registry.lifetime.MaxDevices
	if limit == 0 {
		return
	}
	living := make([]*device, 0, len(owner.devices))
	for _, d := range owner.devices {
		if d.refreshOK {
			living = append(living, d)
		}
	}
	for len(living) > limit {
		s.retire(living[0])
		living = living[1:]
	}
}

// age ends a registration that is too old by now.
func (s *Sim) age(d *device) {
	if life := s.registry.lifetime.Age; life > 0 && s.now().Sub(d.created) >= life {
		s.retire(d)
	}
}

package audiblesim

import (
	"slices"
	"time"
)

// DeviceState is a registration as the account's owner sees it in the list of
// devices, and what of it still works.
type DeviceState struct {
	Name   string `json:"name"`
	Serial string `json:"serial"`
	Type   string `json:"type"`
	// Marketplace is the country code of the store it was registered in.
	Marketplace string `json:"marketplace"`
	// Registered is when.
	Registered time.Time `json:"registered"`
	// RefreshToken and Key say whether the refresh token, and the ADP token
	// with its key, still work.
	RefreshToken bool `json:"refresh_token"`
	Key          bool `json:"key"`
}

// Devices lists an account's registrations, dead ones too, the oldest first.
// The slice is the caller's.
func (s *Sim) Devices(login string) ([]DeviceState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, err := s.find(login)
	if err != nil {
		return nil, err
	}
	list := make([]DeviceState, 0, len(owner.devices))
	for _, d := range owner.devices {
		s.age(d)
		list = append(list, DeviceState{
			Name: d.name, Serial: d.serial, Type: d.typ, Marketplace: d.home.code,
			Registered: d.created, RefreshToken: d.refreshOK, Key: d.keyOK,
		})
	}
	return list, nil
}

// LiveDevices counts the account's registrations that still work in any way;
// an unknown login has none.
func (s *Sim) LiveDevices(login string) int {
	list, _ := s.Devices(login)
	return len(slices.DeleteFunc(list, func(d DeviceState) bool { return !d.RefreshToken && !d.Key }))
}

// Prompts counts the sign-ins in which the account's owner was asked for the
// password; an unknown login has none.
func (s *Sim) Prompts(login string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if owner, err := s.find(login); err == nil {
		return owner.prompts
	}
	return 0
}

// ExpireAccessTokens ends the hour of all access tokens of the account.
func (s *Sim) ExpireAccessTokens(login string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, err := s.find(login)
	if err != nil {
		return err
	}
	for _, t := range s.registry.access {
		if t.owner == owner {
			t.expires = s.now()
		}
	}
	return nil
}

// RevokeDevice removes one registration from the account's list of devices,
// as its owner can on the website: refresh token, ADP token and key die at
// once. It does nothing for a serial that the account has not.
func (s *Sim) RevokeDevice(login, serial string) error {
	return s.eachDevice(login, func(d *device) {
		if d.serial == serial {
			d.kill()
		}
	})
}

// RevokeAll removes all registrations of the account.
func (s *Sim) RevokeAll(login string) error {
	return s.eachDevice(login, (*device).kill)
}

// eachDevice works on every registration of an account, with s.mu held.
func (s *Sim) eachDevice(login string, work func(*device)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, err := s.find(login)
	if err != nil {
		return err
	}
	for _, d := range owner.devices {
		work(d)
	}
	return nil
}

// RefuseRefreshTokens ends the account's refresh tokens alone; ADP tokens and
// keys go on working, and so do access tokens to the end of their hour.
func (s *Sim) RefuseRefreshTokens(login string) error {
	return s.eachDevice(login, func(d *device) { d.refreshOK = false })
}

// ChangePassword sets a new password. With killsTokens, or under a
// TokenLifetime that says so, the account's registrations end.
func (s *Sim) ChangePassword(login, password string, killsTokens bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, err := s.find(login)
	if err != nil {
		return err
	}
	owner.Password = password
	if killsTokens || s.registry.lifetime.PasswordChange {
		for _, d := range owner.devices {
			s.retire(d)
		}
	}
	return nil
}

// SetChallenges replaces what follows the password in the account's next
// sign-ins; those under way keep theirs.
func (s *Sim) SetChallenges(login string, names ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, err := s.find(login)
	if err != nil {
		return err
	}
	changed := owner.Account
	changed.Challenges = slices.Clone(names)
	if err := changed.check(); err != nil {
		return err
	}
	owner.Account = changed
	return nil
}

// OTP returns a one-time password that the account's sign-in takes now: the
// fixed one, or the next code of its authenticator app that was not used.
func (s *Sim) OTP(login string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, err := s.find(login)
	if err != nil {
		return "", err
	}
	if owner.OTP != "" {
		return owner.OTP, nil
	}
	key, err := totpKey(owner.TOTPSeed)
	if err != nil {
		return "", err
	}
	step := max(s.now().Unix()/totpStep, owner.lastTOTP+1)
	return totpCode(key, step), nil
}

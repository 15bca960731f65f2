package audiblesim

import (
	"net/http"
	"time"
)

// lifetimeInput is a TokenLifetime whose age is in whole days, as hypotheses
// are told.
type lifetimeInput struct {
	Days           int  `json:"days"`
	MaxDevices     int  `json:"max_devices"`
	PasswordChange bool `json:"password_change"`
	KeepKeys       bool `json:"keep_keys"`
}

// setLifetime is the command "lifetime".
func (s *Sim) setLifetime(in lifetimeInput) (any, error) {
	s.SetTokenLifetime(TokenLifetime{
		Age:        time.Duration(in.Days) * 24 * time.Hour,
		MaxDevices: in.MaxDevices, PasswordChange: in.PasswordChange, KeepKeys: in.KeepKeys,
	})
	return nil, nil
}

// outageInput counts from now, so that nobody needs the simulator's clock.
type outageInput struct {
	In      int    `json:"in_seconds"`
	Seconds int    `json:"seconds"`
	Status  int    `json:"status"`
	Host    string `json:"host"`
}

// answerInput is a NextAnswer with one value per header.
type answerInput struct {
	Host   string            `json:"host"`
	Path   string            `json:"path"`
	Times  int               `json:"times"`
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   string            `json:"body"`
}

// networkCommands are about answers that go wrong.
func (s *Sim) networkCommands() map[string]command {
	return map[string]command{
		"outage": {`{"in_seconds","seconds","status","host"}: plans an outage; status 0 cuts connections`, taking(
			func(in outageInput) (any, error) {
				from := s.now().Add(time.Duration(in.In) * time.Second)
				s.AddOutage(Outage{
					From: from, To: from.Add(time.Duration(in.Seconds) * time.Second), Status: in.Status, Host: in.Host,
				})
				return nil, nil
			})},
		"next-answer": {`{"host","path","times","status","header":{},"body"}: replaces the next answers that match`, taking(
			func(in answerInput) (any, error) {
				header := make(http.Header)
				for name, value := range in.Header {
					header.Set(name, value)
				}
				s.AnswerNext(NextAnswer{
					Host: in.Host, Path: in.Path, Times: in.Times, Status: in.Status, Header: header, Body: in.Body,
				})
				return nil, nil
			})},
	}
}

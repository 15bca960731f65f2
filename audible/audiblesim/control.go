package audiblesim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
)

// command is one thing that the control port does.
type command struct {
	usage string // the JSON it takes, and what it does
	run   func(body []byte) (any, error)
}

// controls is the control port: POST /<command> with a JSON object; a GET of
// the root lists the commands. It takes nothing from web pages.
func (s *Sim) controls() http.Handler {
	commands := s.commands()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		list := make(map[string]string, len(commands))
		for name, c := range commands {
			list[name] = c.usage
		}
		writeJSON(w, http.StatusOK, list)
	})
	mux.HandleFunc("POST /{command}", func(w http.ResponseWriter, r *http.Request) {
		c, known := commands[r.PathValue("command")]
		if !known {
			writeJSON(w, http.StatusNotFound, map[string]string{"error": "no such command; GET / lists them"})
			return
		}
		runCommand(w, r, c)
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

// runCommand answers 400 with the command's own words when it is refused, and
// an empty object when there is nothing to tell.
func runCommand(w http.ResponseWriter, r *http.Request, c command) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAccountsFile))
	if err != nil {
		writeJSON(w, http.StatusRequestEntityTooLarge, map[string]string{"error": "the command is too long"})
		return
	}
	result, err := c.run(body)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	if result == nil {
		result = struct{}{}
	}
	writeJSON(w, http.StatusOK, result)
}

// taking makes a command that reads T strictly; an empty body is a zero T.
func taking[T any](run func(T) (any, error)) func([]byte) (any, error) {
	return func(body []byte) (any, error) {
		var input T
		if len(bytes.TrimSpace(body)) == 0 {
			return run(input)
		}
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&input); err != nil {
			return nil, fmt.Errorf("read the command: %w", err)
		}
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return nil, errors.New("read the command: text after the object")
		}
		return run(input)
	}
}

// loginInput is what most commands take.
type loginInput struct {
	Login  string `json:"login"`
	Serial string `json:"serial"`
}

// forLogin makes a command that does something to one account.
func forLogin(run func(login string) error) func([]byte) (any, error) {
	return taking(func(in loginInput) (any, error) { return nil, run(in.Login) })
}

// commands is the table of the control port.
func (s *Sim) commands() map[string]command {
	all := s.accountCommands()
	for _, group := range []map[string]command{
		s.tokenCommands(), s.networkCommands(), s.libraryCommands(), s.storeCommands(),
	} {
		maps.Copy(all, group)
	}
	return all
}

// accountCommands are about accounts and what was seen of them.
func (s *Sim) accountCommands() map[string]command {
	return map[string]command{
		"account": {`{"login"}: the account with its answers`, taking(func(in loginInput) (any, error) {
			a, ok := s.Account(in.Login)
			if !ok {
				return nil, fmt.Errorf("no account %q in the simulator", in.Login)
			}
			return a, nil
		})},
		"add-account": {"an account as in the accounts file: adds it", taking(func(a Account) (any, error) {
			return nil, s.AddAccount(a)
		})},
		"challenges": {`{"login","challenges":[…]}: what follows the password from now on`, taking(
			func(in struct {
				Login      string   `json:"login"`
				Challenges []string `json:"challenges"`
			},
			) (any, error) {
				return nil, s.SetChallenges(in.Login, in.Challenges...)
			})},
		"otp": {`{"login"}: a one-time password that works now`, taking(func(in loginInput) (any, error) {
			code, err := s.OTP(in.Login)
			return map[string]string{"otp": code}, err
		})},
		"change-password": {`{"login","password","kills_tokens"}: sets a new password`, taking(
			func(in struct {
				Login       string `json:"login"`
				Password    string `json:"password"`
				KillsTokens bool   `json:"kills_tokens"`
			},
			) (any, error) {
				return nil, s.ChangePassword(in.Login, in.Password, in.KillsTokens)
			})},
		"counts":       {"{}: what was seen so far", taking(func(struct{}) (any, error) { return s.Counts(), nil })},
		"reset-counts": {"{}: counts from 0 again", taking(func(struct{}) (any, error) { s.ResetCounts(); return nil, nil })},
		"mutations":    {"{}: what was changed in the pages shown", taking(func(struct{}) (any, error) { return s.PageMutations(), nil })},
	}
}

// tokenCommands are about registrations and tokens.
func (s *Sim) tokenCommands() map[string]command {
	return map[string]command{
		"devices": {`{"login"}: the account's registrations`, taking(func(in loginInput) (any, error) {
			return s.Devices(in.Login)
		})},
		"expire":         {`{"login"}: ends the account's access tokens`, forLogin(s.ExpireAccessTokens)},
		"refuse-refresh": {`{"login"}: ends the account's refresh tokens, not its keys`, forLogin(s.RefuseRefreshTokens)},
		"revoke": {`{"login","serial"}: removes one registration, or all without a serial`, taking(func(in loginInput) (any, error) {
			if in.Serial == "" {
				return nil, s.RevokeAll(in.Login)
			}
			return nil, s.RevokeDevice(in.Login, in.Serial)
		})},
		"credential-file": {`{"login","marketplace"}: registers a device and gives its file`, taking(
			func(in struct {
				Login       string `json:"login"`
				Marketplace string `json:"marketplace"`
			},
			) (any, error) {
				file, err := s.CredentialFile(in.Login, in.Marketplace)
				return json.RawMessage(file), err
			})},
		"lifetime": {`{"days","max_devices","password_change","keep_keys"}: how long registrations live; zeros mean for ever`, taking(s.setLifetime)},
		"bearer": {`{"accept"}: takes the bearer header of old, or not`, taking(
			func(in struct {
				Accept bool `json:"accept"`
			},
			) (any, error) {
				s.AcceptOldBearer(in.Accept)
				return nil, nil
			})},
	}
}

package cli

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/remote"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

const (
	// exchangeTime is how long a server has to exchange a token.
	exchangeTime = 15 * time.Second
	// exchangeLease outlives it, and ends before the 30 seconds are over within
	// which a server gives the same successor again: of a process that is killed
	// before it kept its token, the next one gets it.
	exchangeLease = 20 * time.Second
	// exchangePoll is how often a process looks whether another is done.
	exchangePoll = 250 * time.Millisecond
	// beforeEnd is how long before its end an access token is exchanged.
	beforeEnd = 30 * time.Second
)

// serverTokens are what a server knows this computer by. They lie sealed in the
// server's row.
type serverTokens struct {
	DeviceKey    string    `json:"device_key"`
	RefreshToken string    `json:"refresh_token"`
	AccessToken  string    `json:"access_token"`
	Until        time.Time `json:"until"`
}

func tokensOf(deviceKey string, g remote.Grant, now time.Time) serverTokens {
	return serverTokens{deviceKey, g.RefreshToken, g.AccessToken, now.Add(time.Duration(g.Seconds) * time.Second)}
}

// serverCell is the cell of a server's tokens.
func serverCell(id string, version int64) vault.Binding {
	return vault.Binding{Table: "servers", Column: "sealed", Row: id, Version: version}
}

// seal returns what seals the tokens for their row.
func (t serverTokens) seal(ks *vault.Keyset) store.SealState {
	return func(id string, version int64) ([]byte, error) {
		plain, err := json.Marshal(t)
		if err != nil {
			return nil, fmt.Errorf("write tokens: %w", err)
		}
		defer clear(plain)
		return ks.Seal(serverCell(id, version), plain)
	}
}

func openTokens(ks *vault.Keyset, server store.Server) (serverTokens, error) {
	plain, err := ks.Open(serverCell(server.ID, server.Version), server.Sealed)
	if err != nil {
		return serverTokens{}, err
	}
	defer clear(plain)
	var t serverTokens
	if err := json.Unmarshal(plain, &t); err != nil {
		return t, fmt.Errorf("read tokens: %w", err)
	}
	return t, nil
}

// serverAccess returns where the named server is, and what lets this computer in:
// a token from the settings, or that of a server that was added.
func (a *app) serverAccess(ctx context.Context) (address string, bearer remote.Bearer, err error) {
	token := a.cfg.get("server_token")
	if token != "" && strings.Contains(a.server, "://") {
		return a.server, fixedBearer(token, a.server), nil
	}
	saved, err := a.savedServer(ctx, a.server)
	if err != nil {
		return "", nil, err
	}
	if token != "" {
		return saved.URL, fixedBearer(token, saved.URL), nil
	}
	session, err := a.serverSession(ctx, saved)
	if err != nil {
		return "", nil, err
	}
	return saved.URL, session.bearer, nil
}

// savedServer returns the server that was added under a name or an address.
func (a *app) savedServer(ctx context.Context, named string) (store.Server, error) {
	opened, user, err := a.database(ctx)
	if err != nil {
		return store.Server{}, err
	}
	all, err := opened.Servers(ctx, user)
	if err != nil {
		return store.Server{}, err
	}
	address := ""
	if base, err := remote.ParseAddress(named); err == nil {
		address = base.String()
	}
	names := []string{}
	for _, one := range all {
		if one.Name == named || one.URL == address {
			return one, nil
		}
		names = append(names, one.Name)
	}
	hint := `"audipy server add URL" adds one`
	if len(names) > 0 {
		hint = "known by name: " + strings.Join(names, ", ") + "; " + hint
	}
	return store.Server{}, audipy.Fail(audipy.NotFound, fmt.Sprintf("no server is called %q", named), nil).WithHint(hint)
}

// fixedBearer gives one token, as long as the server accepts it.
func fixedBearer(token, address string) remote.Bearer {
	return func(_ context.Context, refused string) (string, error) {
		if refused != "" {
			return "", audipy.Fail(audipy.ActionRequired, "the server does not accept the token in AUDIPY_SERVER_TOKEN: it is wrong, over or was taken back", nil).
				WithHint("make a new one on the page Programs of " + address)
		}
		return token, nil
	}
}

// serverSession keeps this computer let in at a server.
type serverSession struct {
	app    *app
	id     string
	user   audipy.UserID
	client *remote.Client
}

func (a *app) serverSession(ctx context.Context, saved store.Server) (*serverSession, error) {
	if _, _, err := a.services(ctx); err != nil {
		return nil, err
	}
	base, err := remote.ParseAddress(saved.URL)
	if err != nil {
		return nil, err
	}
	client := remote.New(remote.Options{Base: base, Wait: a.env.Wait, Version: currentVersion().Version})
	return &serverSession{app: a, id: saved.ID, user: a.user.ID, client: client}, nil
}

// bearer gives an access token that is good for half a minute at least. Of many
// processes that need a new one, one exchanges it; the others wait.
func (s *serverSession) bearer(ctx context.Context, refused string) (string, error) {
	ks, err := s.app.accounts.Keyset(ctx, s.user)
	if err != nil {
		return "", err
	}
	good := func(t serverTokens) bool {
		return t.AccessToken != "" && t.AccessToken != refused && s.app.env.Now().Add(beforeEnd).Before(t.Until)
	}
	owner := rand.Text()
	for waited := time.Duration(0); ; waited += exchangePoll {
		saved, err := s.saved(ctx)
		if err != nil {
			return "", err
		}
		tokens, err := openTokens(ks, saved)
		if err != nil || good(tokens) {
			return tokens.AccessToken, err
		}
		leased, err := s.app.store.LeaseServer(ctx, s.user, s.id, owner, exchangeLease)
		if _, held := errors.AsType[*store.HeldError](err); held && waited < 2*exchangeLease {
			if err := s.app.env.Wait(ctx, exchangePoll); err != nil {
				return "", err
			}
			continue
		}
		if err != nil {
			return "", err
		}
		if tokens, err = openTokens(ks, leased); err == nil && !good(tokens) {
			return s.exchange(ctx, ks, leased, tokens, owner)
		}
		return tokens.AccessToken, errors.Join(err, s.app.store.ReleaseServer(ctx, s.user, s.id, owner))
	}
}

func (s *serverSession) saved(ctx context.Context) (store.Server, error) {
	all, err := s.app.store.Servers(ctx, s.user)
	if err != nil {
		return store.Server{}, err
	}
	for _, one := range all {
		if one.ID == s.id {
			return one, nil
		}
	}
	return store.Server{}, audipy.Fail(audipy.NotFound, "the server was removed meanwhile", nil)
}

// exchange gets a new token and keeps it before anybody uses it, also when the
// person stops the command in this moment.
func (s *serverSession) exchange(
	ctx context.Context, ks *vault.Keyset, leased store.Server, old serverTokens, owner string,
) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeTime)
	defer cancel()
	grant, err := s.client.Refresh(ctx, remote.Device{Key: old.DeviceKey}, old.RefreshToken)
	if err != nil {
		if released := s.app.store.ReleaseServer(context.WithoutCancel(ctx), s.user, s.id, owner); released != nil {
			s.app.log.LogAttrs(ctx, slog.LevelWarn, "a lease was not given back", slog.String("server", s.id))
		}
		return "", letInAgain(err, leased)
	}
	tokens := tokensOf(old.DeviceKey, grant, s.app.env.Now())
	err = s.app.store.SaveServer(context.WithoutCancel(ctx), s.user, store.ServerSave{
		ID: s.id, Owner: owner, Version: leased.Version, Seal: tokens.seal(ks),
	}, audit.Event{Action: audit.ServerRenewed, Outcome: audit.Succeeded})
	return tokens.AccessToken, err
}

// letInAgain adds the way back to a refusal.
func letInAgain(err error, server store.Server) error {
	if known, ok := errors.AsType[*audipy.Error](err); ok && known.Code == remote.CodeRefused {
		return audipy.Fail(audipy.ActionRequired, "the server "+server.Name+" no longer lets this computer in: that is over, or was ended there", err).
			WithHint(`"audipy server add ` + server.URL + `" asks to be let in again`)
	}
	return err
}

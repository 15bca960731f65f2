package auth_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
)

// deviceKey is what our made-up device keeps to itself.
const deviceKey = "dGhlIGtleSBvZiBhIG1hZGUtdXAgZGV2aWNlIGhlcmU"

// makeToken makes a token for a program.
func (w *world) makeToken(t *testing.T, a auth.Actor, scopes ...audipy.Scope) (auth.APIToken, string) {
	t.Helper()
	made, token, err := w.MakeAPIToken(t.Context(), a, auth.NewToken{Name: "script", Scopes: scopes, Days: 30})
	check(t, err)
	return made, token
}

// ask asks to be let in, and returns the codes and what the device shows later.
func (w *world) ask(t *testing.T) (auth.DeviceCodes, auth.DeviceProof) {
	t.Helper()
	codes := must[auth.DeviceCodes](t)(w.AskDevice(t.Context(), auth.DeviceAsk{
		Client: auth.ClientCLI, Scope: "library:read sync:run", Key: deviceKey, Name: "Laptop",
	}, visitor()))
	return codes, auth.DeviceProof{Client: auth.ClientCLI, Key: deviceKey, Code: codes.DeviceCode}
}

// letIn lets a device in and returns its tokens, and what it shows for the next.
func (w *world) letIn(t *testing.T, a auth.Actor) (auth.ProgramTokens, auth.DeviceProof) {
	t.Helper()
	codes, proof := w.ask(t)
	check(t, w.ApproveDevice(t.Context(), a, codes.UserCode, visitor()))
	tokens := must[auth.ProgramTokens](t)(w.RedeemDevice(t.Context(), proof))
	proof.Code = tokens.Refresh
	return tokens, proof
}

func TestATokenIsGoodUntilItEndsAndForItsScopesAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.4.9", "10.7.3")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		made, token := w.makeToken(t, kim, audipy.ScopeLibraryRead)
		w.Clock.Advance(time.Hour)
		got := must[auth.Actor](t)(w.AuthenticateBearer(t.Context(), token))
		if got.UserID != kim.UserID || got.SessionID != "" || got.Program == nil || got.Program.ID != made.ID ||
			!got.Program.May(audipy.ScopeLibraryRead) || got.Program.May(audipy.ScopeSyncRun) {
			t.Errorf("the token is of %+v, %+v", got, got.Program)
		}
		all := must[[]auth.APIToken](t)(w.APITokens(t.Context(), kim.UserID))
		if len(all) != 1 || !all[0].LastUsedAt.Equal(w.Clock.Now().Truncate(time.Microsecond)) {
			t.Errorf("the tokens are %+v", all)
		}
		check(t, w.EndAPIToken(t.Context(), kim, made.ID))
		_, err := w.AuthenticateBearer(t.Context(), token)
		wantKind(t, err, audipy.Unauthorized)

		_, token = w.makeToken(t, kim, audipy.ScopeLibraryRead)
		w.Clock.Advance(30 * 24 * time.Hour)
		_, err = w.AuthenticateBearer(t.Context(), token)
		wantKind(t, err, audipy.Unauthorized)
	})
}

func TestATokenHasANameATimeAndScopes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		read := []audipy.Scope{audipy.ScopeLibraryRead}
		for _, n := range []auth.NewToken{
			{Scopes: read, Days: 1},
			{Name: "x", Days: 1},
			{Name: "x", Scopes: read},
			{Name: "x", Scopes: read, Days: 366},
			{Name: "x", Scopes: []audipy.Scope{"library:write"}, Days: 1},
			{Name: "x", Scopes: append(slices.Clone(read), read...), Days: 1},
			{Name: "\x1b[31m", Scopes: read, Days: 1},
		} {
			_, _, err := w.MakeAPIToken(t.Context(), kim, n)
			wantKind(t, err, audipy.Invalid)
		}
		for range 20 {
			w.makeToken(t, kim, read...)
		}
		_, _, err := w.MakeAPIToken(t.Context(), kim, auth.NewToken{Name: "x", Scopes: read, Days: 1})
		wantCode(t, err, "too_many_tokens")
	})
}

func TestOfManyTokensAtOnceNoMoreThanMayBeAreMade(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		if n := race(func(int) error {
			_, _, err := w.MakeAPIToken(t.Context(), kim, auth.NewToken{Name: "x", Scopes: audipy.Scopes(), Days: 1})
			return err
		}); n != min(20, racers()) {
			t.Errorf("%d tokens were made", n)
		}
	})
}

func TestADeviceIsLetInOnceByWhoSeesItsCode(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.7.1")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		codes, proof := w.ask(t)
		_, err := w.RedeemDevice(t.Context(), proof)
		wantCode(t, err, "authorization_pending")
		found := must[auth.DeviceRequest](t)(w.FindDevice(t.Context(), kim, strings.ToLower(codes.UserCode), visitor()))
		if found.Name != "Laptop" || found.Address != "192.168.1.7" || len(found.Scopes) != 2 {
			t.Errorf("the device shows itself as %+v", found)
		}
		_, err = w.RedeemDevice(t.Context(), proof)
		wantCode(t, err, "slow_down")
		w.Clock.Advance(5 * time.Second)
		_, err = w.RedeemDevice(t.Context(), proof)
		wantCode(t, err, "slow_down")
		w.Clock.Advance(15 * time.Second)
		_, err = w.RedeemDevice(t.Context(), proof)
		wantCode(t, err, "authorization_pending")

		check(t, w.ApproveDevice(t.Context(), kim, strings.ReplaceAll(codes.UserCode, "-", " "), visitor()))
		wantCode(t, w.ApproveDevice(t.Context(), kim, codes.UserCode, visitor()), "user_code_invalid")
		other := proof
		other.Key = base64.RawURLEncoding.EncodeToString(make([]byte, 32))
		_, err = w.RedeemDevice(t.Context(), other)
		wantCode(t, err, "invalid_grant")
		tokens := must[auth.ProgramTokens](t)(w.RedeemDevice(t.Context(), proof))
		got := must[auth.Actor](t)(w.AuthenticateBearer(t.Context(), tokens.Access))
		if got.UserID != kim.UserID || !got.Program.May(audipy.ScopeSyncRun) || got.Program.May(audipy.ScopeAuditRead) {
			t.Errorf("the program is %+v", got.Program)
		}
		_, err = w.RedeemDevice(t.Context(), proof)
		wantCode(t, err, "invalid_grant")
	})
}

func TestACodeThatIsRefusedOrOverLetsNobodyIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		codes, proof := w.ask(t)
		check(t, w.RefuseDevice(t.Context(), kim, codes.UserCode, visitor()))
		_, err := w.RedeemDevice(t.Context(), proof)
		wantCode(t, err, "access_denied")
		codes, proof = w.ask(t)
		w.Clock.Advance(10 * time.Minute)
		wantCode(t, w.ApproveDevice(t.Context(), kim, codes.UserCode, visitor()), "user_code_invalid")
		_, err = w.RedeemDevice(t.Context(), proof)
		wantCode(t, err, "expired_token")
		// One that was approved and not taken in time works no more.
		codes, proof = w.ask(t)
		check(t, w.ApproveDevice(t.Context(), kim, codes.UserCode, visitor()))
		w.Clock.Advance(10 * time.Minute)
		_, err = w.RedeemDevice(t.Context(), proof)
		wantCode(t, err, "expired_token")
	})
}

func TestCodesOfDevicesCanNotBeTriedOut(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		codes, _ := w.ask(t)
		for _, wrong := range []string{"BBBB-BBBB", "O0O0-O0O0", strings.Repeat("B", 1000), "", "BBBB-BBBC"} {
			_, err := w.FindDevice(t.Context(), kim, wrong, visitor())
			wantCode(t, err, "user_code_invalid")
		}
		wantCode(t, w.ApproveDevice(t.Context(), kim, codes.UserCode, visitor()), "too_many_attempts")
	})
}

func TestOfManyWhoRedeemOneDeviceCodeOneGetsTokens(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		codes, proof := w.ask(t)
		check(t, w.ApproveDevice(t.Context(), kim, codes.UserCode, visitor()))
		if n := race(func(int) error { _, err := w.RedeemDevice(t.Context(), proof); return err }); n != 1 {
			t.Errorf("%d of them got tokens", n)
		}
	})
}

func TestOfManyWhoApproveOneDeviceOneDoes(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		w.Service = w.roomy(t)
		codes, _ := w.ask(t)
		if n := race(func(int) error { return w.ApproveDevice(t.Context(), kim, codes.UserCode, visitor()) }); n != 1 {
			t.Errorf("%d of them did", n)
		}
		if all := must[[]auth.Device](t)(w.Devices(t.Context(), kim.UserID)); len(all) != 1 {
			t.Errorf("the programs are %+v", all)
		}
	})
}

func TestManyRefreshesAtOnceHaveOneSuccessor(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.4.5", "15.4.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		_, proof := w.letIn(t, kim)
		services := []*auth.Service{w.Service, w.service(t, auth.Options{})} // as two processes
		next := make([]string, racers())
		if n := race(func(i int) error {
			tokens, err := services[i%2].Refresh(t.Context(), proof)
			next[i] = tokens.Refresh
			return err
		}); n != racers() {
			t.Errorf("%d of %d were answered", n, racers())
		}
		slices.Sort(next)
		if all := slices.Compact(next); len(all) != 1 || all[0] == "" || all[0] == proof.Code {
			t.Errorf("the successors are %d", len(all))
		}
		var kept int
		check(t, w.Raw.QueryRowContext(t.Context(), `SELECT count(*) FROM refresh_tokens`).Scan(&kept))
		if kept != 2 {
			t.Errorf("%d refresh tokens are kept, want the used one and its successor", kept)
		}
		// Whoever asks so often that a used token would be forgotten is ended.
		_, err := w.Raw.ExecContext(t.Context(), `UPDATE refresh_tokens SET generation = generation + 20000 WHERE used_at IS NULL`)
		check(t, err)
		proof.Code = next[0]
		_, err = w.Refresh(t.Context(), proof)
		wantCode(t, err, "invalid_grant")
		check(t, w.Raw.QueryRowContext(t.Context(), `SELECT count(*) FROM programs`).Scan(&kept))
		if kept != 0 {
			t.Error("a program goes on after twenty thousand tokens")
		}
	})
}

func TestASecondUseOfARefreshTokenShutsTheProgramOut(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.4.5")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		for name, misuse := range map[string]func(auth.DeviceProof) auth.DeviceProof{
			"after the grace": func(p auth.DeviceProof) auth.DeviceProof {
				w.Clock.Advance(31 * time.Second)
				w.Service = w.service(t, auth.Options{}) // a restart changes nothing
				return p
			},
			"from another device": func(p auth.DeviceProof) auth.DeviceProof {
				w.Clock.Advance(29 * time.Second)
				p.Key = base64.RawURLEncoding.EncodeToString(make([]byte, 32))
				return p
			},
		} {
			_, proof := w.letIn(t, kim)
			first := must[auth.ProgramTokens](t)(w.Refresh(t.Context(), proof))
			w.Clock.Advance(29 * time.Second)
			if again := must[auth.ProgramTokens](t)(w.Refresh(t.Context(), proof)); again.Refresh != first.Refresh {
				t.Errorf("%s: within the grace another successor came", name)
			}
			w.Clock.Advance(-29 * time.Second)
			_, err := w.Refresh(t.Context(), misuse(proof))
			wantCode(t, err, "invalid_grant")
			_, err = w.AuthenticateBearer(t.Context(), first.Access)
			wantKind(t, err, audipy.Unauthorized)
			proof.Code = first.Refresh
			_, err = w.Refresh(t.Context(), proof)
			wantCode(t, err, "invalid_grant")
			if all := must[[]auth.Device](t)(w.Devices(t.Context(), kim.UserID)); len(all) != 0 {
				t.Errorf("%s: still there: %+v", name, all)
			}
			records := must[[]audit.Record](t)(w.Activity(t.Context(), kim.UserID, 0, 1))
			if records[0].Action != audit.TokenReused || records[0].Outcome != audit.Denied {
				t.Errorf("%s: the trail ends with %+v", name, records[0])
			}
		}
	})
}

func TestAProgramEndsAfterThirtyDaysUnusedAndNinetyAnyway(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.4.8")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		_, idle := w.letIn(t, kim)
		_, busy := w.letIn(t, kim)
		for range 3 {
			w.Clock.Advance(30*24*time.Hour - time.Minute)
			busy.Code = must[auth.ProgramTokens](t)(w.Refresh(t.Context(), busy)).Refresh
		}
		w.Clock.Advance(3 * time.Minute)
		for _, over := range []auth.DeviceProof{idle, busy} {
			_, err := w.Refresh(t.Context(), over)
			wantCode(t, err, "invalid_grant")
		}
	})
}

// The ends of programs from afar: what ends every session ends them too.
func TestProgramsEndWithWhatEndsEverySession(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.2", "7.4.3", "10.4.9")
	each(t, func(t *testing.T, w *world) {
		g := w.setUp(t)
		for name, end := range map[string]func(){
			"sign out everywhere": func() { check(t, w.SignOutEverywhere(t.Context(), g.Actor, false)) },
			"a new password": func() {
				token := must[string](t)(w.ResetByOperator(t.Context(), email))
				check(t, w.Reset(t.Context(), token, password+" again", visitor()))
			},
			"disabling": func() {
				_, err := w.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE`)
				check(t, err)
			},
		} {
			_, err := w.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = TRUE`)
			check(t, err)
			_, token := w.makeToken(t, g.Actor, audipy.ScopeLibraryRead)
			tokens, proof := w.letIn(t, g.Actor)
			end()
			for _, credential := range []string{token, tokens.Access} {
				_, err := w.AuthenticateBearer(t.Context(), credential)
				wantKind(t, err, audipy.Unauthorized)
			}
			_, err = w.Refresh(t.Context(), proof)
			if err == nil {
				t.Errorf("%s: the refresh token is still good", name)
			}
		}
	})
}

func TestAnybodyWhoHoldsACredentialMayEndIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t).Actor
		_, token := w.makeToken(t, kim, audipy.ScopeLibraryRead)
		byAccess, _ := w.letIn(t, kim)
		byRefresh, proof := w.letIn(t, kim)
		for _, credential := range []string{token, byAccess.Access, proof.Code, proof.Code, "nonsense", ""} {
			check(t, w.Revoke(t.Context(), credential))
		}
		for _, credential := range []string{token, byAccess.Access, byRefresh.Access} {
			_, err := w.AuthenticateBearer(t.Context(), credential)
			wantKind(t, err, audipy.Unauthorized)
		}
	})
}

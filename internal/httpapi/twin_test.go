package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/notify"
	"github.com/audipy/audipy/internal/store"
)

// owned are the paths of one person's things by the operation's path up to the
// first parameter.
func (p *reader) owned(t *testing.T) map[string]string {
	t.Helper()
	const base = "/api/v1"
	p.rig.stepUp(t, p.browser)
	var link httpapi.Link
	p.post(t, linksPath, map[string]any{"door": "browser", "marketplace": "us"}).into(t, http.StatusCreated, &link)
	var runs httpapi.SyncRunPage
	p.get(t, base+"/sync-runs").into(t, http.StatusOK, &runs)
	var series httpapi.SeriesList
	p.get(t, base+"/series").into(t, http.StatusOK, &series)
	var sessions httpapi.SessionList
	p.get(t, base+"/sessions").into(t, http.StatusOK, &sessions)
	item := p.page(t, "limit=1").Items[0]
	people, err := p.rig.Users(t.Context())
	must(t, err)
	invite, _, err := p.rig.auth.Invite(t.Context(), "", "")
	must(t, err)
	channel, _, err := p.rig.notices.AddChannel(t.Context(), p.user, notify.NewChannel{
		Kind: audipy.ChannelWebhook, Name: "home", URL: "https://example.com/hook",
	})
	must(t, err)
	passkey, _, err := p.rig.AddPasskey(t.Context(), people[0].ID, store.NewPasskey{
		CredentialID: []byte("a key"), Host: "localhost", Limit: 10, Session: sessions.Items[0].ID, Seal: func(string) ([]byte, error) { return []byte("sealed"), nil },
	}, audit.Event{Action: audit.PasskeyAdded, Outcome: audit.Succeeded})
	must(t, err)
	title := item.Marketplace + "/" + item.ASIN
	all := map[string]string{
		base + "/account-links/": link.ID, base + "/accounts/": string(p.account), base + "/sync-runs/": runs.Items[0].ID,
		base + "/series/": series.Items[0].ID, base + "/sessions/": sessions.Items[0].ID,
		base + "/books/": title, base + "/covers/": title, base + "/marks/": title,
		base + "/notices/channels/": channel.ID,
		base + "/admin/people/":     string(people[0].ID), base + "/admin/invites/": invite.ID, base + "/me/passkeys/": passkey.ID,
		base + "/me/identities/": p.identity(t, sessions.Items[0].ID),
	}
	p.rig.stepUp(t, p.browser)
	var made httpapi.LinkProposal
	token := p.rig.makeToken(t, p.browser, audipy.ScopeLinksPropose)
	p.rig.propose(t, token.Token, false).into(t, http.StatusCreated, &made)
	p.rig.letIn(t, p.browser, "library:read")
	var programs httpapi.Programs
	p.get(t, base+"/programs").into(t, http.StatusOK, &programs)
	all[proposalsPath+"/"], all[base+"/api-tokens/"], all[base+"/programs/"] = made.ID, token.ID, programs.Devices[0].ID
	return all
}

// identity links the person with somebody of a provider.
func (p *reader) identity(t *testing.T, session string) string {
	t.Helper()
	hash := []byte("the hash of what a browser holds")
	must(t, p.rig.KeepIdentity(t.Context(), p.user, store.NewProviderSignIn{
		TokenHash: hash, Purpose: store.ProviderLink, Session: session, Issuer: "https://id.example.org", Subject: "1", Label: "kim", TTL: time.Minute,
	}))
	made, err := p.rig.LinkIdentity(t.Context(), p.user, hash, session, audit.Event{Action: audit.IdentityLinked, Outcome: audit.Succeeded})
	must(t, err)
	return made.ID
}

// TestNoOperationTellsAStrangersThingFromNone tries every operation that names
// something with what is somebody else's, and with what is nobody's.
func TestNoOperationTellsAStrangersThingFromNone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2")
	each(t, func(t *testing.T, r *rig) {
		r.stores = true
		r.restart(t)
		p := r.reads(t)
		owned := p.owned(t)
		stranger := r.joins(t, "stranger@example.com")
		r.stepUp(t, stranger)
		operations, err := httpapi.Operations(r.options())
		must(t, err)
		bodies := map[string]any{
			"startSync": map[string]any{}, "changeAccount": map[string]any{"sync_interval_minutes": 120},
			"unlinkAccount": map[string]any{}, "answerLink": map[string]any{"login": "kim@example.com"},
			"completeLink":        map[string]any{"address": "https://www.amazon.com/ap/maplanding?code=1"},
			"setMark":             map[string]any{},
			"changeNoticeChannel": map[string]any{"name": "x", "modes": map[string]any{}},
			"confirmProposal":     map[string]any{"name": "Kim"},
			"renamePasskey":       map[string]any{"name": "Mine"},
			"storePassword":       map[string]any{"login": "kim@example.com", "password": "a made-up password", "understood": true},
			"storeSeed":           map[string]any{"seed": "NFXHA5DFMNQW4YLSPFZWKZLE", "understood": true},
		}
		for _, op := range operations {
			start, rest, names := strings.Cut(op.Path, "{")
			// What administrators see is nobody's own, and what is public is named by its secret.
			if !names || op.Access == httpapi.Admin || op.Access == httpapi.Public {
				continue
			}
			thing, known := owned[start]
			if !known {
				t.Errorf("%s names something that this test has none of", op.ID)
				continue
			}
			none := "0190a3c4-0000-7000-8000-000000000000"
			if strings.Contains(thing, "/") {
				none, rest = "us/B000000000", rest[strings.LastIndex(rest, "{")+1:]
			}
			_, end, _ := strings.Cut(rest, "}")
			end = strings.NewReplacer("{marketplace}", "us", "{asin}", "B000000001").Replace(end)
			theirs := stranger.do(t, op.Method, start+thing+end, bodies[op.ID])
			nobodys := stranger.do(t, op.Method, start+none+end, bodies[op.ID])
			if theirs.status != nobodys.status || codeOf(theirs) != codeOf(nobodys) {
				t.Errorf("%s of somebody else was answered %d %s, of nobody %d %s", op.ID, theirs.status, theirs.body, nobodys.status, nobodys.body)
			}
			isMark := strings.HasSuffix(start, "/marks/") // everybody has their own on every title
			want := http.StatusNotFound
			if op.Access == httpapi.Admin {
				want = http.StatusForbidden // whatever it names
			}
			if theirs.status != want && !isMark {
				t.Errorf("%s of somebody else was answered %d %s", op.ID, theirs.status, theirs.body)
			}
		}
		for _, path := range []string{linksPath + "/" + owned[linksPath+"/"], "/api/v1/accounts/" + string(p.account), "/api/v1/me"} {
			if got := p.get(t, path); got.status != http.StatusOK {
				t.Errorf("afterwards the owner's %s was answered %d %s", path, got.status, got.body)
			}
		}
	})
}

func codeOf(a answer) string {
	var p httpapi.Problem
	_ = json.Unmarshal(a.body, &p) // an answer that is no problem has no code
	return p.Code
}

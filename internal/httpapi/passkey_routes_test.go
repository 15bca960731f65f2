package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
)

func TestPasskeysAreAskedForAndWhatFitsNothingIsRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.7.2", "7.5.1")
	each(t, func(t *testing.T, r *rig) {
		b := r.setUp(t)
		var asked httpapi.Ceremony
		b.post(t, "/api/v1/me/passkeys/options", nil).into(t, http.StatusOK, &asked)
		if asked.PublicKey["rp"].(map[string]any)["id"] != "localhost" || len(asked.PublicKey["challenge"].(string)) != 43 {
			t.Errorf("asked for %v", asked.PublicKey)
		}
		visitor := r.browser()
		var server httpapi.Server
		visitor.get(t, "/api/v1/server").into(t, http.StatusOK, &server)
		if !server.Passkeys {
			t.Error("no passkeys on localhost")
		}
		visitor.post(t, "/api/v1/session/passkey/options", nil).into(t, http.StatusOK, &asked)
		if asked.PublicKey["allowCredentials"] != nil {
			t.Errorf("whoever asks is told of %v", asked.PublicKey["allowCredentials"])
		}
		credential := object{
			"id": "AAAA", "rawId": "AAAA", "type": "public-key", "authenticatorAttachment": "platform",
			"clientExtensionResults": object{"credProps": object{"rk": true}},
			"response": object{
				"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "AA", "publicKey": "AA",
				"publicKeyAlgorithm": -7, "transports": []string{"internal"}, "signature": "AA", "userHandle": nil,
			},
		}
		b.post(t, "/api/v1/me/passkeys", object{"credential": credential, "name": "Phone"}).
			wantProblem(t, http.StatusBadRequest, "passkey_invalid")
		visitor.post(t, "/api/v1/session/passkey", object{"credential": credential, "remember": true}).
			wantProblem(t, http.StatusBadRequest, "passkey_invalid")
		visitor.post(t, "/api/v1/session/passkey", object{"remember": true}).wantProblem(t, http.StatusUnprocessableEntity, "invalid")
		credential["id"] = strings.Repeat("A", 1<<20)
		visitor.post(t, "/api/v1/session/passkey", object{"credential": credential}).
			wantProblem(t, http.StatusRequestEntityTooLarge, "body_too_large")
	})
}

package store_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// systemMethods is the closed list of methods without a user id: those of the
// files that system.go names, and Close.
func systemMethods() []string {
	return []string{
		"AllRows", "CheckIntegrity", "Close", "CreateUser", "CustomerLinks", "DeleteExpiredLinks", "EnsureLocalUser", "Ping", "RelayedLink",
		"AddRootSecret", "CountUnknownFailure", "DeleteExpiredSignIns", "ReturnAttempt", "TakeAttempt",
		"AddSetUpCode", "HasAdministrator", "PasswordByEmail", "PasskeyOwner", "PendingSignIn", "AddSignInChallenge", "TakeSignInChallenge", "RecordSystem", "ResetCodeOwner",
		"LatestSystemRecord", "ReplaceRootSecret", "RootSecrets", "SessionByToken", "SetUp", "SystemAuditHead", "SystemRecords", "UserByEmail", "Users", "VerifySystemAudit",
		"EnsureJobs", "LeaseJob", "RenewJob", "EndJob", "AllJobs",
		"AddProviderSignIn", "TakeProviderSignIn", "IdentityOwner", "RegisterByProvider",
		"AddInvite", "AskInvite", "ConfirmAddress", "AskFactorRemoval", "CancelFactorRemoval", "FactorRemovals", "BypassesRowSecurity", "EndInvite", "InviteByHash", "Invites", "Register", "SetActive", "SetRole", "OfferReset", "Leave", "LeavingPeople",
		"TakeInstanceBudget", "InstanceBudget", "Pulses", "Census",
		"APITokenByHash", "AddDeviceRequest", "DeviceRequest", "PollDevice", "RefreshOwner",
		"CalendarFeedOwner", "DeleteOldNotices",
	}
}

func TestEveryMethodTakesAUserOrIsOnTheClosedList(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2")
	known := operations()
	kind := reflect.TypeFor[*store.Store]()
	for m := range kind.Methods() {
		takesUser := m.Type.NumIn() > 2 && m.Type.In(2) == reflect.TypeFor[audipy.UserID]()
		_, tested := known[m.Name]
		switch {
		case takesUser && !tested:
			t.Errorf("%s takes a user id and is not among the operations that the isolation suite tries", m.Name)
		case !takesUser && !slices.Contains(systemMethods(), m.Name):
			t.Errorf("%s takes no user id as its first argument and is not on the closed list", m.Name)
		}
		delete(known, m.Name)
	}
	for name := range known {
		t.Errorf("operation %s is no method of the store", name)
	}
}

func TestEveryChangingMethodTakesAnEvent(t *testing.T) {
	t.Parallel()
	kind := reflect.TypeFor[*store.Store]()
	for name, op := range operations() {
		m, _ := kind.MethodByName(name)
		last := m.Type.In(m.Type.NumIn() - 1)
		takes := last == reflect.TypeFor[audit.Event]()
		if wants := op.action != "" || name == "AddKeyset"; takes != wants {
			t.Errorf("%s takes an event: %t, want %t", name, takes, wants)
		}
	}
}

func TestNobodySeesOrTouchesWhatIsAnothersOwn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2", "8.4.1")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice := settleBroken(t, db)
		before := dump(t, db, alice.id)
		for name, op := range operations() {
			bob := must[audipy.User](t)(db.CreateUser(t.Context(), strings.ToLower(name)+"@example.com")).ID
			got, err := op.call(t.Context(), db.Store, bob, alice)
			if op.foreign {
				if audipy.KindOf(err) != audipy.NotFound || err == nil {
					t.Errorf("%s with another's ids: error = %v, want NotFound", name, err)
				}
			} else if err != nil {
				t.Errorf("%s as a person of one's own: %v", name, err)
			}
			if !isEmpty(got) {
				t.Errorf("%s shows another's rows: %+v", name, got)
			}
			if after := dump(t, db, alice.id); after != before {
				t.Fatalf("%s changed another's rows:\n%s\nwas\n%s", name, after, before)
			}
		}
	})
}

func TestNobodyAtAllIsNotFoundOrEmpty(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice := settleBroken(t, db)
		for name, op := range operations() {
			got, err := op.call(t.Context(), db.Store, "no-such-person", alice)
			if err != nil && audipy.KindOf(err) != audipy.NotFound {
				t.Errorf("%s for nobody: error = %v, want NotFound or nothing", name, err)
			}
			if err == nil && (op.action != "" || op.writes) {
				t.Errorf("%s for nobody succeeded", name)
			}
			if !isEmpty(got) {
				t.Errorf("%s shows somebody's rows: %+v", name, got)
			}
		}
	})
}

// isEmpty reports whether a method's result shows nothing at all.
func isEmpty(v any) bool {
	if v == nil {
		return true
	}
	value := reflect.ValueOf(v)
	switch value.Kind() { //nolint:exhaustive // everything else is empty when it is its zero value
	case reflect.Slice, reflect.Map:
		return value.Len() == 0
	default:
		return value.IsZero()
	}
}

func TestACancelledCallChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice := settleBroken(t, db)
		before := dump(t, db, alice.id)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, op := range operations() {
			if _, err := op.call(ctx, db.Store, alice.id, alice); !strings.Contains(errText(err), context.Canceled.Error()) {
				t.Errorf("%s after the end of its context: error = %v, want context.Canceled", name, err)
			}
		}
		if after := dump(t, db, alice.id); after != before {
			t.Fatalf("a cancelled call changed rows:\n%s\nwas\n%s", after, before)
		}
	})
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

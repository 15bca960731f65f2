package httpapi_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
)

// takePart makes a person part of the household's shelf, or no longer.
func (b *browser) takePart(t *testing.T, takes bool) {
	t.Helper()
	var prefs httpapi.Preferences
	b.get(t, "/api/v1/preferences").into(t, http.StatusOK, &prefs)
	prefs.HouseholdShelf = takes
	b.do(t, http.MethodPut, "/api/v1/preferences", prefs).into(t, http.StatusOK, &prefs)
	if prefs.HouseholdShelf != takes {
		t.Fatalf("takes part: %t, want %t", prefs.HouseholdShelf, takes)
	}
}

// fillShelf gives a person a synced library of 300 titles and returns which of
// them they own.
func (r *rig) fillShelf(t *testing.T, b *browser, email string) map[string]bool {
	t.Helper()
	must(t, r.sim.AddAccount(audiblesim.Account{Login: email, Password: "made up for a test", Marketplaces: map[string]int{"us": 300}}))
	data, err := r.sim.CredentialFile(email, "us")
	must(t, err)
	found, _, err := authfile.Read(data, authfile.ReadOptions{})
	must(t, err)
	user, err := r.UserByEmail(t, email)
	must(t, err)
	linked, err := r.accounts.LinkCredentials(t.Context(), user, found[0].Credentials)
	must(t, err)
	r.sync(t, user, linked.Account.ID)
	owned := map[string]bool{}
	for _, item := range b.page(t, "limit=500").Items {
		owned[item.ASIN] = !item.Plus
	}
	return owned
}

// owners are the household's owners of all suggestions, by ASIN.
func (b *browser) owners(t *testing.T) map[string][]httpapi.HouseholdOwner {
	t.Helper()
	found := map[string][]httpapi.HouseholdOwner{}
	for _, s := range b.suggestions(t, "limit=500").Items {
		if len(s.Household) > 0 {
			found[s.Product.ASIN] = s.Household
		}
	}
	return found
}

func TestTheHouseholdSeesWhoOwnsASuggestionAndNothingElse(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2")
	each(t, func(t *testing.T, r *rig) {
		kim := r.reads(t)
		noor := r.joins(t, "noor@example.com")
		owned := r.fillShelf(t, noor, "noor@example.com")
		if got := kim.owners(t); len(got) > 0 {
			t.Errorf("nobody takes part, and %v is told", got)
		}
		noor.takePart(t, true)
		if got := kim.owners(t); len(got) > 0 {
			t.Errorf("one side alone takes part, and %v is told", got)
		}
		kim.takePart(t, true)
		got, told := kim.owners(t), 0
		for _, one := range kim.suggestions(t, "limit=500").Items {
			if !owned[one.Product.ASIN] {
				continue
			}
			told++
			if !slices.Equal(got[one.Product.ASIN], []httpapi.HouseholdOwner{{Name: "", Marketplace: "us"}}) {
				t.Errorf("%s is owned by %v, want the other person in the us store", one.Product.Title, got[one.Product.ASIN])
			}
		}
		if told == 0 {
			t.Error("the other person owns nothing of what is suggested: this shows nothing")
		}
		noor.takePart(t, false)
		if got := kim.owners(t); len(got) > 0 {
			t.Errorf("the other left, and %v is told", got)
		}
	})
}

func TestATitleOwnedElsewhereIsNoSuggestion(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	kim := r.reads(t)
	before := kim.suggestions(t, "limit=500")
	first := before.Items[0].Product
	path := "/api/v1/marks/" + first.Marketplace + "/" + first.ASIN
	kim.do(t, http.MethodPut, path, map[string]any{"elsewhere": true, "until": r.Clock.Now().AddDate(0, 1, 0)}).
		wantProblem(t, http.StatusUnprocessableEntity, "invalid")
	if got := kim.do(t, http.MethodPut, path, map[string]any{"elsewhere": true}); got.status != http.StatusNoContent {
		t.Fatalf("status %d: %s", got.status, got.body)
	}
	after := kim.suggestions(t, "limit=500")
	if after.Items[0].Product.ASIN == first.ASIN || after.Hidden.Dismissed != before.Hidden.Dismissed {
		t.Errorf("%s is still suggested, or counts as unwanted: %+v", first.Title, after.Hidden)
	}
	var book httpapi.Book
	kim.get(t, "/api/v1/books/"+first.Marketplace+"/"+first.ASIN).into(t, http.StatusOK, &book)
	if book.Mark == nil || !book.Mark.Elsewhere || book.Suggestion != nil {
		t.Errorf("its page has the mark %+v and the suggestion %+v", book.Mark, book.Suggestion)
	}
	if got := kim.do(t, http.MethodDelete, path, nil); got.status != http.StatusNoContent {
		t.Fatalf("status %d: %s", got.status, got.body)
	}
	if again := kim.suggestions(t, "limit=1"); again.Items[0].Product.ASIN != first.ASIN {
		t.Error("taken back, it is not suggested again")
	}
}

package audipy

import (
	"slices"
	"strings"
)

// Scope is something that a program may do in a person's name.
type Scope string

// The scopes. What concerns the safety of an account has none.
const (
	ScopeLibraryRead   Scope = "library:read"   // the library, series, suggestions, preferences
	ScopeAccountsRead  Scope = "accounts:read"  // linked accounts and their syncs
	ScopeSyncRun       Scope = "sync:run"       // begin and cancel syncs
	ScopePrefsWrite    Scope = "prefs:write"    // change preferences
	ScopeWishlistWrite Scope = "wishlist:write" // mark titles
	ScopeAuditRead     Scope = "audit:read"     // what happened to the person's data
	ScopeExportRead    Scope = "export:read"    // the library as a file
	ScopeLinksPropose  Scope = "links:propose"  // propose credentials of an Audible account
)

// Scopes returns every scope, in the order in which people see them.
func Scopes() []Scope {
	return []Scope{
		ScopeLibraryRead, ScopeAccountsRead, ScopeSyncRun, ScopeWishlistWrite, ScopePrefsWrite, ScopeExportRead,
		ScopeAuditRead, ScopeLinksPropose,
	}
}

// maxScopes is the longest text of scopes in bytes.
const maxScopes = 256

// ParseScopes reads scopes with one space between each two, as OAuth writes
// them. None, an unknown one and one that stands twice are Invalid with the
// code invalid_scope.
func ParseScopes(text string) ([]Scope, error) {
	refused := Fail(Invalid, "These are not scopes of this server.", nil).WithCode("invalid_scope")
	if len(text) > maxScopes {
		return nil, refused
	}
	var all []Scope
	for name := range strings.SplitSeq(text, " ") {
		one := Scope(name)
		if !slices.Contains(Scopes(), one) || slices.Contains(all, one) {
			return nil, refused
		}
		all = append(all, one)
	}
	return all, nil
}

// JoinScopes is the text that ParseScopes reads.
func JoinScopes(scopes []Scope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, " ")
}

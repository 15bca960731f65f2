package cli

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

// data is what a command shows and changes: that of this computer, which app has
// itself, or that of a server. What is printed is made from it by the same code.
type data interface {
	accountData
	personData
	libraryData
}

// accountData is about the person's accounts.
type accountData interface {
	// allAccounts returns every account that was ever linked, and accountNames
	// what each is called.
	allAccounts(ctx context.Context) ([]audipy.Account, error)
	accountNames(ctx context.Context) (map[audipy.AccountID]string, error)
	// howToLink says how an account is linked there.
	howToLink() string
	accountRows(ctx context.Context) ([]accountRow, error)
	linkStatuses(ctx context.Context) ([]linkStatus, error)
	// allRuns returns the receipts of syncs, the newest first.
	allRuns(ctx context.Context) iter.Seq2[audipy.SyncRun, error]
}

// personData is about the person.
type personData interface {
	preferences(ctx context.Context) (audipy.Preferences, error)
	// savePreferences keeps them; target names what was changed.
	savePreferences(ctx context.Context, p audipy.Preferences, target string) error
	// auditTail returns the newest records of the trail, all for a limit of 0, and
	// how many there are.
	auditTail(ctx context.Context, limit int) ([]audit.Record, int, error)
	setMark(ctx context.Context, mark audipy.Mark) error
	clearMark(ctx context.Context, marketplace, asin string) error
}

// libraryData is about titles.
type libraryData interface {
	// needTitles is an error with the way to fill the library when it holds
	// nothing at all.
	needTitles(ctx context.Context) error
	// titlePage returns limit titles that the filter chooses, all for 0.
	titlePage(ctx context.Context, filter store.ItemFilter, limit int) (libraryPage, error)
	// allTitles returns every title, those that are gone included.
	allTitles(ctx context.Context) iter.Seq2[audipy.Item, error]
	// knownTitle returns what is known of a title; nothing is NotFound.
	knownTitle(ctx context.Context, asin string) (knownTitle, error)
	// advise returns advice, after a look into the catalogue unless offline is
	// set. Of a server the parts alone that are asked for are there.
	advise(ctx context.Context, parts adviceParts, offline bool) (recommend.Advice, error)
	// wished returns the wish lists of accounts, after a look at Audible unless
	// offline is set.
	wished(ctx context.Context, accounts []audipy.Account, marketplace string, offline bool) ([]wished, error)
	changeWish(ctx context.Context, one audipy.Account, marketplace, asin string, wanted bool) error
	// noteExport records that data was taken out.
	noteExport(ctx context.Context, e audit.Event) error
}

// adviceParts are the parts of advice that a command needs.
type adviceParts int

const (
	seriesPart adviceParts = 1 << iota
	suggestionsPart
)

// takesServer reports whether a command works on the data of a server too.
func takesServer(command string) bool {
	words := strings.Fields(command)
	switch words[0] {
	case "accounts", "status", "sync", "library", "series", "next", "wishlist", "prefs", "export", "push":
		return true
	case "audit":
		return len(words) > 1 && words[1] == "list"
	}
	return false
}

// localOnly is the error of a command that knows no server.
func localOnly(command string) error {
	name := strings.Fields(command)
	for i, word := range name {
		if strings.HasPrefix(word, "<") || strings.HasPrefix(word, "[") {
			name = name[:i]
			break
		}
	}
	return audipy.Fail(audipy.Invalid, fmt.Sprintf(`"audipy %s" is local only: it works on what is kept on this computer`, strings.Join(name, " ")), nil).
		WithHint("leave --server out; accounts, status, sync, library, series, next, wishlist, prefs, export and audit list take it")
}

// data returns what the command is about.
func (a *app) data(ctx context.Context) (data, error) {
	if a.server == "" {
		return a, nil
	}
	return a.onServer(ctx)
}

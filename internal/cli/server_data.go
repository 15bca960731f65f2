package cli

import (
	"context"
	"iter"
	"slices"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/remote"
	"github.com/audipy/audipy/internal/store"
)

// serverData is the data of a server, as its API gives it.
type serverData struct {
	client *remote.Client
	// address is the server's.
	address string
}

// howToLink says how an account is linked on a server.
func (s *serverData) howToLink() string {
	return "link one on the page Accounts of " + s.address + `, or send one that is linked here with "audipy push --server ` + s.address + `"`
}

// allAccounts returns every account that was ever linked.
func (s *serverData) allAccounts(ctx context.Context) ([]audipy.Account, error) {
	cards, err := s.client.Accounts(ctx)
	all := make([]audipy.Account, len(cards))
	for i := range cards {
		all[i] = remote.AccountOf(&cards[i])
	}
	return all, err
}

// accountNames names the accounts also for a token that may read the library
// alone: of those with titles the names stand there.
func (s *serverData) accountNames(ctx context.Context) (map[audipy.AccountID]string, error) {
	names := map[audipy.AccountID]string{}
	all, err := s.allAccounts(ctx)
	if audipy.KindOf(err) == audipy.Forbidden {
		var facets httpapi.Facets
		facets, err = s.client.Facets(ctx)
		for _, one := range facets.Accounts {
			all = append(all, audipy.Account{ID: audipy.AccountID(one.ID), Name: one.Name, Marketplace: one.Marketplace})
		}
	}
	for _, one := range all {
		names[one.ID] = accountName(one)
	}
	return names, err
}

// accountRows counts what each account has.
func (s *serverData) accountRows(ctx context.Context) ([]accountRow, error) {
	cards, err := s.client.Accounts(ctx)
	rows := make([]accountRow, len(cards))
	for i := range cards {
		row := accountRow{Account: remote.AccountOf(&cards[i]), Stores: []audipy.AccountStore{}}
		for _, one := range cards[i].Stores {
			row.Titles += one.ItemCount
			row.Stores = append(row.Stores, audipy.AccountStore{
				AccountID: row.ID, Marketplace: one.Marketplace, ItemCount: one.ItemCount, AudibleCount: one.AudibleCount,
				LastSync: one.LastSyncAt,
			})
		}
		rows[i] = row
	}
	return rows, err
}

// linkStatuses looks at every link.
func (s *serverData) linkStatuses(ctx context.Context) ([]linkStatus, error) {
	cards, err := s.client.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	links := []linkStatus{}
	for i := range cards {
		if cards[i].State != string(audipy.StateRevoked) {
			links = append(links, s.linkStatus(&cards[i]))
		}
	}
	if len(links) == 0 {
		_, err = linkedIn(ctx, s)
	}
	return links, err
}

func (s *serverData) linkStatus(card *httpapi.AccountCard) linkStatus {
	one := remote.AccountOf(card)
	link := linkStatus{
		ID: one.ID, Account: accountName(one), Device: one.DeviceName, Shared: one.SharedDevice, SignIns: one.SignIns,
		LinkedAt: one.CreatedAt, LastSync: one.LastSync, Condition: account.Condition(card.Condition),
		State: one.State, StateReason: one.StateReason, StateSince: one.StateAt,
		AccessUntil: card.Token.ValidUntil, IssuedAt: card.Token.IssuedAt, RenewedAt: card.Token.RefreshedAt,
		NextRenewal: card.Token.NextRefreshAt, CanRefresh: card.Token.CanRefresh, CanSign: card.Token.CanSign,
		Renewals: card.Token.Renewals, NextSignIn: card.Forecast.NextPromptAt, Forecast: card.Forecast.Reason,
		CallsLeft: card.Budget.LeftToday,
	}
	if card.Last != nil {
		link.LastErrorAt, link.LastError = card.Last.At, card.Last.Text
	}
	link.Sentence, link.Next = conditionText(link.Condition, link.CanRefresh)
	if isBroken(link.Condition) {
		link.Next = "sign in again on the page Accounts of " + s.address + "; the library stays as it is"
	}
	return link
}

// allRuns returns the receipts of syncs, the newest first.
func (s *serverData) allRuns(ctx context.Context) iter.Seq2[audipy.SyncRun, error] {
	return func(yield func(audipy.SyncRun, error) bool) {
		for cursor := ""; ; {
			page, err := s.client.Runs(ctx, "", cursor, remote.MostItems)
			if err != nil {
				yield(audipy.SyncRun{}, err)
				return
			}
			for _, run := range page.Runs {
				if !yield(run, nil) {
					return
				}
			}
			if cursor = page.Next; cursor == "" {
				return
			}
		}
	}
}

func (s *serverData) preferences(ctx context.Context) (audipy.Preferences, error) {
	return s.client.Preferences(ctx)
}

func (s *serverData) savePreferences(ctx context.Context, p audipy.Preferences, _ string) error {
	return s.client.SavePreferences(ctx, p)
}

// auditTail asks for the newest records, and turns them: the API begins with the
// newest. The number of the newest is how many there are.
func (s *serverData) auditTail(ctx context.Context, limit int) ([]audit.Record, int, error) {
	tail, total := []audit.Record{}, 0
	for cursor := ""; ; {
		size := remote.MostItems
		if limit > 0 {
			size = min(size, limit-len(tail))
		}
		page, err := s.client.Activity(ctx, cursor, size)
		if err != nil {
			return nil, 0, err
		}
		if total == 0 && len(page.Records) > 0 {
			total = int(page.Records[0].Seq)
		}
		tail = append(tail, page.Records...)
		cursor = page.Next
		if cursor == "" || limit > 0 && len(tail) >= limit {
			slices.Reverse(tail)
			return tail, total, nil
		}
	}
}

// needTitles is an error when the library holds nothing at all.
func (s *serverData) needTitles(ctx context.Context) error {
	page, err := s.client.Titles(ctx, remote.TitleQuery{Limit: 1})
	if err == nil && page.Total == 0 {
		err = audipy.Fail(audipy.NotFound, "the library is empty", nil).WithHint(s.howToLink() + "; the server syncs it then")
	}
	return err
}

// titlePage reads limit titles, in as many pages as it takes.
func (s *serverData) titlePage(ctx context.Context, filter store.ItemFilter, limit int) (libraryPage, error) {
	all := libraryPage{Titles: []audipy.Item{}}
	query := remote.TitleQuery{
		Search: filter.Search, Author: filter.Author, Narrator: filter.Narrator, Series: filter.Series,
		Language: filter.Language, Marketplace: filter.Marketplace, Account: filter.Account, Status: filter.Status,
		Finished: filter.Finished, Plus: filter.Plus, AddedSince: filter.AddedSince, Sort: string(filter.Sort),
		Cursor: filter.After,
	}
	for {
		query.Limit = remote.MostItems
		if limit > 0 {
			query.Limit = min(query.Limit, limit-len(all.Titles))
		}
		page, err := s.client.Titles(ctx, query)
		if err != nil {
			return all, err
		}
		all.Titles, all.Total, all.Next = append(all.Titles, page.Items...), page.Total, page.Next
		if page.Next == "" || limit > 0 && len(all.Titles) >= limit {
			return all, nil
		}
		query.Cursor = page.Next
	}
}

func (s *serverData) allTitles(ctx context.Context) iter.Seq2[audipy.Item, error] {
	return s.client.AllTitles(ctx)
}

// knownTitle asks for the title in the preferred store and in those that the
// library has titles of.
func (s *serverData) knownTitle(ctx context.Context, asin string) (knownTitle, error) {
	known := unknownTitle()
	prefs, err := s.client.Preferences(ctx)
	if err != nil {
		return known, err
	}
	facets, err := s.client.Facets(ctx)
	if err != nil {
		return known, err
	}
	names, err := s.accountNames(ctx)
	if err != nil {
		return known, err
	}
	for _, marketplace := range audipy.Marketplaces() {
		has := slices.ContainsFunc(facets.Marketplaces, func(t httpapi.Tally) bool { return t.Value == marketplace })
		if !has && marketplace != prefs.Marketplace {
			continue
		}
		book, err := s.client.Book(ctx, marketplace, asin)
		if kind := audipy.KindOf(err); err != nil && (kind == audipy.NotFound || kind == audipy.Invalid) {
			continue
		}
		if err != nil {
			return known, err
		}
		known.add(book, names)
	}
	wishes, err := s.client.Wishes(ctx)
	if err != nil {
		return known, err
	}
	for i := range wishes {
		if w := &wishes[i]; w.ASIN == asin {
			known.Wished = append(known.Wished, w.Marketplace)
		}
	}
	return known, known.settle(asin)
}

// add adds what a server knows of the title in one store.
func (k *knownTitle) add(b remote.Book, names map[audipy.AccountID]string) {
	for _, item := range b.Copies {
		k.Copies = append(k.Copies, ownedCopy{item, names[item.AccountID]})
	}
	if b.Product != nil {
		k.Products = append(k.Products, pricedProduct{*b.Product, b.Price})
	}
	k.History = append(k.History, b.History...)
	if b.Mark != nil {
		k.Marks = append(k.Marks, *b.Mark)
	}
}

// advise asks for the parts of the advice. The server looks into the catalogue
// by itself.
func (s *serverData) advise(ctx context.Context, parts adviceParts, _ bool) (recommend.Advice, error) {
	var advice recommend.Advice
	if err := s.needTitles(ctx); err != nil {
		return advice, err
	}
	if parts&suggestionsPart != 0 {
		var err error
		if advice, err = s.client.Suggestions(ctx); err != nil {
			return advice, err
		}
	}
	if parts&seriesPart != 0 {
		var err error
		if advice.Series, err = s.client.Series(ctx); err != nil {
			return advice, err
		}
	}
	return advice, nil
}

func (s *serverData) setMark(ctx context.Context, mark audipy.Mark) error {
	return s.client.SetMark(ctx, mark)
}

func (s *serverData) clearMark(ctx context.Context, marketplace, asin string) error {
	return s.client.ClearMark(ctx, marketplace, asin)
}

// wished returns the wish lists as the server looked at them last.
func (s *serverData) wished(
	ctx context.Context, accounts []audipy.Account, marketplace string, _ bool,
) ([]wished, error) {
	wishes, err := s.client.Wishes(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]wished, 0, len(wishes))
	for i := range wishes {
		w := &wishes[i]
		at := slices.IndexFunc(accounts, func(a audipy.Account) bool { return a.ID == w.Account })
		if at < 0 || marketplace != "" && marketplace != w.Marketplace {
			continue
		}
		list = append(list, wished{w.Product, accountName(accounts[at]), w.Account, w.WishedAt, w.Owned, w.Price, w.Notice})
	}
	return list, nil
}

func (s *serverData) changeWish(ctx context.Context, one audipy.Account, marketplace, asin string, wanted bool) error {
	return s.client.ChangeWish(ctx, one.ID, marketplace, asin, wanted)
}

// noteExport does nothing: a server records what it gives out itself.
func (s *serverData) noteExport(context.Context, audit.Event) error { return nil }

// onServer returns the data of the server that was named.
func (a *app) onServer(ctx context.Context) (*serverData, error) {
	if a.remote != nil {
		return a.remote, nil
	}
	address, bearer, err := a.serverAccess(ctx)
	if err != nil {
		return nil, err
	}
	base, err := remote.ParseAddress(address)
	if err != nil {
		return nil, err
	}
	client := remote.New(remote.Options{Base: base, Bearer: bearer, Wait: a.env.Wait, Version: currentVersion().Version})
	a.remote = &serverData{client: client, address: base.String()}
	return a.remote, nil
}

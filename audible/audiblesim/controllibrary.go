package audiblesim

// titleInput names a title in an account's library, or in a store alone.
type titleInput struct {
	Login string `json:"login"`
	Store string `json:"store"`
	ASIN  string `json:"asin"`
}

// countInput names a library and a number of titles.
type countInput struct {
	Login string `json:"login"`
	Store string `json:"store"`
	N     int    `json:"n"`
}

// progressInput says how far a title was heard, from 0 to 100.
type progressInput struct {
	titleInput
	Percent float64 `json:"percent"`
}

// forTitle makes a command that does something to one title of an account.
func forTitle(run func(login, store, asin string) error) func([]byte) (any, error) {
	return taking(func(in titleInput) (any, error) { return nil, run(in.Login, in.Store, in.ASIN) })
}

// libraryCommands are about what accounts own.
func (s *Sim) libraryCommands() map[string]command {
	return map[string]command{
		"add-titles": {`{"login","store","n"}: buys n titles and tells which`, taking(func(in countInput) (any, error) {
			return s.AddTitles(in.Login, in.Store, in.N)
		})},
		"add-title":    {`{"login","store","asin"}: buys one title`, forTitle(s.AddTitle)},
		"return-title": {`{"login","store","asin"}: returns a title; it is listed as revoked`, forTitle(s.ReturnTitle)},
		"remove-title": {`{"login","store","asin"}: takes a title away without a trace`, forTitle(s.RemoveTitle)},
		"touch-title":  {`{"login","store","asin"}: changes a title a little`, forTitle(s.TouchTitle)},
		"progress": {`{"login","store","asin","percent"}: listens up to there`, taking(func(in progressInput) (any, error) {
			return nil, s.SetProgress(in.Login, in.Store, in.ASIN, in.Percent)
		})},
		"titles": {`{"login","store"}: the titles that the account owns`, taking(func(in titleInput) (any, error) {
			return s.Titles(in.Login, in.Store)
		})},
		"truth": {`{"login","store"}: the series of the account's titles and what is missing`, taking(func(in titleInput) (any, error) {
			return s.Truth(in.Login, in.Store)
		})},
		"membership": {`{"login","member"}: whether the account pays for a plan`, taking(
			func(in struct {
				Login  string `json:"login"`
				Member bool   `json:"member"`
			},
			) (any, error) {
				if in.Member {
					return nil, s.SetMembership(in.Login, Member)
				}
				return nil, s.SetMembership(in.Login, NotMember)
			})},
	}
}

// priceInput names a title of a store and its prices; the login is ignored.
type priceInput struct {
	titleInput
	Price
}

// switchInput turns something of a title on or off; the login is ignored.
type switchInput struct {
	titleInput
	On bool `json:"on"`
}

// storeCommands are about what stores sell and how they answer.
func (s *Sim) storeCommands() map[string]command {
	return map[string]command{
		"price": {`{"store","asin","list","sale","whispersync","no_credit"}: sets prices in cents`, taking(func(in priceInput) (any, error) {
			return nil, s.SetPrice(in.Store, in.ASIN, in.Price)
		})},
		"plus": {`{"store","asin","on"}: moves a title into Plus or out of it`, taking(func(in switchInput) (any, error) {
			return nil, s.MoveToPlus(in.Store, in.ASIN, in.On)
		})},
		"delist": {`{"store","asin","on"}: takes a title off the shelves, or puts it back`, taking(func(in switchInput) (any, error) {
			return nil, s.Delist(in.Store, in.ASIN, in.On)
		})},
		"release": {`{"store","asin"}: releases a title that was to come`, taking(func(in titleInput) (any, error) {
			return nil, s.Release(in.Store, in.ASIN)
		})},
		"quirks": {"oddities of the API that are on from now, by name", taking(func(in Quirks) (any, error) {
			s.SetQuirks(in)
			return nil, nil
		})},
		"budget": {`{"per_minute","retry_after"}: answers 429 above so many calls; 0 ends it`, taking(
			func(in struct {
				PerMinute  int  `json:"per_minute"`
				RetryAfter bool `json:"retry_after"`
			},
			) (any, error) {
				s.SetBudget(in.PerMinute, in.RetryAfter)
				return nil, nil
			})},
		"faults": {`{"faults":[{"kind","path","host","method","probability","after","times",…}]}: what goes wrong from now on`, taking(
			func(in struct {
				Faults []Fault `json:"faults"`
			},
			) (any, error) {
				return nil, s.SetFaults(in.Faults...)
			})},
		"fault-counts": {"{}: how often each fault happened", taking(func(struct{}) (any, error) { return s.FaultCounts(), nil })},
	}
}

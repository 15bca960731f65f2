package account

import (
	"cmp"
	"context"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// learn asks Amazon whose account was just linked from a file that does not
// say, so that a later sign-in finds it again. An account that turns out to be
// linked already is taken back, and is a Conflict. When Amazon can't be asked
// the account stays under its key's fingerprint.
func (s *Service) learn(ctx context.Context, user audipy.UserID, linked Linked) (Linked, error) {
	id := linked.Account.ID
	client, err := s.Client(ctx, user, id, linked.Account.Marketplace)
	if err != nil {
		return linked, err
	}
	profile, err := client.Profile(ctx)
	if err != nil || profile.UserID == "" {
		return linked, nil //nolint:nilerr // the link is good; only its owner stays unnamed
	}
	event := audit.Event{Action: audit.CustomerLearned, Outcome: audit.Succeeded, Account: id}
	customer := store.Customer{ID: profile.UserID, Name: cmp.Or(linked.Account.Name, profile.Name)}
	if err := s.store.SetCustomer(ctx, user, id, customer, event); err != nil {
		if audipy.KindOf(err) != audipy.Conflict {
			return linked, err
		}
		event.Action, event.Target = audit.AccountUnlinked, "linked-already"
		if _, undone := s.store.UnlinkAccount(ctx, user, store.Unlinking{Account: id}, event); undone != nil {
			return Linked{}, undone
		}
		return Linked{}, err
	}
	linked.Account, err = s.store.AccountByID(ctx, user, id)
	return linked, err
}

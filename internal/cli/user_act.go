package cli

import (
	"context"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
)

// userDisableCmd keeps a person out.
type userDisableCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run disables the person and ends their sessions.
func (c userDisableCmd) Run(ctx context.Context, a *app) error {
	return a.actOn(ctx, c.Email, "is kept out from now on", func(s *auth.Service, act auth.Act) error { return s.Disable(ctx, act) })
}

// userEnableCmd lets a person in again.
type userEnableCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run enables the person.
func (c userEnableCmd) Run(ctx context.Context, a *app) error {
	return a.actOn(ctx, c.Email, "may sign in", func(s *auth.Service, act auth.Act) error { return s.Enable(ctx, act) })
}

// userPromoteCmd makes a person an administrator.
type userPromoteCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run gives the role; the person signs in again.
func (c userPromoteCmd) Run(ctx context.Context, a *app) error {
	return a.actOn(ctx, c.Email, "is an administrator", func(s *auth.Service, act auth.Act) error {
		return s.SetRole(ctx, act, audipy.Administrator)
	})
}

// userDemoteCmd makes an administrator a member.
type userDemoteCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run takes the role; the person signs in again.
func (c userDemoteCmd) Run(ctx context.Context, a *app) error {
	return a.actOn(ctx, c.Email, "is no administrator", func(s *auth.Service, act auth.Act) error {
		return s.SetRole(ctx, act, audipy.Member)
	})
}

// actOn does something to the person with an address, as the operator, and says
// how they then are.
func (a *app) actOn(ctx context.Context, email, then string, fn func(*auth.Service, auth.Act) error) error {
	people, err := a.people(ctx)
	if err != nil {
		return err
	}
	opened, err := a.existingStore(ctx)
	if err != nil {
		return err
	}
	user, err := auth.FindPerson(ctx, opened, email)
	if err != nil {
		return err
	}
	if err := fn(people, auth.Act{On: user.ID}); err != nil {
		return err
	}
	if user, err = opened.UserByID(ctx, user.ID); err != nil {
		return err
	}
	return a.out.result(user, func() { a.out.line("%s %s.", user.Email, then) })
}

// userDeleteCmd deletes a person.
type userDeleteCmd struct {
	Email string `arg:"" help:"Address of the person."`
	Yes   bool   `help:"Don't ask whether that is meant."`
}

// Run deletes the person at once. Devices that can't be signed out yet are tried
// again by the server.
func (c userDeleteCmd) Run(ctx context.Context, a *app) error {
	opened, err := a.existingStore(ctx)
	if err != nil {
		return err
	}
	key, err := a.existingKey()
	if err != nil {
		return err
	}
	user, err := auth.FindPerson(ctx, opened, c.Email)
	if err != nil {
		return err
	}
	if !c.Yes && !a.confirm(ctx, "Delete "+user.Email+" and everything that is theirs? It can't be taken back.") {
		return audipy.Fail(audipy.Invalid, "nobody was deleted", nil).WithHint("answer y, or add --yes")
	}
	accounts := account.New(account.Options{
		Store: opened, Key: key, Transport: a.env.Transport, Now: a.env.Now, Wait: a.env.Wait, Rate: a.env.Rate, Log: a.log,
	})
	devices, err := accounts.Leave(ctx, "", user.ID)
	if err != nil {
		return err
	}
	return a.out.result(map[string]any{"email": user.Email, "devices_left": devices}, func() {
		a.out.line("%s is deleted, and everything that was theirs.", clean(user.Email))
		if devices > 0 {
			a.out.line("%s could not be signed out at Amazon yet; the server goes on trying for a week.",
				counted(devices, "device", "devices"))
		}
	})
}

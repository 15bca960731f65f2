package cli

import (
	"context"

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

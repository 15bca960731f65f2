package cli

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/mail"
)

// userCmd looks after the people of a server. Whoever can run it can read the
// database anyway, so it asks for no password.
type userCmd struct {
	List          userListCmd     `cmd:"" help:"List the people."`
	Invite        userInviteCmd   `cmd:"" help:"Make a link with which a person registers, within a day."`
	ResetPassword userResetCmd    `cmd:"" help:"Make a link with which a person sets a new password, within ten minutes."`
	RemoveFactors userFactorsCmd  `cmd:"" help:"Take the second factors of a person who lost them away, and sign them out everywhere."`
	Sessions      userSessionsCmd `cmd:"" help:"Look after the sessions of a person."`
	Disable       userDisableCmd  `cmd:"" help:"Keep a person out, until they are enabled."`
	Enable        userEnableCmd   `cmd:"" help:"Let a person in who was disabled."`
	Promote       userPromoteCmd  `cmd:"" help:"Make a person an administrator."`
	Demote        userDemoteCmd   `cmd:"" help:"Make an administrator a member."`
	Delete        userDeleteCmd   `cmd:"" help:"Delete a person and everything that is theirs, and sign their devices out at Amazon."`
}

// userListCmd lists the people.
type userListCmd struct{}

// people opens the service that knows the people of an existing server.
func (a *app) people(ctx context.Context) (*auth.Service, error) {
	opened, err := a.existingStore(ctx)
	if err != nil {
		return nil, err
	}
	key, err := a.existingKey()
	if err != nil {
		return nil, err
	}
	return auth.New(ctx, auth.Options{
		Store: opened, Key: key, Now: a.env.Now, Log: a.log, Registration: auth.Registration(a.cfg.get("registration")),
		Memory: usableMemory(os.DirFS("/")),
	})
}

// Run prints everybody with their role.
func (userListCmd) Run(ctx context.Context, a *app) error {
	opened, err := a.existingStore(ctx)
	if err != nil {
		return err
	}
	all, err := opened.Users(ctx)
	if err != nil {
		return err
	}
	return a.out.result(map[string]any{"users": all}, func() {
		if len(all) == 0 {
			a.out.line("Nobody yet: audipy serve prints the address where the first person sets it up.")
			return
		}
		cells := make([][]string, len(all))
		for i, one := range all {
			state := "active"
			if !one.IsActive {
				state = "disabled"
			}
			cells[i] = []string{one.Email, one.Name, string(one.Role), state, day(one.CreatedAt)}
		}
		a.out.table([]column{
			{title: "E-MAIL", grow: true}, {title: "NAME", grow: true}, {title: "ROLE"}, {title: "STATE"}, {title: "SINCE"},
		}, cells)
	})
}

// userInviteCmd makes an invite.
type userInviteCmd struct {
	Email string `arg:"" optional:"" help:"The one address that may register with it; any, when none is given."`
}

// Run prints the link. It is good once.
func (c userInviteCmd) Run(ctx context.Context, a *app) error {
	people, err := a.people(ctx)
	if err != nil {
		return err
	}
	invite, token, err := people.Invite(ctx, "", c.Email)
	if err != nil {
		return err
	}
	link := a.publicAddress() + auth.InvitePath + token
	return a.out.result(map[string]any{"link": link, "expires_at": invite.ExpiresAt}, func() {
		a.out.line("Within a day, one person registers at:")
		a.out.line("")
		a.out.line("  %s", link)
		a.out.line("")
	})
}

// userResetCmd makes a link for a new password.
type userResetCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run prints the link. It is good once.
func (c userResetCmd) Run(ctx context.Context, a *app) error {
	people, err := a.people(ctx)
	if err != nil {
		return err
	}
	token, err := people.ResetByOperator(ctx, c.Email)
	if err != nil {
		return err
	}
	link := a.publicAddress() + auth.ResetPath + token
	return a.out.result(map[string]string{"link": link}, func() {
		a.out.line("Within ten minutes, the person sets a new password at:")
		a.out.line("")
		a.out.line("  %s", link)
		a.out.line("")
	})
}

// userFactorsCmd takes second factors away.
type userFactorsCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run takes them away; the password alone then lets the person in.
func (c userFactorsCmd) Run(ctx context.Context, a *app) error {
	people, err := a.people(ctx)
	if err != nil {
		return err
	}
	if err := people.RemoveFactorsByOperator(ctx, c.Email); err != nil {
		return err
	}
	return a.out.result(map[string]string{"email": c.Email}, func() {
		a.out.line("The second factors of %s are gone, and every session has ended: the password alone lets them in now.", c.Email)
	})
}

// publicAddress is where browsers find the server, as far as the settings say.
func (a *app) publicAddress() string {
	if public, err := originOf(a.cfg.get("public_url")); err == nil {
		return public.String()
	}
	if a.cfg.get("tls_cert") != "" || a.cfg.get("tls_self_signed") == "yes" {
		return "https://" + a.cfg.get("listen")
	}
	return "http://" + a.cfg.get("listen")
}

// mailedAddress is what links in mails begin with, or empty where the settings
// name no address that holds for everybody.
func (a *app) mailedAddress() string {
	if a.cfg.get("public_url") == "" && !strings.HasPrefix(a.cfg.get("listen"), "localhost:") {
		return ""
	}
	return a.publicAddress()
}

// userSessionsCmd looks after sessions.
type userSessionsCmd struct {
	End userSessionsEndCmd `cmd:"" help:"Sign a person out everywhere."`
}

// userSessionsEndCmd ends all sessions of a person.
type userSessionsEndCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run ends the sessions and says how many there were.
func (c userSessionsEndCmd) Run(ctx context.Context, a *app) error {
	people, err := a.people(ctx)
	if err != nil {
		return err
	}
	n, err := people.EndSessionsByOperator(ctx, c.Email)
	if err != nil {
		return err
	}
	return a.out.result(map[string]int{"sessions": n}, func() { a.out.line("%d %s ended.", n, plural(n, "session", "sessions")) })
}

// mailer returns what sends mails, or nil when no mail server is configured.
func (a *app) mailer() (*mail.Sender, error) {
	if a.cfg.get("smtp_host") == "" {
		return nil, nil //nolint:nilnil // no mail server is no mistake
	}
	port := 0
	if text := a.cfg.get("smtp_port"); text != "" {
		var err error
		if port, err = strconv.Atoi(text); err != nil || port < 1 || port > 65535 {
			return nil, audipy.Fail(audipy.Invalid, "smtp_port is not a port", err)
		}
	}
	return mail.New(mail.Options{
		Host: a.cfg.get("smtp_host"), Port: port, Username: a.cfg.get("smtp_username"), Password: a.cfg.get("smtp_password"),
		From: a.cfg.get("smtp_from"), Security: mail.Security(a.cfg.get("smtp_security")),
	})
}

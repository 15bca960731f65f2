package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"github.com/audipy/audipy/audible/audiblesim"
)

// flags are the command line; kong writes --help from the tags.
type flags struct {
	Accounts  string `help:"JSON file with the accounts; without it there is demo@example.com with the password \"demo\"." type:"existingfile" placeholder:"FILE"`
	Books     int    `help:"Titles of an account that does not say how many." default:"718"`
	Seed      uint64 `help:"Seed of the world, the tokens and the changes to pages." default:"1"`
	Listen    string `help:"Address of the TLS port; loopback only." default:"127.0.0.1:0"`
	Plain     string `help:"Address of the CONNECT proxy, which also serves browsers with the host as first part of the path." default:"127.0.0.1:0"`
	Control   string `help:"Address of the control port; GET / lists its commands." default:"127.0.0.1:0"`
	CA        string `help:"File to write the certificate authority to, for SSL_CERT_FILE." placeholder:"FILE"`
	Mutate    bool   `help:"Change the markup of the sign-in pages by seed."`
	RenameIDs int    `name:"rename-ids" help:"Share of seeds, in percent, for which --mutate renames ids too." default:"0"`
	NoCookies bool   `help:"Leave website cookies out of registrations."`
}

const help = `A simulated Amazon and Audible on this machine.

The accounts file is an array of objects. Needed: "login" (an e-mail address, or a name with "user_name": true)
and "password". Optional: "name", "otp" or "totp_seed", "captcha", "code", "challenges" (in order: captcha, device,
otp, cvf, cvf-code, approval, nag, antirobot, passkey, password-change, unknown, error, wrong-password-captcha),
"approval_polls", "split_pages", "suspicious", "captcha_on_own_host", "marketplace" (us) and "marketplaces"
({"us": 718, "de": 12}, titles per store). Answers that are left out are made up; the control command "account"
tells them.`

// run serves until ctx is done. It prints the addresses to out.
func run(ctx context.Context, args []string, out io.Writer) error {
	var f flags
	helped := false
	parser, err := kong.New(&f, kong.Name("audiblesim"), kong.Description(help), kong.Writers(out, out),
		kong.Exit(func(int) { helped = true }))
	if err != nil {
		return fmt.Errorf("define the command line: %w", err)
	}
	if _, err = parser.Parse(args); err != nil || helped {
		return err
	}
	return serve(ctx, f, out)
}

// serve makes the simulator and answers until ctx is done.
func serve(ctx context.Context, f flags, out io.Writer) error {
	accounts := []audiblesim.Account{{Login: "demo@example.com", Password: "demo", Name: "Demo Listener"}}
	if f.Accounts != "" {
		read, err := readAccounts(f.Accounts)
		if err != nil {
			return err
		}
		accounts = read
	}
	sim := audiblesim.New(audiblesim.Options{
		Seed: f.Seed, Books: f.Books, Mutate: f.Mutate, RenameIDs: f.RenameIDs, NoCookies: f.NoCookies,
	})
	for _, a := range accounts {
		if err := sim.AddAccount(a); err != nil {
			return err
		}
	}
	server, err := sim.Listen(audiblesim.ServerOptions{TLS: f.Listen, Plain: f.Plain, Control: f.Control, CAFile: f.CA})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "tls:     %s\nproxy:   %s\nbrowser: %s/www.amazon.com/\ncontrol: %s\n",
		server.TLSAddr(), server.ProxyURL(), server.BrowserURL(), server.ControlURL())
	for _, a := range accounts {
		fmt.Fprintf(out, "account: %s\n", a.Login)
	}
	return server.Serve(ctx)
}

func readAccounts(path string) ([]audiblesim.Account, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the accounts file: %w", err)
	}
	defer file.Close()
	return audiblesim.LoadAccounts(file)
}

package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/audipy"
)

// credentialsCmd exchanges credentials with other programs.
type credentialsCmd struct {
	Import credentialsImportCmd `cmd:"" help:"Link from a credential file of audible-cli, audible-rs, Libation or OpenAudible."`
	Export credentialsExportCmd `cmd:"" help:"Write a credential file for another program."`
}

// credentialsImportCmd is login --import.
type credentialsImportCmd struct {
	File  string `arg:"" type:"path" help:"The credential file."`
	KeyOf string `name:"libation-key" placeholder:"FILE" type:"path" help:"Libation's key file, for an encrypted file of its."`
}

// Run links every account of the file.
func (c credentialsImportCmd) Run(ctx context.Context, a *app) error {
	return loginCmd{Import: c.File, KeyOf: c.KeyOf}.importFile(ctx, a)
}

// credentialsExportCmd writes a credential file. Whoever has it has the
// account, so it is encrypted unless the person says otherwise.
type credentialsExportCmd struct {
	Format  string `enum:"audible-rs,audible-cli,libation" default:"audible-rs" help:"Whose file: audible-rs (argon2id and XChaCha20-Poly1305), audible-cli or libation."`
	Output  string `short:"o" required:"" placeholder:"FILE" type:"path" help:"The file to write; it must not exist."`
	Account string `placeholder:"NAME" help:"The account; needed when several are linked."`
	Plain   bool   `help:"Write the file without encryption."`
	Bytes   bool   `help:"For audible-cli: its style without a JSON envelope."`
	KeyOf   string `name:"libation-key" placeholder:"FILE" type:"path" help:"For libation: its key file, to encrypt with."`
	Weak    bool   `name:"i-know-this-is-weak" help:"Accept audible-cli's encryption, which is weak."`
}

// Run writes the file.
func (c credentialsExportCmd) Run(ctx context.Context, a *app) error {
	format, err := c.style()
	if err != nil {
		return err
	}
	one, err := a.selectAccount(ctx, c.Account)
	if err != nil {
		return err
	}
	// Begun before the password is asked for, and before anything is taken
	// out: a file that can't be written costs nothing then.
	file, err := createOutFile(c.Output, false)
	if err != nil {
		return err
	}
	defer file.abandon()
	options, err := c.options(ctx, a, format)
	if err != nil {
		return err
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	credentials, err := accounts.Export(ctx, a.user.ID, one.ID, string(format))
	if err != nil {
		return err
	}
	err = writeCredentials(file, format, authfile.Account{Credentials: credentials, Label: one.Name}, options)
	if err != nil {
		return err
	}
	if err := file.commit(); err != nil {
		return err
	}
	return a.out.result(map[string]any{"file": c.Output, "format": format, "encrypted": format.IsEncrypted()}, func() {
		a.out.line("wrote %s for %s", clean(c.Output), clean(accountName(one)))
		a.out.line("  whoever has this file, and its password if it has one, has the Audible account")
		a.out.line("  it is the same device: signing out in either program signs out both")
	})
}

// style is the format of the file, encrypted unless --plain.
func (c credentialsExportCmd) style() (authfile.Format, error) {
	switch {
	case c.Bytes && (c.Format != "audible-cli" || c.Plain):
		return "", audipy.Fail(audipy.Invalid, "--bytes is a style of audible-cli's encryption", nil).
			WithHint("use it with --format audible-cli and without --plain")
	case c.KeyOf != "" && (c.Format != "libation" || c.Plain):
		return "", audipy.Fail(audipy.Invalid, "--libation-key encrypts a file of Libation", nil).
			WithHint("use it with --format libation and without --plain")
	case c.Plain:
		return authfile.Format(c.Format), nil
	case c.Format == "audible-cli" && !c.Weak:
		return "", audipy.Fail(audipy.Invalid, "audible-cli's encryption is weak: its key comes from the password by PBKDF2 "+
			"with at most 65,535 rounds, and nothing in the file shows that it was changed", nil).
			WithHint("use a long random password and add --i-know-this-is-weak, or use --format audible-rs")
	case c.Format == "audible-cli" && c.Bytes:
		return authfile.AudibleCLIBytes, nil
	case c.Format == "audible-cli":
		return authfile.AudibleCLIJSON, nil
	case c.Format == "libation" && c.KeyOf == "":
		return "", audipy.Fail(audipy.Invalid, "Libation encrypts with its own key file", nil).
			WithHint("name it with --libation-key, or add --plain")
	case c.Format == "libation":
		return authfile.LibationEncrypted, nil
	}
	return authfile.AudibleRSEncrypted, nil
}

// options asks for what encrypts the file.
func (c credentialsExportCmd) options(ctx context.Context, a *app, format authfile.Format) (authfile.WriteOptions, error) {
	var options authfile.WriteOptions
	switch {
	case format == authfile.LibationEncrypted:
		key, err := readBounded(c.KeyOf)
		if err != nil {
			return options, err
		}
		options.MasterKey = key
	case format.IsEncrypted():
		password, err := a.askNewPassword(ctx, "Password for "+c.Output)
		if err != nil {
			return options, err
		}
		options.Password = []byte(password)
	}
	return options, nil
}

// minPassword is the shortest password of a credential file, in bytes: the
// file can be tried offline by whoever finds it.
const minPassword = 12

// askNewPassword asks for a password twice.
func (a *app) askNewPassword(ctx context.Context, question string) (string, error) {
	first, err := a.askSecret(ctx, question+" (not shown)")
	if err != nil {
		return "", err
	}
	if len(first) < minPassword {
		return "", audipy.Fail(audipy.Invalid, fmt.Sprintf("the password is too short: it needs %d characters", minPassword), nil).
			WithHint("whoever finds the file can try passwords as fast as their machine allows; nothing was written")
	}
	second, err := a.askSecret(ctx, "The same again")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", audipy.Fail(audipy.Invalid, "the two passwords are not the same", nil).
			WithHint("nothing was written; try again")
	}
	return first, nil
}

// writeCredentials writes the one account. A failure of the format is the
// person's to know: the other program could not load the file.
func writeCredentials(w io.Writer, format authfile.Format, one authfile.Account, o authfile.WriteOptions) error {
	err := authfile.Write(w, format, []authfile.Account{one}, o)
	if err == nil {
		return nil
	}
	program, _, _ := strings.Cut(string(format), "-encrypted")
	return audipy.Fail(audipy.Invalid, fmt.Sprintf("%s could not use this account's credentials: %v", program, err), err).
		WithHint("nothing was written; another --format may do")
}

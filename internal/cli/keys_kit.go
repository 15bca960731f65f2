package cli

import (
	"context"
	"fmt"

	"github.com/audipy/audipy/internal/vault"
)

// keysKitCmd shows what is to be kept on paper.
type keysKitCmd struct {
	Output string `short:"o" placeholder:"FILE" type:"path" help:"Write it to a file, to be printed, in place of the terminal."`
	Force  bool   `help:"Replace the file if it exists."`
}

// Run prints the key, and what it is good for.
func (c keysKitCmd) Run(ctx context.Context, a *app) error {
	_, key, err := a.sealed(ctx)
	if err != nil {
		return err
	}
	text, err := key.Text()
	if err != nil {
		return err
	}
	sheet := a.kitSheet(key, text)
	if c.Output == "" {
		return a.out.result(map[string]string{"key": text, "id": key.ID(), "source": key.Source()}, func() {
			for _, line := range sheet {
				a.out.line("%s", line)
			}
		})
	}
	file, err := createOutFile(c.Output, c.Force)
	if err != nil {
		return err
	}
	defer file.abandon()
	for _, line := range sheet {
		fmt.Fprintln(file, line)
	}
	if err := file.commit(); err != nil {
		return err
	}
	return a.out.result(map[string]string{"file": c.Output, "id": key.ID()}, func() {
		a.out.line("wrote %s: print it, keep the paper away from the backups, and delete the file", clean(c.Output))
	})
}

// kitSheet is the sheet, line by line.
func (a *app) kitSheet(key *vault.Key, text string) []string {
	return []string{
		"AudiPy recovery kit, " + day(a.env.Now()),
		"",
		"  Key " + key.ID() + ":",
		"",
		"    " + text,
		"",
		"  Where it lies: " + clean(key.Source()),
		"",
		"With this key and a backup everything comes back, and nobody has to sign in at",
		"Amazon. Without it a backup is a library, and every account is linked again.",
		"Whoever has it and the database can use every linked account. Keep this sheet",
		"away from the backups.",
		"",
		"To use it: put the key's line into a file of your own (mode 0600), name it with",
		"AUDIPY_KEY_FILE or --key-file, and run: audipy restore FILE",
	}
}

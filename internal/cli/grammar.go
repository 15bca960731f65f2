package cli

// grammar is the whole command line. The order of the commands is the order
// in which a person meets them.
type grammar struct {
	Help    helpFlag `short:"h" help:"Show the help of a command." group:"Everywhere"`
	JSON    bool     `name:"json" help:"Print one JSON document instead of text." group:"Everywhere"`
	Home    string   `placeholder:"FOLDER" help:"Where the library and the sealed credentials are kept." group:"Everywhere"`
	KeyFile string   `placeholder:"FILE" help:"File that holds the key." group:"Everywhere"`
	As      string   `placeholder:"EMAIL" help:"Whose data is meant, on the data of a server." group:"Everywhere"`
	Server  string   `placeholder:"NAME" help:"The server whose data is meant: the name or address of one that was added, or with AUDIPY_SERVER_TOKEN any address." group:"Everywhere"`
	Log     string   `placeholder:"LEVEL" help:"Log to standard error: off, info or debug." group:"Everywhere"`

	Login       loginCmd       `cmd:"" help:"Link an Audible account: sign in once."`
	Sync        syncCmd        `cmd:"" help:"Pull the library from every store with titles."`
	Next        nextCmd        `cmd:"" help:"Say what to listen to next, and whether to pay cash or a credit."`
	Library     libraryCmd     `cmd:"" help:"Look into the library: list, search, filter, show one title."`
	Shelf       shelfCmd       `cmd:"" help:"Count what you have outside of Audible, by the word of an audiobookshelf server."`
	Series      seriesCmd      `cmd:"" help:"Say how far you are in every series, and what is missing."`
	Wishlist    wishlistCmd    `cmd:"" help:"Show the wish lists with price advice, and change them."`
	Prefs       prefsCmd       `cmd:"" help:"Show and change preferences: limit, store, currency, language, notices."`
	Export      exportCmd      `cmd:"" help:"Write the library, what is missing, wish lists or receipts as JSON, CSV or text."`
	Accounts    accountsCmd    `cmd:"" help:"List the linked accounts."`
	Status      statusCmd      `cmd:"" help:"Say how each link is, and what happens next."`
	Refresh     refreshCmd     `cmd:"" help:"Renew the access token now."`
	Logout      logoutCmd      `cmd:"" help:"Unlink an account and sign its device out."`
	Dump        dumpCmd        `cmd:"" help:"Write what Audible answers to every call that is made, and a report on its fields."`
	Credentials credentialsCmd `cmd:"" help:"Exchange credential files with audible-cli, audible-rs and Libation."`
	Remember    rememberCmd    `cmd:"" help:"Keep an account's Amazon password here, sealed, so that a dead link repairs itself; or delete it."`
	Servers     serverCmd      `cmd:"" name:"server" help:"Work with a server of AudiPy elsewhere: be let in, list, remove."`
	Push        pushCmd        `cmd:"" help:"Hand the link of an account to a server."`
	Audit       auditCmd       `cmd:"" help:"Show what happened to your data, and check that the trail is whole."`
	Demo        demoCmd        `cmd:"" help:"Serve the pages, or play the main job, with simulated data; no account needed."`
	Serve       serveCmd       `cmd:"" help:"Serve AudiPy as a web application, until it is stopped."`
	Backup      backupCmd      `cmd:"" help:"Write everything into one encrypted file, while others go on working."`
	Restore     restoreCmd     `cmd:"" help:"Make an empty database of a backup, or only try the backup."`
	Doctor      doctorCmd      `cmd:"" help:"Look at everything a server needs, and say of each thing how it is and what to do."`
	Keys        keysCmd        `cmd:"" help:"Look after the key and what it seals: say how it is, make it new, move it, revoke everything."`
	Migrate     migrateCmd     `cmd:"" help:"Bring the database up to date; needed for PostgreSQL alone."`
	User        userCmd        `cmd:"" help:"Look after the people of a server: list them, end sessions, let one set a new password."`
	Health      healthCmd      `cmd:"" help:"Ask a server on this computer whether it is ready."`
	Config      configCmd      `cmd:"" help:"Show the effective settings and where each comes from."`
	Completion  completionCmd  `cmd:"" help:"Print the completion script of a shell."`
	Version     versionCmd     `cmd:"" help:"Show the version."`
}

// settings returns what the flags say about settings, by name.
func (g *grammar) settings() map[string]string {
	return map[string]string{"home": g.Home, "key_file": g.KeyFile, "as": g.As, "log": g.Log}
}

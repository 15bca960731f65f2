package cli_test

import (
	"bytes"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // the driver, for scripts that damage a database

	"github.com/audipy/audipy/audible/audiblesim"
)

// madeUpPassword is that of every account of the scripts.
const madeUpPassword = "a made-up password"

// tellSim is "sim COMMAND ARGUMENT…": something happens at the simulated
// Amazon. Commands that make something up put it into a variable.
func tellSim(ts *testscript.TestScript, _ bool, args []string) {
	sim, rest := worldOf(ts).sim, args[1:]
	switch args[0] {
	case "account": // LOGIN STORE=TITLES,… [CHALLENGE…]
		ts.Check(sim.AddAccount(newSimAccount(ts, rest)))
	case "file": // LOGIN STORE FILE
		data, err := sim.CredentialFile(rest[0], rest[1])
		ts.Check(err)
		ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(rest[2])), 0o700))
		ts.Check(os.WriteFile(ts.MkAbs(rest[2]), data, 0o600))
	case "otp": // LOGIN VARIABLE
		code, err := sim.OTP(rest[0])
		ts.Check(err)
		ts.Setenv(rest[1], code)
	case "secrets": // LOGIN: CAPTCHA and CODE
		account, _ := sim.Account(rest[0])
		ts.Setenv("CAPTCHA", account.Captcha)
		ts.Setenv("CODE", account.Code)
	case "title": // LOGIN STORE INDEX VARIABLE
		ts.Setenv(rest[3], simTitle(ts, sim, rest[0], rest[1], rest[2]))
	case "bought": // LOGIN STORE COUNT
		_, err := sim.AddTitles(rest[0], rest[1], number(ts, rest[2]))
		ts.Check(err)
	case "returned": // LOGIN STORE ASIN
		ts.Check(sim.ReturnTitle(rest[0], rest[1], rest[2]))
	case "removed": // LOGIN STORE ASIN
		ts.Check(sim.RemoveTitle(rest[0], rest[1], rest[2]))
	case "progress": // LOGIN STORE ASIN PERCENT
		ts.Check(sim.SetProgress(rest[0], rest[1], rest[2], float64(number(ts, rest[3]))))
	case "expire":
		ts.Check(sim.ExpireAccessTokens(rest[0]))
	case "revoke":
		ts.Check(sim.RevokeAll(rest[0]))
	case "refuse":
		ts.Check(sim.RefuseRefreshTokens(rest[0]))
	case "sale": // STORE ASIN AMOUNT
		ts.Check(sim.Sale(rest[0], rest[1], number(ts, rest[2])))
	case "outage": // DURATION
		d, err := time.ParseDuration(rest[0])
		ts.Check(err)
		now := worldOf(ts).Now()
		sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(d), Status: 503})
	case "devices": // LOGIN COUNT
		if got := sim.LiveDevices(rest[0]); got != number(ts, rest[1]) {
			ts.Fatalf("%d devices live, want %s", got, rest[1])
		}
	default:
		ts.Fatalf("sim knows no %q", args[0])
	}
}

func newSimAccount(ts *testscript.TestScript, args []string) audiblesim.Account {
	account := audiblesim.Account{
		Login: args[0], Password: madeUpPassword, Challenges: args[2:], Marketplaces: map[string]int{},
		UserName: !strings.Contains(args[0], "@"), ApprovalPolls: 2,
	}
	for i, part := range strings.Split(args[1], ",") {
		code, titles, _ := strings.Cut(part, "=")
		account.Marketplaces[code] = number(ts, titles)
		if i == 0 {
			account.Marketplace = code
		}
	}
	return account
}

func simTitle(ts *testscript.TestScript, sim *audiblesim.Sim, login, store, index string) string {
	titles, err := sim.Titles(login, store)
	ts.Check(err)
	return titles[number(ts, index)]
}

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}

// runSQL is "sql STATEMENT": what somebody with the database alone can do.
func runSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs("home/.local/share/audipy/audipy.db"))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[0])
	ts.Check(err)
}

// watched passes on what is written and keeps it.
type watched struct {
	to io.Writer

	mu   sync.Mutex
	kept bytes.Buffer
}

// Write implements io.Writer.
func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kept.Write(p)
	return w.to.Write(p)
}

func (w *watched) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.kept.String()
}

package cli_test

import (
	"bytes"
	"database/sql"
	"errors"
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
	w, rest := worldOf(ts), args[1:]
	happens := simAccount(ts, w, rest)[args[0]]
	if happens == nil {
		happens = simLibrary(ts, w, rest)[args[0]]
	}
	if happens == nil {
		ts.Fatalf("sim knows no %q", args[0])
	}
	happens()
}

// simAccount is what happens to accounts and their devices.
func simAccount(ts *testscript.TestScript, w *scriptWorld, rest []string) map[string]func() {
	return map[string]func(){
		"account": func() { ts.Check(w.sim.AddAccount(newSimAccount(ts, rest))) },     // LOGIN STORE=TITLES,… [CHALLENGE…]
		"file":    func() { simFile(ts, w.sim, rest[0], rest[1], ts.MkAbs(rest[2])) }, // LOGIN STORE FILE
		"otp": func() { // LOGIN VARIABLE
			code, err := w.sim.OTP(rest[0])
			ts.Check(err)
			ts.Setenv(rest[1], code)
		},
		"secrets": func() { // LOGIN: CAPTCHA and CODE
			account, _ := w.sim.Account(rest[0])
			ts.Setenv("CAPTCHA", account.Captcha)
			ts.Setenv("CODE", account.Code)
		},
		"expire": func() { ts.Check(w.sim.ExpireAccessTokens(rest[0])) },
		"revoke": func() { ts.Check(w.sim.RevokeAll(rest[0])) },
		"refuse": func() { ts.Check(w.sim.RefuseRefreshTokens(rest[0])) },
		"devices": func() { // LOGIN COUNT
			if got := w.sim.LiveDevices(rest[0]); got != number(ts, rest[1]) {
				ts.Fatalf("%d devices live, want %s", got, rest[1])
			}
		},
		"outage": func() { // DURATION
			d, err := time.ParseDuration(rest[0])
			ts.Check(err)
			w.sim.AddOutage(audiblesim.Outage{From: w.Now(), To: w.Now().Add(d), Status: 503})
		},
	}
}

// simLibrary is what happens to titles. Most take LOGIN STORE ASIN.
func simLibrary(ts *testscript.TestScript, w *scriptWorld, rest []string) map[string]func() {
	return map[string]func(){
		"title": func() { // LOGIN STORE INDEX VARIABLE
			titles, err := w.sim.Titles(rest[0], rest[1])
			ts.Check(err)
			ts.Setenv(rest[3], titles[number(ts, rest[2])])
		},
		"bought": func() { // LOGIN STORE COUNT
			_, err := w.sim.AddTitles(rest[0], rest[1], number(ts, rest[2]))
			ts.Check(err)
		},
		"returned": func() { ts.Check(w.sim.ReturnTitle(rest[0], rest[1], rest[2])) },
		"removed":  func() { ts.Check(w.sim.RemoveTitle(rest[0], rest[1], rest[2])) },
		"progress": func() { // LOGIN STORE ASIN PERCENT
			ts.Check(w.sim.SetProgress(rest[0], rest[1], rest[2], float64(number(ts, rest[3]))))
		},
		"sale": func() { ts.Check(w.sim.Sale(rest[0], rest[1], number(ts, rest[2]))) }, // STORE ASIN AMOUNT
	}
}

func simFile(ts *testscript.TestScript, sim *audiblesim.Sim, login, store, path string) {
	data, err := sim.CredentialFile(login, store)
	ts.Check(err)
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
	ts.Check(os.WriteFile(path, data, 0o600))
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

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}

// runSQL is "sql STATEMENT": what somebody with the database alone can do.
func runSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs("home/.local/share/audipy/audipy.db"))
	ts.Check(err)
	_, err = db.Exec(args[0])
	ts.Check(errors.Join(err, db.Close()))
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

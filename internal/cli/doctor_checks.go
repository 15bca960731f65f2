package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/cert"
)

const (
	// doctorPatience bounds each question over the network.
	doctorPatience = 15 * time.Second
	// mostSkew is how far the clock may be from Amazon's: beyond it signed
	// requests and one-time passwords are refused.
	mostSkew = 2 * time.Minute
	// renewCert is how long before its end a certificate should be renewed.
	renewCert = 14 * 24 * time.Hour
	// oldBackup and oldTry are how old the last good ones may be.
	oldBackup = 2 * backupEvery
	oldTry    = tryEvery + 2*backupEvery
)

// files looks who may read the data, the settings and what lies beside them.
func (p *patient) files() finding {
	const check = "permissions"
	for _, path := range []string{p.cfg.get("home"), p.cfg.file, p.cfg.get("checkpoint_file"), p.cfg.get("backup_folder")} {
		info, err := os.Stat(path)
		if path == "" || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return bad(check, fmt.Sprintf("%s can't be looked at", path), "see who owns it and its folder")
		}
		if p.env.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
			return bad(check, fmt.Sprintf("others may write %s (mode %04o)", path, info.Mode().Perm()), fmt.Sprintf("chmod go-w %q", path))
		}
		if p.env.GOOS != "windows" && path != p.cfg.file && info.Mode().Perm()&0o044 != 0 {
			return worth(check, fmt.Sprintf("others may read %s (mode %04o)", path, info.Mode().Perm()), fmt.Sprintf("chmod go-rwx %q", path))
		}
	}
	return fine(check, "data and settings are their owner's alone")
}

// address looks how people reach the server.
func (p *patient) address() finding {
	const check = "address"
	n, err := networkOf(p.cfg)
	if err != nil {
		return failed(check, err)
	}
	if n.certFile != "" {
		source, err := cert.Files(n.certFile, n.keyFile, p.log)
		if err != nil {
			return failed(check, err)
		}
		if ends := source.Expires(); ends.Before(p.env.Now().Add(renewCert)) {
			return bad(check, "the certificate ends on "+day(ends), "replace the files that tls_cert and tls_key name")
		}
	}
	switch {
	case n.insecure && !n.secure():
		return worth(check, "plain HTTP is allowed on private addresses", "give a certificate: tls_self_signed needs no files")
	case n.public == nil && n.secure():
		return worth(check, "the server answers to every name", "set public_url to the address that people type")
	}
	return fine(check, "people find the server at "+p.publicAddress())
}

// backedUp looks when a backup was last written and tried.
func (p *patient) backedUp(ctx context.Context) finding {
	const check = "backups"
	if keep, err := strconv.Atoi(p.cfg.get("backup_keep")); err != nil || keep < 1 {
		return bad(check, "backup_keep is not a number above 0", "set it to how many backups are to be kept")
	}
	if p.cfg.get("backup_folder") == "" {
		return worth(check, "the server writes none by itself", "set backup_folder, or let a timer run \"audipy backup\"")
	}
	if p.store == nil {
		return worth(check, "not looked at: there is no database", "see the line above")
	}
	times, err := backupTimes(ctx, p.store)
	if err != nil {
		return failed(check, err)
	}
	written, tried := times["written"], times["tried"]
	_, missing := os.Stat(p.cfg.get("backup_folder"))
	switch now := p.env.Now(); {
	case written.IsZero():
		return worth(check, "none was written yet", "start the server: it writes one at once")
	case missing != nil:
		return bad(check, fmt.Sprintf("the folder %s can't be looked at", p.cfg.get("backup_folder")), "see that its disk is mounted, and who owns it")
	case now.Sub(written) > oldBackup:
		return bad(check, "the last one is of "+day(written), "see in the log why, and whether the disk of backup_folder is full")
	case p.failedSince(ctx, tried):
		return bad(check, "the latest could not be restored", "see in the log why, and write another with \"audipy backup\"")
	case tried.IsZero():
		return worth(check, "one is there, and was not restored yet to see that it is good", "wait some minutes, or run \"audipy restore --verify\"")
	case now.Sub(tried) > oldTry:
		return bad(check, "none was restored since "+day(tried), "see in the log why")
	}
	return fine(check, "written "+day(written)+", restored to try it "+day(tried))
}

// failedSince reports whether a try failed after the last good one.
func (p *patient) failedSince(ctx context.Context, good time.Time) bool {
	r, err := p.store.LatestSystemRecord(ctx, audit.BackupTried, audit.Failed)
	return err == nil && r.At.After(good)
}

// afar looks at what is elsewhere: Audible, its clock, the mail server.
func (p *patient) afar(ctx context.Context) []finding {
	ctx, cancel := context.WithTimeout(ctx, 2*doctorPatience)
	defer cancel()
	date, err := p.knock(ctx)
	if err != nil {
		return []finding{
			bad("reach", "Audible can't be reached: "+said(err), "see that this computer may open https connections to api.audible.com"),
			worth("clock", "not compared: Audible can't be reached", "see the line above"), p.mails(ctx),
		}
	}
	return []finding{fine("reach", "Audible answers"), p.clock(date), p.mails(ctx)}
}

// knock asks Audible for anything at all, and returns its time.
func (p *patient) knock(ctx context.Context) (time.Time, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.audible.com/1.0/catalog/products", nil)
	if err != nil {
		return time.Time{}, fmt.Errorf("ask Audible: %w", err)
	}
	transport := p.transport()
	if transport == nil {
		transport = audible.NewTransport(audible.TransportOptions{})
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return time.Time{}, audipy.Fail(audipy.Unavailable, "there is no answer", err)
	}
	_ = answer.Body.Close()                              // that there is one is all
	date, _ := http.ParseTime(answer.Header.Get("Date")) // an answer without a date is an answer
	return date, nil
}

// clock compares the clocks.
func (p *patient) clock(theirs time.Time) finding {
	if theirs.IsZero() {
		return worth("clock", "not compared: Audible said no time", "see that the time is kept by NTP")
	}
	skew := p.env.Now().Sub(theirs).Abs().Round(time.Second)
	if skew > mostSkew {
		return bad("clock", fmt.Sprintf("it is %v away from Audible's", skew), "let NTP keep the time: signed requests and one-time passwords are refused otherwise")
	}
	return fine("clock", fmt.Sprintf("within %v of Audible's", max(skew, time.Second)))
}

// mails looks whether the mail server lets us in.
func (p *patient) mails(ctx context.Context) finding {
	sender, err := p.mailer()
	if err != nil {
		return failed("mail", err)
	}
	if sender == nil {
		return worth("mail", "no mail is sent: a forgotten password needs the operator", "set smtp_host and smtp_from")
	}
	ctx, cancel := context.WithTimeout(ctx, doctorPatience)
	defer cancel()
	if err := sender.Check(ctx); err != nil {
		return bad("mail", said(err), "see smtp_host, smtp_port, smtp_security and what the server wants as a name and password")
	}
	return fine("mail", "the mail server lets us in")
}

// said is what an error says to a person.
func said(err error) string {
	text, _ := describe(err)
	return text
}

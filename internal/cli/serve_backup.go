package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/backup"
	"github.com/audipy/audipy/internal/jobs"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

const (
	backupEvery = 24 * time.Hour
	// tryEvery is how often the latest backup is restored to see that it is
	// good; a new server looks again sooner, until there is one.
	tryEvery   = 7 * 24 * time.Hour
	tryAgain   = time.Minute
	backupTail = ".backup"
)

// backups writes backups into a folder, and tries them.
type backups struct {
	store    *store.Store
	key      *vault.Key
	folder   string // "" for none
	keep     int
	database string
	now      func() time.Time
	log      *slog.Logger
}

// backups returns what the settings ask for.
func (a *app) backups(e engine) *backups {
	keep, err := strconv.Atoi(a.cfg.get("backup_keep"))
	if err != nil || keep < 1 {
		keep = 1 // never none: the doctor says what is wrong with the setting
	}
	return &backups{
		store: e.store, key: e.key, folder: a.cfg.get("backup_folder"), keep: keep, database: a.databaseKind(),
		now: a.env.Now, log: a.log,
	}
}

// write is the job that writes a backup and deletes those that are too many.
func (b *backups) write(ctx context.Context, _ store.Job) (time.Time, error) {
	next := b.now().Add(jobs.Jitter(backupEvery, 0.02))
	if b.folder == "" {
		return next, nil
	}
	name := "audipy-" + b.now().UTC().Format("20060102-150405")
	m, size, err := b.writeFile(ctx, filepath.Join(b.folder, name+backupTail))
	e := audit.Event{Action: audit.BackupWritten, Outcome: audit.Failed, Target: name}
	if err == nil {
		e.Outcome = audit.Succeeded
		e.Counts = map[string]int{"rows": int(m.Count()), "bytes": int(size)}
	}
	if err := errors.Join(err, b.store.RecordSystem(context.WithoutCancel(ctx), e)); err != nil {
		return time.Time{}, err
	}
	return next, b.prune(ctx)
}

func (b *backups) writeFile(ctx context.Context, path string) (backup.Manifest, int64, error) {
	lock, err := backup.ForKey(b.key)
	if err != nil {
		return backup.Manifest{}, 0, err
	}
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		return backup.Manifest{}, 0, cannotWrite(b.folder, err)
	}
	file, err := createOutFile(path, true)
	if err != nil {
		return backup.Manifest{}, 0, err
	}
	defer file.abandon()
	source := backup.Source{
		Store: b.store, Key: b.key, Database: b.database, Program: currentVersion().Version, Now: b.now(),
	}
	m, err := backup.Write(ctx, file, lock, source)
	if err == nil {
		err = file.commit()
	}
	if err != nil {
		return m, 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return m, 0, cannotWrite(path, err)
	}
	return m, info.Size(), nil
}

// written returns the backups of the folder, the oldest first: their names have
// their time.
func (b *backups) written() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(b.folder, "audipy-*"+backupTail))
	if err != nil {
		return nil, fmt.Errorf("look for backups: %w", err)
	}
	slices.Sort(files)
	return files, nil
}

// prune deletes the oldest backups that are too many, but for the last one that
// a try found good.
func (b *backups) prune(ctx context.Context) error {
	files, err := b.written()
	if err != nil {
		return err
	}
	good, err := b.store.LatestSystemRecord(ctx, audit.BackupTried, audit.Succeeded)
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return err
	}
	for _, file := range files[:max(0, len(files)-b.keep)] {
		if filepath.Base(file) == good.Target+backupTail {
			continue
		}
		if err := os.Remove(file); err != nil {
			return cannotWrite(file, err)
		}
	}
	return nil
}

// try is the job that restores the latest backup into a database of its own,
// compares, and throws it away.
func (b *backups) try(ctx context.Context, _ store.Job) (time.Time, error) {
	if b.folder == "" {
		return b.now().Add(tryEvery), nil
	}
	files, err := b.written()
	if err != nil || len(files) == 0 {
		return b.now().Add(tryAgain), err
	}
	latest := files[len(files)-1]
	started := time.Now()
	report, err := b.tryFile(ctx, latest)
	name := strings.TrimSuffix(filepath.Base(latest), backupTail)
	e := audit.Event{Action: audit.BackupTried, Outcome: audit.Succeeded, Target: name}
	if err != nil {
		e.Outcome = audit.Failed
	} else {
		e.Counts = map[string]int{
			"rows": int(report.Count()), "people": report.Keysets, "milliseconds": int(time.Since(started).Milliseconds()),
		}
	}
	if ctx.Err() != nil {
		return time.Time{}, ctx.Err() // stopped, which says nothing about the backup
	}
	if failed := b.store.RecordSystem(ctx, e); failed != nil {
		return time.Time{}, failed
	}
	if err != nil {
		return b.now().Add(backupEvery), fmt.Errorf("try the backup %q: %w", name, err)
	}
	return b.now().Add(jobs.Jitter(tryEvery, 0.02)), nil
}

func (b *backups) tryFile(ctx context.Context, path string) (backup.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return backup.Report{}, audipy.Fail(audipy.Unavailable, fmt.Sprintf("the backup %q can't be read", path), err)
	}
	defer func() { _ = file.Close() }() // it was only read
	by, err := backup.ByKey(b.key)
	if err != nil {
		return backup.Report{}, err
	}
	return backup.Verify(ctx, os.TempDir(), backup.Restoring{File: file, By: by, Key: b.key})
}

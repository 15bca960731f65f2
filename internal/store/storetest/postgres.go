package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/store"
)

// errNoPostgres says that PostgreSQL's programs are not on this machine.
var errNoPostgres = errors.New("PostgreSQL's programs initdb and postgres were not found; on Debian: apt-get install postgresql")

// shared is the one server of this test binary.
var shared struct {
	sync.Mutex
	started bool
	server  *server
	err     error
	next    int
}

// server is a PostgreSQL of our own.
type server struct {
	dir   string // its folder, with the socket and the data
	admin *sql.DB
	// copying is how a database is made of its template, where one can choose:
	// copying files takes half as long as logging their pages.
	copying string
	stop    func() // ends the process and waits for it
}

// Sweep stops the server, if one was started, and removes its folder. Call it
// at the end of TestMain, when no test runs any more.
func Sweep() {
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		_ = shared.server.admin.Close() // the server is ending anyway
		shared.server.stop()
		_ = os.RemoveAll(shared.server.dir) // what is left goes with the next start
	}
	shared.server, shared.started, shared.err = nil, false, nil
}

// The roles of the server: its superuser, which tests reach around the store
// with, who owns the tables, and who serves.
const (
	superuser = "audipy"
	owner     = "audipy_owner"
	serving   = "audipy_serve"
)

// database makes a database from a template and returns its name and server.
func database(t testing.TB, template string) (*server, string) {
	t.Helper()
	s, name, err := running()
	if errors.Is(err, errNoPostgres) && os.Getenv("CI") != "true" { //nolint:forbidigo // whether a missing database may be skipped is the environment's to say
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.admin.ExecContext(context.Background(), `CREATE DATABASE `+name+` TEMPLATE `+template+` OWNER `+owner+s.copying); err != nil {
		t.Fatalf("create database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := s.admin.ExecContext(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return s, name
}

// running returns the server, started if need be, and a name for a database.
func running() (*server, string, error) {
	shared.Lock()
	defer shared.Unlock()
	if !shared.started {
		shared.started = true
		shared.server, shared.err = start()
	}
	shared.next++
	return shared.server, fmt.Sprintf("t%d", shared.next), shared.err
}

func (s *server) address(role, database string) string {
	return fmt.Sprintf("host=%s user=%s dbname=%s sslmode=disable", s.dir, role, database)
}

// start boots a server and prepares the migrated template.
func start() (*server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	sweepStale()
	s := &server{}
	if s.dir, err = ownFolder(); err != nil {
		return nil, fmt.Errorf("make PostgreSQL's folder: %w", err)
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", superuser, "-A", "trust",
		"-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = s.dir, attributes()
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if s.stop, err = boot(bin, s.dir, data); err != nil {
		return nil, err
	}
	if err := s.prepare(); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// boot starts the server process. Its death signal follows the thread that
// started it, so that thread is kept until the process has ended.
func boot(bin, dir, data string) (stop func(), err error) {
	log, err := os.Create(filepath.Join(dir, "postgres.log"))
	if err != nil {
		return nil, fmt.Errorf("create PostgreSQL's log: %w", err)
	}
	cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off",
		"-c", "full_page_writes=off", "-c", "max_connections=300", "-c", "shared_buffers=32MB",
		"-c", "autovacuum=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0")
	cmd.Dir, cmd.SysProcAttr, cmd.Stdout, cmd.Stderr = dir, attributes(), log, log
	started, ended := make(chan error, 1), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(ended)
		defer log.Close()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it ends by a signal, which is no news
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	return func() {
		_ = quit(cmd.Process) // it may have ended by itself
		<-ended
	}, nil
}

// prepare waits for the server and migrates the template. Its collation is an
// English one where the server has ICU: what the store promises about order
// must not depend on the database's own.
func (s *server) prepare() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var err error
	if s.admin, err = sql.Open("pgx", s.address(superuser, "postgres")); err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	s.admin.SetMaxIdleConns(4)
	for err = s.admin.PingContext(ctx); err != nil; err = s.admin.PingContext(ctx) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for PostgreSQL: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	for _, role := range []string{owner, serving} {
		if _, err := s.admin.ExecContext(ctx, `CREATE ROLE `+role+` LOGIN`); err != nil {
			return fmt.Errorf("make role: %w", err)
		}
	}
	const english = ` LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`
	const plain = `CREATE DATABASE audipy_template TEMPLATE template0 OWNER ` + owner
	if _, err = s.admin.ExecContext(ctx, plain+english); err == nil {
		s.copying = ` STRATEGY FILE_COPY` // came with version 15, as ICU did
	} else {
		_, err = s.admin.ExecContext(ctx, plain)
	}
	if err == nil {
		err = s.grant(ctx)
	}
	if err == nil {
		err = store.Migrate(ctx, store.Options{PostgresURL: s.address(owner, "audipy_template")})
	}
	if err != nil {
		return fmt.Errorf("prepare template: %w", err)
	}
	return nil
}

// grant gives who serves the rights that docs/operate.md names, and no more.
func (s *server) grant(ctx context.Context) error {
	db, err := sql.Open("pgx", s.address(owner, "audipy_template"))
	if err != nil {
		return fmt.Errorf("open template: %w", err)
	}
	_, err = db.ExecContext(ctx, `ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO `+serving)
	return errors.Join(err, db.Close())
}

// programs returns the folder of PostgreSQL's programs: that of the initdb in
// PATH, links followed, or the newest of Debian's.
func programs() (string, error) {
	var found []string
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			found = append(found, filepath.Dir(real))
		}
	}
	debian, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	slices.Reverse(debian)
	for _, bin := range append(found, debian...) {
		_, noServer := os.Stat(filepath.Join(bin, "postgres"))
		_, noInit := os.Stat(filepath.Join(bin, "initdb"))
		if noServer == nil && noInit == nil {
			return bin, nil
		}
	}
	return "", errNoPostgres
}

package backup_test

import (
	"bytes"
	"testing"

	"github.com/audipy/audipy/internal/backup"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

func TestABackupLockedByTheKeyOutlivesARotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	key := w.key(t)
	file := w.backupFor(t, must[backup.Lock](t)(backup.ForKey(key)), key)
	for range 2 {
		r := backup.Restoring{File: bytes.NewReader(file), By: must[backup.Opener](t)(backup.ByKey(w.key(t))), Key: w.key(t)}
		if report := must[backup.Report](t)(backup.Verify(t.Context(), t.TempDir(), r)); !report.Proven || report.Keysets != 1 {
			t.Errorf("report = %+v", report)
		}
		check(t, key.Rotate())
	}
	other := must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true}))
	by := must[backup.Opener](t)(backup.ByKey(other))
	if by.Opens(bytes.NewReader(file)) {
		t.Error("another key opens it")
	}
	wantRefused(t, func() backup.Restoring {
		return backup.Restoring{File: bytes.NewReader(file), By: by, Key: other}
	}, "the key does not open this backup")
	if by.Opens(bytes.NewReader(w.backup(t))) {
		t.Error("a key opens what a passphrase locks")
	}
}

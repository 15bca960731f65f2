package cover

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// shelf keeps pictures as files, and throws those away that nobody has looked
// at for longest when there are too many.
type shelf struct {
	folder string
	limit  int64

	mu      sync.Mutex
	counted bool
	bytes   int64
}

// read returns a picture and notes that it was looked at.
func (s *shelf) read(name string, now time.Time) ([]byte, bool) {
	if s.folder == "" {
		return nil, false
	}
	path := s.path(name)
	info, err := os.Stat(path)
	if err != nil || info.Size() > maxBytes {
		return nil, false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	if now.Sub(info.ModTime()) > time.Hour {
		_ = os.Chtimes(path, now, now) // at worst it is thrown away early
	}
	return data, true
}

// write keeps a picture.
func (s *shelf) write(name string, data []byte) error {
	if s.folder == "" {
		return nil
	}
	path := s.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep a cover: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return fmt.Errorf("keep a cover: %w", err)
	}
	_, err = file.Write(data)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // the sweep finds what stays
		return fmt.Errorf("keep a cover: %w", err)
	}
	return s.sweep(int64(len(data)))
}

func (s *shelf) path(name string) string { return filepath.Join(s.folder, name[:2], name) }

// sweep counts what was added, and when it is too much throws away the oldest
// tenth and more.
func (s *shelf) sweep(added int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes += added
	if s.counted && s.bytes <= s.limit {
		return nil
	}
	type kept struct {
		path string
		size int64
		used time.Time
	}
	var all []kept
	s.bytes = 0
	err := filepath.WalkDir(s.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // what can't be read can't be thrown away
		}
		if info, err := entry.Info(); err == nil {
			all = append(all, kept{path, info.Size(), info.ModTime()})
			s.bytes += info.Size()
		}
		return nil
	})
	s.counted = err == nil
	if s.bytes <= s.limit {
		return err
	}
	slices.SortFunc(all, func(x, y kept) int { return cmp.Or(x.used.Compare(y.used), cmp.Compare(x.path, y.path)) })
	for _, k := range all {
		if s.bytes <= s.limit*9/10 {
			break
		}
		if os.Remove(k.path) == nil {
			s.bytes -= k.size
		}
	}
	return nil
}

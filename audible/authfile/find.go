package authfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Found is a credential file of another program, or its configuration when
// that can't be read. It holds no secret.
type Found struct {
	// Path is where the file is; symbolic links are followed to read it and
	// kept in the path.
	Path string
	// Program is whose file it is.
	Program Program
	// Format is empty when the file could not be read.
	Format Format
	// Encrypted is true when Read will need a password or a key.
	Encrypted bool
	// Accounts are those in the file; nil for a file that is encrypted as a
	// whole.
	Accounts []FoundAccount
	// Profiles are the names under which the program uses the file, the
	// primary one first; nil where the program has none.
	Profiles []Profile
	// MasterKeyFile is the path of Libation's key file where there is one
	// and the file needs it; see ParseMasterKey.
	MasterKeyFile string
	// Problem says why the file can't be used, as the end of a sentence; it
	// is empty when all is well.
	Problem string
}

// FoundAccount names an account without its secrets.
type FoundAccount struct {
	// Label is what the program calls the account; it may be empty.
	Label string
	// Marketplace is the country code of the home store.
	Marketplace string
	// CustomerID is Amazon's id of the customer, or empty.
	CustomerID string
}

// Find looks for credential files in the folders of audible-cli, audible-rs,
// Libation, OpenAudible and AudiPy's forerunner, in this order. A file that
// several profiles share, or several names lead to, is listed once. Only
// regular files of at most MaxSize are read: those that a configuration
// names, and at most 200 others of its folder. A folder that is missing is no
// error. Find never writes and never asks.
func Find(o FindOptions) []Found {
	s := search{o: o}
	for _, place := range o.folders() {
		if place.file == "" {
			s.configured(place)
			continue
		}
		path := filepath.Join(place.path, place.file)
		if _, err := os.Lstat(path); err == nil {
			s.add(place.program, path, nil)
		}
	}
	return s.found
}

// maxFolderFiles bounds the files of one folder that are looked at.
const maxFolderFiles = 200

// configName is the configuration's name for audible-cli and audible-rs.
const configName = "config.toml"

// search collects what Find returns; infos are the files of found, to know
// one that was met under another name.
type search struct {
	o     FindOptions
	found []Found
	infos []fs.FileInfo
}

// configured looks at the files that the configuration names, then at the
// other files of the folder.
func (s *search) configured(place folder) {
	path := filepath.Join(place.path, configName)
	data, err := readRegular(path)
	if err == nil {
		var entries []entry
		if entries, err = parseConfig(data); err == nil {
			s.addEntries(place, entries)
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.addProblem(place.program, path, err)
	}
	s.addOthers(place)
}

// addEntries adds the files of profiles. Their names are relative to the
// folder, or absolute, as the programs themselves read them.
func (s *search) addEntries(place folder, entries []entry) {
	for _, e := range entries {
		path := e.file
		if !filepath.IsAbs(path) {
			path = filepath.Join(place.path, path)
		}
		s.add(place.program, path, []Profile{e.Profile})
	}
}

// addOthers adds the credential files that no profile names. What else is in
// the folder is passed over in silence; that includes encrypted files without
// the mark, which can't be told from any other binary file.
func (s *search) addOthers(place folder) {
	if info, err := os.Stat(place.path); err != nil || !info.IsDir() {
		return
	}
	dir, err := os.Open(place.path)
	if err != nil {
		return
	}
	defer dir.Close()
	files, _ := dir.ReadDir(maxFolderFiles) // what was read before an error is used
	for _, file := range files {
		path := filepath.Join(place.path, file.Name())
		data, err := readRegular(path)
		if err != nil || file.Name() == configName {
			continue
		}
		format, _, err := identify(data)
		isMarked := format != AudibleCLIBytes || data[0] == saltMarker
		if err == nil && isMarked {
			s.add(place.program, path, nil)
		}
		clear(data)
	}
}

// add lists a file, or adds the profiles to the listing that it has already.
func (s *search) add(program Program, path string, profiles []Profile) {
	info, err := os.Stat(path)
	if err != nil {
		s.addProblem(program, path, err)
		return
	}
	for i, known := range s.infos {
		if os.SameFile(known, info) {
			s.found[i].Profiles = append(s.found[i].Profiles, profiles...)
			return
		}
	}
	found := Found{Path: path, Program: program, Profiles: profiles}
	if err := s.inspect(&found); err != nil {
		found.Problem = err.Error()
	}
	s.found = append(s.found, found)
	s.infos = append(s.infos, info)
}

// addProblem lists a file that could not be opened, once for each path.
func (s *search) addProblem(program Program, path string, err error) {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err // the path stands beside it
	}
	for i := range s.found {
		if s.found[i].Path == path {
			return
		}
	}
	s.found = append(s.found, Found{Path: path, Program: program, Problem: err.Error()})
	s.infos = append(s.infos, nil)
}

// inspect reads the file as far as that goes without a password.
func (s *search) inspect(found *Found) error {
	data, err := readRegular(found.Path)
	if err != nil {
		return err
	}
	defer clear(data)
	format, object, err := identify(data)
	if err != nil {
		return err
	}
	found.Format, found.Encrypted = format, format.IsEncrypted()
	found.Program = programOf(format, found.Program)
	switch format {
	case LibationEncrypted:
		found.MasterKeyFile = s.masterKeyFile(filepath.Dir(found.Path))
		found.Accounts = libationNames(object)
		return nil
	case AudibleCLIJSON, AudibleCLIBytes, AudibleRSEncrypted:
		return nil
	case AudibleCLI, AudibleRS, Libation, OpenAudible:
	}
	accounts, err := readAs(format, object, data, ReadOptions{})
	for _, account := range accounts {
		c := account.Credentials
		found.Accounts = append(found.Accounts, FoundAccount{account.Label, c.Marketplace, c.Customer.ID})
	}
	return err
}

// programOf corrects the program where audible-cli and audible-rs share a
// folder.
func programOf(format Format, program Program) Program {
	switch {
	case format == AudibleRS || format == AudibleRSEncrypted:
		return ProgramAudibleRS
	case program == ProgramAudibleRS:
		return ProgramAudibleCLI
	}
	return program
}

// masterKeyFile returns the path of Libation's key file, or "".
func (s *search) masterKeyFile(dir string) string {
	for _, path := range []string{s.o.env("LIBATION_MASTER_KEY_FILE"), filepath.Join(dir, "libation-master.key")} {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// readRegular reads a file of at most MaxSize. It does not wait for a pipe or
// read a device, even if the name changes its meaning meanwhile.
func readRegular(path string) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	data, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(data) > MaxSize {
		return nil, ErrTooLarge
	}
	return data, nil
}

package authfile

import (
	"cmp"
	"path/filepath"
	"runtime"
)

// FindOptions say where Find looks. The zero value finds nothing.
type FindOptions struct {
	// Home is the person's home folder; empty leaves out all folders below it.
	Home string
	// Getenv gives the environment, as os.Getenv does; nil means that no
	// variable is set.
	Getenv func(name string) string
	// GOOS is the operating system in Go's words, which decides the default
	// folders; empty means the one that the program runs on.
	GOOS string
}

// Program is the name of a program as its users know it.
type Program string

// The programs whose files Find looks for.
const (
	ProgramAudibleCLI  Program = "audible-cli"
	ProgramAudibleRS   Program = "audible-rs"
	ProgramLibation    Program = "Libation"
	ProgramOpenAudible Program = "OpenAudible"
	// ProgramPredecessor is AudiPy's own forerunner, written in Python.
	ProgramPredecessor Program = "AudiPy for Python"
)

// folder is a place to look into: at one file of it, or with no name at its
// configuration and all files.
type folder struct {
	program Program
	path    string
	file    string
}

// env returns a variable, or "" without an environment.
func (o FindOptions) env(name string) string {
	if o.Getenv == nil {
		return ""
	}
	return o.Getenv(name)
}

// below returns the path below home, or "" without a home.
func (o FindOptions) below(names ...string) string {
	if o.Home == "" {
		return ""
	}
	return filepath.Join(append([]string{o.Home}, names...)...)
}

// folders returns the places to look into, without those that are unknown.
func (o FindOptions) folders() []folder {
	o.GOOS = cmp.Or(o.GOOS, runtime.GOOS)
	all := []folder{
		{ProgramAudibleCLI, o.audibleCLI(), ""},
		{ProgramAudibleRS, o.audibleRS(), ""},
		{ProgramLibation, o.libation(), "AccountsSettings.json"},
		{ProgramOpenAudible, o.openAudible(), "credentials.json"},
		{ProgramPredecessor, o.below(".audipy"), "auth.json"},
	}
	known := all[:0]
	for _, place := range all {
		if place.path != "" {
			known = append(known, place)
		}
	}
	return known
}

// audibleCLI is from protocol 8.3.
func (o FindOptions) audibleCLI() string {
	if dir := o.env("AUDIBLE_CONFIG_DIR"); dir != "" {
		return dir
	}
	if o.GOOS != "windows" {
		return o.below(".audible")
	}
	if dir := o.env("LOCALAPPDATA"); dir != "" {
		return filepath.Join(dir, "Audible")
	}
	return o.below("AppData", "Local", "Audible")
}

// audibleRS is what audible-rs 0.1.0-alpha does: the same variable as
// audible-cli, but a folder of its own by default, on macOS as on Linux.
func (o FindOptions) audibleRS() string {
	if dir := o.env("AUDIBLE_CONFIG_DIR"); dir != "" {
		return dir
	}
	if dir := o.env("APPDATA"); dir != "" && o.GOOS == "windows" {
		return filepath.Join(dir, "audible")
	}
	if dir := o.env("XDG_CONFIG_HOME"); dir != "" {
		return filepath.Join(dir, "audible")
	}
	return o.below(".config", "audible")
}

// libation is from protocol 8.5; the variable is Libation's own.
func (o FindOptions) libation() string {
	if dir := o.env("LIBATION_FILES_DIR"); dir != "" {
		return dir
	}
	switch o.GOOS {
	case "windows":
		return o.below("Libation")
	case "darwin":
		return o.below("Library", "Application Support", "Libation")
	}
	return o.below(".local", "share", "Libation")
}

// openAudible is what its maker and its log files say in public issue threads
// (openaudible 852, 996, 1143); it is not documented.
func (o FindOptions) openAudible() string {
	if dir := o.env("OPENAUDIBLE_HOME"); dir != "" {
		return dir
	}
	if o.GOOS == "darwin" {
		return o.below("Library", "OpenAudible")
	}
	return o.below("OpenAudible")
}

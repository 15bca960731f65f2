package cli

import (
	"cmp"
	"runtime"
	"runtime/debug"
)

// version is set by the linker (scripts/build); empty in other builds, which
// say what Go knows.
var version string

// versionCmd shows what was built.
type versionCmd struct{}

// builtVersion says what was built.
type builtVersion struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// currentVersion is that of this program.
func currentVersion() builtVersion {
	v := builtVersion{Version: cmp.Or(version, "unknown"), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Version = cmp.Or(version, info.Main.Version, "unknown")
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

// Run prints the version, the commit it was built from where the build knows
// it, and the toolchain.
func (versionCmd) Run(a *app) error {
	v := currentVersion()
	return a.out.result(v, func() {
		build := v.Version
		if v.Revision != "" {
			build += " " + v.Revision
		}
		a.out.line("audipy %s (%s, %s)", build, v.Go, v.Platform)
	})
}

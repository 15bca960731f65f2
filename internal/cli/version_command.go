package cli

import (
	"runtime"
	"runtime/debug"
)

// versionCmd shows what was built.
type versionCmd struct{}

// Run prints the version, the commit it was built from where the build knows
// it, and the toolchain.
func (versionCmd) Run(a *app) error {
	type document struct {
		Version  string `json:"version"`
		Revision string `json:"revision,omitempty"`
		Modified bool   `json:"modified,omitempty"`
		Go       string `json:"go"`
		Platform string `json:"platform"`
	}
	d := document{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		d.Version = orElse(info.Main.Version, "unknown")
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				d.Revision = s.Value
			case "vcs.modified":
				d.Modified = s.Value == "true"
			}
		}
	}
	return a.out.result(d, func() {
		build := d.Version
		if d.Revision != "" {
			build += " " + d.Revision
		}
		a.out.line("audipy %s (%s, %s)", build, d.Go, d.Platform)
	})
}

// Package web carries the web application's built files.
//
// `make web` builds them into dist. A clean clone holds an empty dist, so that
// the program compiles without Node; whoever serves the files says that they
// weren't built when dist/index.html is missing.
package web

import "embed"

// Dist holds the built files under "dist"; on a clean clone only dist/.gitkeep.
//
//go:embed all:dist
var Dist embed.FS

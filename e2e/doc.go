// Package e2e holds tests alone: a browser in front of `audipy demo`, as a person
// would sit there. They count what a person has to do, and look at every page,
// while it loads, when it fails, empty and full, for what nobody should meet: an
// error in the console, a broken rule of the content security policy, a barrier
// that axe knows, parts that jump, a page wider than the screen.
//
// The pages must have been built before (make web). With AUDIPY_SCREENSHOTS set
// to a folder, every page is also saved there as a picture (make screenshots).
package e2e

// Package recommend turns a person's libraries, the catalogue's series and
// prices and their preferences into advice: what is missing from each series,
// what to listen to next, and whether to pay cash or a credit, each with its
// reason in plain words.
//
// It is pure: no I/O and no clock, and the same input gives the same advice
// whatever the order of its lists. It changes nothing it is given, so its
// functions may run at the same time on shared input. It imports the standard
// library, golang.org/x/text and the nouns of internal/audipy.
//
// Three ideas carry it. A Sequence is the set of volumes that a place in a
// series names, so a box set "1-6" holds six of them. A work is what editions
// share: title and contributors, compared by TitleKey and NameKey on both
// sides and in any script. A volume is one number of one series, or of several
// series objects that list the same works, and its editions are alternatives
// of which one is suggested.
package recommend

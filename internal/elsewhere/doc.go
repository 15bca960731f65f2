// Package elsewhere knows what a person has outside of Audible, from an
// audiobookshelf server that the person names: CDs and other stores, so that
// what they have doesn't show as missing.
//
// The server's address is chosen by a person, kept sealed with the key that
// reads it, and reached where the public network or the operator's ranges allow.
// It is only read: its libraries of books, page by page, within bounds of size,
// number and time. What it has counts once the person has seen a preview and
// said so; from then on a job reads it every day. Which works its titles are is
// decided by package recommend whenever advice is made, so that a catalogue that
// grows finds more of them.
package elsewhere

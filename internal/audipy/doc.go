// Package audipy holds the nouns of the domain: people, linked Audible
// accounts, library items, catalogue products, money, preferences, sync runs
// and the kinds of errors.
//
// It does no I/O and knows neither SQL nor HTTP nor Amazon. Every other
// internal package may import it; it imports the standard library alone.
package audipy

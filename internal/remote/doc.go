// Package remote is the client of a server of AudiPy: what the command line does
// with --server goes through it.
//
// It calls the API's own operations with the API's own types, which it takes
// from package httpapi, and gives back the nouns that the command line works
// with, so that what is shown does not depend on where it was kept. It knows
// nothing of where tokens are kept; whoever makes a Client says how to get one.
package remote

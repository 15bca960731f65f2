// Package export writes a person's rows as JSON or as tables that no
// spreadsheet takes for formulas. The command line and the server give out the
// same rows through it. It imports the nouns alone, and knows neither the store
// nor HTTP.
package export

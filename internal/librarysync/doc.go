// Package librarysync brings the stored library of an account in line with
// Audible's: it looks which stores hold titles, pulls listings whole or by
// what changed, and applies each in one transaction with a receipt. It also
// keeps the part of the catalogue that advice is made from: series, products,
// prices, the wish list.
//
// It decides when something is complete, gone or nonsense; how Audible is
// called and how rows are written is for packages below it to know.
package librarysync

// Package advice keeps a person's advice at hand. It brings the part of the
// catalogue up to date that advice is made from, collects the input of
// package recommend from the store, and works the advice out once for each
// state of the store.
//
// What is worth suggesting is for recommend to know, and how Audible is asked
// for librarysync. The package knows neither HTTP nor the terminal: the command
// line and the server use the same Service.
package advice

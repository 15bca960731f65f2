// Package cert keeps the certificate with which the server proves itself:
// files of the operator's that are read again when they change, or one that
// AudiPy signs itself and renews in time.
package cert

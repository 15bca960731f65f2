// Package mail sends plain mails by the operator's SMTP server.
//
// A Sender is safe for use by several goroutines; it opens a connection per
// mail. The server is the operator's choice, so it may be on the home network
// and, where the operator says so, without TLS.
//
// It imports github.com/wneessen/go-mail and package audipy.
package mail

// Package cover fetches, checks and keeps the pictures of titles, so that a
// browser never asks Amazon for them and Amazon never learns who looks at what.
//
// It knows nothing of people: who may see a picture is decided by whoever asks
// for it. Pictures come from one host only.
package cover

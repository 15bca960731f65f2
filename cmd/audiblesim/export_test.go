package main

import (
	"context"
	"io"
)

// Run is the program without the process around it.
func Run(ctx context.Context, args []string, out io.Writer) error { return run(ctx, args, out) }

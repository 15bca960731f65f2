package audible

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"
)

// Limits by purpose: how long an exchange may take as a whole, and how long
// until its first byte; how much it may answer, decompressed. A page of 1,000
// titles with every response group has about 9 MB.
const (
	tokenTime     = 15 * time.Second
	apiTime       = 120 * time.Second
	firstByteTime = 60 * time.Second

	tokenSize = 64 << 10
	smallSize = 8 << 20
	apiSize   = 64 << 20
)

// exchange is one request to one of Amazon's services, and its limits.
type exchange struct {
	// name is the endpoint, for errors and observers.
	name   string
	method string
	host   string
	// target is path and query as they go over the wire.
	target string
	header http.Header
	body   []byte
	// total and size default to those of the API.
	total time.Duration
	size  int64
}

// reply is a successful response whose body is being read.
type reply struct {
	status int
	header http.Header
	// body is decompressed and bounded.
	body *bufio.Reader
}

// send makes the exchange once and gives a 2xx answer to read. It follows no
// redirect and repeats nothing. Its errors are ctx's own, *OutageError,
// *APIError; an answer that breaks off, isn't JSON or isn't what was asked for
// is an outage.
func (x exchange) send(ctx context.Context, rt http.RoundTripper, now func() time.Time, read func(*reply) error) (int, error) {
	total, size := x.total, x.size
	if total == 0 {
		total = apiTime
	}
	if size == 0 {
		size = apiSize
	}
	timed, cancel := context.WithTimeoutCause(ctx, total, fmt.Errorf("%w: no whole answer within %s", errTooSlow, total))
	defer cancel()
	response, err := x.roundTrip(timed, rt)
	if err != nil {
		return 0, x.broken(ctx, 0, err)
	}
	defer response.Body.Close()
	status := response.StatusCode
	body, err := openBody(response, size)
	if err != nil {
		return status, x.broken(ctx, status, err)
	}
	if status < 200 || status > 299 {
		return status, x.refusal(ctx, response, body, now())
	}
	if err := read(&reply{status, response.Header, body}); err != nil {
		return status, x.broken(ctx, status, err)
	}
	return status, nil
}

// roundTrip sends the request and waits for the head of the answer.
func (x exchange) roundTrip(ctx context.Context, rt http.RoundTripper) (*http.Response, error) {
	// The timer only watches for the first byte; the body has the rest of
	// the exchange's own limit.
	ctx, cancel := context.WithCancelCause(ctx)
	first := time.AfterFunc(firstByteTime, func() {
		cancel(fmt.Errorf("%w: no answer within %s", errTooSlow, firstByteTime))
	})
	request, err := x.request(ctx)
	if err != nil {
		first.Stop()
		cancel(err)
		return nil, err
	}
	response, err := rt.RoundTrip(request)
	first.Stop()
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		cancel(err)
		return nil, err
	}
	response.Body = &endingBody{ReadCloser: response.Body, end: func() { cancel(nil) }}
	return response, nil
}

// endingBody ends the context of its request when it is closed.
type endingBody struct {
	io.ReadCloser
	end func()
}

// Close closes the body.
func (b *endingBody) Close() error {
	err := b.ReadCloser.Close()
	b.end()
	return err
}

func (x exchange) request(ctx context.Context) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, x.method, "https://"+x.host+x.target, bytes.NewReader(x.body))
	if err != nil {
		return nil, errors.New("the request's address is malformed")
	}
	if len(x.body) == 0 {
		request.Body, request.GetBody, request.ContentLength = http.NoBody, nil, 0
	}
	maps.Copy(request.Header, x.header)
	request.Header.Set("Accept", "application/json")
	// Asking for it ourselves keeps the transport from decompressing, so
	// that a cut stream shows and the size is counted here.
	request.Header.Set("Accept-Encoding", "gzip")
	if len(x.body) > 0 && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

// broken sorts the failures of an exchange that is not a refusal: the caller's
// own cancellation as it is, defects of the answer and the network as outages.
func (x exchange) broken(ctx context.Context, status int, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", x.name, context.Cause(ctx))
	}
	return &OutageError{Endpoint: x.name, Status: status, Err: err}
}

// openBody decompresses and bounds the body of a response.
func openBody(response *http.Response, size int64) (*bufio.Reader, error) {
	var body io.Reader = response.Body
	switch encoding := strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, fmt.Errorf("open the compressed answer: %w", noEOF(err))
		}
		body = unpacked
	default:
		return nil, fmt.Errorf("the answer has an unknown encoding %q", cleanMessage(encoding))
	}
	return bufio.NewReaderSize(&boundedReader{body, size}, 512), nil
}

// boundedReader fails with ErrTooLarge where io.LimitReader would end the
// answer as if it were complete.
type boundedReader struct {
	src  io.Reader
	left int64
}

// Read reads from the source while the bound lasts.
func (r *boundedReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		// One byte more tells an answer of just the size from a larger.
		n, err := r.src.Read(p[:min(1, len(p))])
		if n > 0 {
			return 0, ErrTooLarge
		}
		return 0, err
	}
	if int64(len(p)) > r.left {
		p = p[:r.left]
	}
	n, err := r.src.Read(p)
	r.left -= int64(n)
	return n, err
}

// noEOF makes an end that came too early look like one.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// looksLikePage reports whether an answer is a page: front ends send their own, with
// any status, when the service behind them is away.
func looksLikePage(header http.Header, body *bufio.Reader) bool {
	if strings.Contains(strings.ToLower(header.Get("Content-Type")), "html") {
		return true
	}
	start, _ := body.Peek(64) // whatever it could read is enough to look at
	return bytes.HasPrefix(bytes.TrimLeft(start, " \t\r\n\ufeff"), []byte("<"))
}

package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/audipy/audipy/internal/cli"
)

// serverPassword is that of everybody who uses the server of a script.
const serverPassword = "an owl counts ladders at noon"

// tellServer is "server start", which serves the script's folder until "server
// stop" or its end and lets AUDIPY_LISTEN say where, "server setup EMAIL", which
// makes the administrator as a browser does, or "server register EMAIL
// INVITE", which makes a member.
func tellServer(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	switch {
	case neg:
		ts.Fatalf("server can't be negated")
	case args[0] == "start":
		startServer(ts, w)
	case args[0] == "stop":
		stopServer(ts, w)
	case args[0] == "setup" && len(args) == 2:
		ts.Check(setUpServer(w.server, "http://"+ts.Getenv("AUDIPY_LISTEN"), args[1]))
	case args[0] == "register" && len(args) == 3:
		ts.Check(post("http://"+ts.Getenv("AUDIPY_LISTEN"), "registration", map[string]string{
			"invite": args[2], "name": "Lee", "email": args[1], "password": serverPassword,
		}, http.StatusAccepted))
	default:
		ts.Fatalf("server knows no %q", args)
	}
}

func startServer(ts *testscript.TestScript, w *scriptWorld) {
	variables := map[string]string{"AUDIPY_LISTEN": "localhost:0"}
	for _, name := range []string{"HOME", "TMPDIR", "AUDIPY_HOME"} {
		variables[name] = ts.Getenv(name)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &serving{out: &lockedBuffer{}, err: &lockedBuffer{}, stop: stop, code: make(chan int, 1)}
	env := cli.Env{
		Stdin: strings.NewReader(""), Stdout: s.out, Stderr: s.err, GOOS: "linux", Now: w.Now, NoKeyring: true,
		Getenv: func(name string) string { return variables[name] }, Transport: w.sim.Transport(),
	}
	go func() { s.code <- cli.Main(ctx, []string{"serve"}, env) }()
	w.server = s
	ts.Defer(func() {
		if w.server != nil {
			stopServer(ts, w)
		}
	})
	address, err := s.begun()
	ts.Check(err)
	ts.Setenv("AUDIPY_LISTEN", strings.TrimPrefix(address, "http://"))
}

func stopServer(ts *testscript.TestScript, w *scriptWorld) {
	code, err := w.server.ended()
	ts.Check(err)
	if code != 0 {
		ts.Fatalf("the server ended with exit code %d: %s", code, w.server.err)
	}
	w.server = nil
}

func setUpServer(s *serving, address, email string) error {
	code := regexp.MustCompile(`/setup#(\S+)`).FindStringSubmatch(s.out.String())
	if code == nil {
		return fmt.Errorf("the server shows no code for set-up: %s", s.out)
	}
	return post(address, "setup", map[string]string{
		"code": code[1], "name": "Kim", "email": email, "password": serverPassword,
	}, http.StatusCreated)
}

// post sends JSON to a server as its own pages do, and wants a status.
func post(address, path string, body map[string]string, want int) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(
		context.Background(), http.MethodPost, address+"/api/v1/"+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", address)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != want {
		return fmt.Errorf("%s answers %s: %s", path, answer.Status, text)
	}
	return nil
}

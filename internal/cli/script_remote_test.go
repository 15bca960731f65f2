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
)

// webPerson is somebody at a browser who is signed in at a script's server.
type webPerson struct {
	address, cookie string
}

// tellBrowser is "browser EMAIL WHAT": what a person does in a browser. "lets-in"
// and "keeps-out" answer the next command's code, "confirms" and "declines" the
// link that it proposes, as soon as it waits; "token SCOPES VARIABLE" makes a token
// for programs, "ends-programs" ends every device, and "programs COUNT" counts
// them. "confirms now" does not wait for a command, and "interrupts" is Ctrl-C for
// the next one that waits.
func tellBrowser(ts *testscript.TestScript, _ bool, args []string) {
	w := worldOf(ts)
	person, err := signsIn("http://"+ts.Getenv("AUDIPY_LISTEN"), args[0])
	ts.Check(err)
	switch args[1] {
	case "lets-in", "keeps-out":
		w.meanwhile = person.answers(w, args[1] == "lets-in")
	case "interrupts":
		w.meanwhile = func() error {
			w.interrupt()
			return nil
		}
	case "confirms", "declines":
		if len(args) > 2 {
			ts.Check(person.decides(args[1] == "confirms"))
			return
		}
		w.meanwhile = func() error { return person.decides(args[1] == "confirms") }
	case "token":
		var made struct{ Token string }
		ts.Check(person.call(http.MethodPost, "api-tokens", map[string]any{
			"name": "script", "scopes": strings.Split(args[2], ","), "days": 30,
		}, &made))
		ts.Setenv(args[3], made.Token)
	case "ends-programs":
		var all struct{ Devices []struct{ ID string } }
		ts.Check(person.call(http.MethodGet, "programs", nil, &all))
		for _, one := range all.Devices {
			ts.Check(person.call(http.MethodDelete, "programs/"+one.ID, nil, nil))
		}
		if len(all.Devices) == 0 {
			ts.Fatalf("no program is let in")
		}
	case "programs":
		var all struct{ Devices []struct{ ID string } }
		ts.Check(person.call(http.MethodGet, "programs", nil, &all))
		if fmt.Sprint(len(all.Devices)) != args[2] {
			ts.Fatalf("%d programs are let in, want %s", len(all.Devices), args[2])
		}
	default:
		ts.Fatalf("browser knows no %q", args)
	}
}

func signsIn(address, email string) (*webPerson, error) {
	p := &webPerson{address: address}
	err := p.call(http.MethodPost, "session", map[string]string{"email": email, "password": serverPassword}, nil)
	if err != nil {
		return nil, err
	}
	return p, p.call(http.MethodPost, "session/step-up", map[string]string{"password": serverPassword}, nil)
}

// answers looks at what the command has printed for the code, and answers it once.
func (p *webPerson) answers(w *scriptWorld, approve bool) func() error {
	done := false
	return func() error {
		code := regexp.MustCompile(`type the code ([A-Z]{4}-[A-Z]{4})`).FindStringSubmatch(w.errors.text())
		if code == nil || done {
			return nil
		}
		done = true
		return p.call(http.MethodPost, "device-requests/decide", map[string]any{"user_code": code[1], "approve": approve}, nil)
	}
}

// decides on every link that is proposed.
func (p *webPerson) decides(confirm bool) error {
	var open struct {
		Items []struct {
			ID   string
			Name string `json:"account_name"`
		}
	}
	if err := p.call(http.MethodGet, "link-proposals", nil, &open); err != nil {
		return err
	}
	for _, one := range open.Items {
		var err error
		if confirm {
			err = p.call(http.MethodPost, "link-proposals/"+one.ID+"/confirm", map[string]string{"name": one.Name}, nil)
		} else {
			err = p.call(http.MethodDelete, "link-proposals/"+one.ID, nil, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// call asks the server as its pages do, and reads the answer.
func (p *webPerson) call(method, path string, body, out any) error {
	var sent io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(context.Background(), method, p.address+"/api/v1/"+path, sent)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Origin", p.address)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if p.cookie != "" {
		request.Header.Set("Cookie", p.cookie)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s %s answers %s: %s", method, path, answer.Status, text)
	}
	var cookies []string
	for _, one := range answer.Cookies() {
		if one.Value != "" {
			cookies = append(cookies, one.Name+"="+one.Value)
		}
	}
	if strings.HasPrefix(path, "session") {
		p.cookie = strings.Join(cookies, "; ")
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

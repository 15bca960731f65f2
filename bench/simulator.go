package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"

	"github.com/audipy/audipy/audible/audiblesim"
)

// login and password are those of the simulated account.
const (
	login    = "kim@example.com"
	password = "a made-up password"
)

// serve starts the simulator in a process of its own and returns how to reach
// it.
func (b *bench) serve(ctx context.Context, titles int) (simEndpoint, func(), error) {
	text, err := json.Marshal(job{Work: "serve", Titles: titles})
	if err != nil {
		return simEndpoint{}, nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return simEndpoint{}, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, self) //nolint:gosec // this program itself
	cmd.Env = append(os.Environ(), workEnv+"=serve", jobEnv+"="+string(text))
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	stop := func() { cancel(); _ = cmd.Wait() }
	if err != nil {
		cancel()
		return simEndpoint{}, nil, fmt.Errorf("start the simulator: %w", err)
	}
	line, err := bufio.NewReader(output).ReadBytes('\n')
	var endpoint simEndpoint
	if err = errors.Join(err, json.Unmarshal(line, &endpoint)); err != nil {
		stop()
		return endpoint, nil, fmt.Errorf("read where the simulator listens: %w", err)
	}
	return endpoint, stop, nil
}

// serveSimulator is the simulator's process.
func serveSimulator(ctx context.Context, titles int) error {
	sim := audiblesim.New(audiblesim.Options{Seed: 1})
	err := sim.AddAccount(audiblesim.Account{
		Login: login, Password: password, Marketplaces: map[string]int{"us": titles},
		Challenges: []string{audiblesim.ChallengeOTP}, OTP: "123456",
	})
	if err != nil {
		return err
	}
	file, err := sim.CredentialFile(login, "us")
	if err != nil {
		return err
	}
	if err := warm(ctx, sim); err != nil {
		return err
	}
	server, err := sim.Listen(audiblesim.ServerOptions{})
	if err != nil {
		return err
	}
	endpoint := simEndpoint{Address: server.TLSAddr(), Authority: server.CA(), File: file}
	if err := json.NewEncoder(os.Stdout).Encode(endpoint); err != nil {
		return err
	}
	return server.Serve(ctx)
}

// warm has the simulator make its world before anything is measured.
func warm(ctx context.Context, sim *audiblesim.Sim) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.audible.com/1.0/catalog/products?title=a&num_results=1", http.NoBody)
	if err != nil {
		return err
	}
	response, err := sim.Transport().RoundTrip(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// transport reaches the simulator by TLS, whatever the name.
func (e simEndpoint) transport() (http.RoundTripper, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(e.Authority) {
		return nil, errors.New("the simulator's authority is not PEM")
	}
	var dialer net.Dialer
	return &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, e.Address)
		},
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8,
	}, nil
}

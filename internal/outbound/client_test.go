package outbound_test

import (
	"context"
	"encoding/binary"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/outbound"
)

// names is a name server of one's own. Each name has its answers, one for each
// time it is asked for; the last holds on.
type names struct {
	mu      sync.Mutex
	answers map[string][][]netip.Addr
	asked   map[string]int
}

// resolver asks the names, over pipes instead of a network.
func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go n.serve(there)
		return here, nil
	}}
}

// serve answers one question. A pipe is no packet connection, so that messages
// have their length before them.
func (n *names) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()                    // the other end is done
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second)) // a pipe has deadlines
	for {
		var size [2]byte
		if _, err := conn.Read(size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := conn.Read(query); err != nil {
			return
		}
		answer := n.answer(query)
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

func (n *names) answer(query []byte) []byte {
	var labels []string
	at := 12
	for query[at] != 0 {
		labels = append(labels, string(query[at+1:at+1+int(query[at])]))
		at += 1 + int(query[at])
	}
	name, kind := strings.Join(labels, "."), binary.BigEndian.Uint16(query[at+1:])
	question := query[12 : at+5]
	n.mu.Lock()
	lists := n.answers[strings.ToLower(name)]
	turn := min(n.asked[strings.ToLower(name)], len(lists)-1)
	if kind == 1 {
		n.asked[strings.ToLower(name)]++
	}
	n.mu.Unlock()
	var records []byte
	count := uint16(0)
	if len(lists) > 0 {
		for _, one := range lists[turn] {
			if (kind == 1) != one.Is4() {
				continue
			}
			raw := one.AsSlice()
			records = append(records, 0xc0, 12)
			records = binary.BigEndian.AppendUint16(records, kind)
			records = append(records, 0, 1, 0, 0, 0, 0)
			records = append(binary.BigEndian.AppendUint16(records, uint16(len(raw))), raw...)
			count++
		}
	}
	head := append([]byte{}, query[:2]...)
	head = append(head, 0x81, 0x80, 0, 1)
	head = binary.BigEndian.AppendUint16(head, count)
	head = append(head, 0, 0, 0, 0)
	return append(append(head, question...), records...)
}

// trap is a server on loopback that counts who comes.
func trap(t *testing.T) (port string, caught *atomic.Int32) {
	t.Helper()
	caught = &atomic.Int32{}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			caught.Add(1)
			_, _ = conn.Write([]byte("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"))
			_ = conn.Close()
		}
	}()
	_, port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, caught
}

// get asks for an address as a service would: first as text, then over the
// network.
func get(t *testing.T, c *outbound.Client, address string) error {
	t.Helper()
	u, err := c.Check(address)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// closed are addresses of the trap as a person could write them, and names that
// lead to it or into other networks that are not public.
func closed(port string) []string {
	return strings.Fields(strings.ReplaceAll(`
		http://127.0.0.1:PORT/ https://127.0.0.1:PORT/ http://localhost:PORT/ https://localhost:PORT/ http://127.1:PORT/
		http://2130706433:PORT/ http://0x7f000001:PORT/ http://0177.0.0.1:PORT/ http://0.0.0.0:PORT/ https://0:PORT/
		http://[::1]:PORT/ http://[::ffff:127.0.0.1]:PORT/ http://[::ffff:7f00:1]:PORT/ http://[::]:PORT/ http://[64:ff9b::7f00:1]:PORT/
		http://[::1%25lo]:PORT/ https://127.0.0.1.:PORT/ http://LOCALHOST:PORT/ http://127.255.255.254:PORT/ https://user@127.0.0.1:PORT/
		https://public.example#@127.0.0.1:PORT/ https://home.example:PORT/ http://home.example:PORT/ https://mapped.example:PORT/
		https://six.example:PORT/ https://any.example:PORT/ https://both.example:PORT/ https://turn.example:PORT/ https://HOME.example.:PORT/
		https://meta.example/latest/meta-data https://ten.example/ https://carrier.example/ https://link.example/ https://unique.example/
		https://nat64.example/ https://sixtofour.example/ https://teredo.example/ https://multicast.example/ https://reserved.example/
		https://documentation.example/ https://bench.example/ http://public.example/ https://public.example:PORT/ ftp://127.0.0.1:PORT/
		gopher://127.0.0.1:PORT/ file:///etc/passwd //127.0.0.1:PORT/ 127.0.0.1:PORT`, "PORT", port))
}

func world() *names {
	n := &names{asked: map[string]int{}, answers: map[string][][]netip.Addr{}}
	for name, list := range map[string]string{
		"home": "127.0.0.1", "mapped": "::ffff:127.0.0.1", "six": "::1", "any": "0.0.0.0", "both": "203.0.113.1 127.0.0.1",
		"meta": "169.254.169.254", "ten": "10.0.0.1", "carrier": "100.64.0.1", "link": "fe80::1", "unique": "fd00::1", "nat64": "64:ff9b::a00:1",
		"sixtofour": "2002:7f00:1::", "teredo": "2001::1", "multicast": "224.0.0.1", "reserved": "240.0.0.1", "documentation": "2001:db8::1",
		"bench": "198.18.0.1", "public": "192.0.2.1",
	} {
		var all []netip.Addr
		for one := range strings.FieldsSeq(list) {
			all = append(all, netip.MustParseAddr(one))
		}
		n.answers[name+".example"] = [][]netip.Addr{all}
	}
	// What was looked at is another address than what is connected to.
	n.answers["turn.example"] = [][]netip.Addr{{netip.MustParseAddr("198.51.100.1")}, {netip.MustParseAddr("127.0.0.1")}}
	return n
}

func TestNoAddressOfAPersonLeadsHome(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.6")
	port, caught := trap(t)
	all := closed(port)
	if len(all) < 40 {
		t.Fatalf("%d addresses", len(all))
	}
	for _, networks := range [][]netip.Prefix{nil, {netip.MustParsePrefix("10.9.9.0/24")}} {
		c := outbound.New(outbound.Options{Networks: networks, Resolver: world().resolver(), Time: 5 * time.Second})
		for _, address := range all {
			for range 2 { // the second time a name may lead elsewhere
				if err := get(t, c, address); audipy.KindOf(err) != audipy.Invalid || err == nil {
					t.Errorf("%s with %v: error = %v, want Invalid", address, networks, err)
				}
			}
		}
	}
	if n := caught.Load(); n != 0 {
		t.Errorf("the trap caught %d", n)
	}
	// The trap works: whoever is allowed there gets there, by name and number.
	c := outbound.New(outbound.Options{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Resolver: world().resolver()})
	for _, address := range []string{"http://127.0.0.1:" + port, "http://home.example:" + port} {
		if err := get(t, c, address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if n := caught.Load(); n != 2 {
		t.Errorf("the trap caught %d, want 2", n)
	}
}

func TestSpecialAddressesAreNotPublic(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.6")
	for closed := range strings.FieldsSeq(`0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8
		192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
		:: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8%eth0 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: fc00::1 fd12::1
		fe80::1 fe80::1%eth0 fec0::1 ff02::1 ::127.0.0.1 ::10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b:2::1 1::1 4000::1 5f00::1 3fff::1`) {
		if outbound.IsPublic(netip.MustParseAddr(closed)) {
			t.Errorf("%s counts as public", closed)
		}
	}
	for _, open := range []string{"8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:9.9.9.9", "172.32.0.1", "100.128.0.1"} {
		if !outbound.IsPublic(netip.MustParseAddr(open)) {
			t.Errorf("%s does not count as public", open)
		}
	}
}

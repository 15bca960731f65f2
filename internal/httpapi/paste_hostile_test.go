package httpapi_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/gif"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
)

// lands signs in at Amazon as the owner's own browser does, and returns the
// address that it ends on.
func (r *rig) lands(t *testing.T, link httpapi.Link, o *owner) string {
	t.Helper()
	landed := ""
	p := r.phone(t)
	p.client.Transport = r.sim.Transport()
	p.client.CheckRedirect = func(req *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(req.URL.Path, "/maplanding") {
			landed = req.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	p.do(t, http.MethodGet, link.SignInURL, "")
	for landed == "" && p.step(t, o) {
		continue
	}
	return landed
}

// registrations is how often Amazon was asked for a device.
func (r *rig) registrations() int {
	n := 0
	for asked, times := range r.sim.Counts().Requests {
		if strings.HasSuffix(asked, " /auth/register") {
			n += times
		}
	}
	return n
}

// G151 to G153, G158 and G159: of many who paste the right address at once, one
// registers.
func TestOnlyTheAddressOfTheRightPageGoesOn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.2.1", "15.4.2")
	each(t, func(t *testing.T, r *rig) {
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		link := b.startLink(t, "browser", o)
		path := linksPath + "/" + link.ID
		good := r.lands(t, link, o)
		swap := func(from, to string) string { return strings.Replace(good, from, to, 1) }
		for name, c := range map[string]struct{ address, code string }{
			"another store":   {swap("amazon.com", "amazon.de"), "wrong_marketplace"},
			"no TLS":          {swap("https:", "http:"), "wrong_address"},
			"a longer host":   {swap("amazon.com", "amazon.com.evil.example"), "wrong_address"},
			"user and host":   {swap("www.amazon.com", "www.amazon.com@evil.example"), "wrong_address"},
			"a Cyrillic host": {swap("amazon", "аmazon"), "wrong_address"},
			"a port":          {swap("amazon.com", "amazon.com:8443"), "wrong_address"},
			"dots":            {swap("/ap/maplanding", "/ap/maplanding/../x"), "wrong_address"},
			"another path":    {swap("/ap/", "/gp/"), "wrong_address"},
			"a fragment":      {swap("?", "#"), "wrong_address"},
			"two codes":       {good + "&openid.oa2.authorization_code=canary", "wrong_address"},
			"no code":         {"https://www.amazon.com/ap/maplanding?canary=1", "wrong_address"},
			"a script":        {"javascript:canary", "wrong_address"},
			"words":           {"canary", "wrong_address"},
			"white space":     {" \r\n", "wrong_address"},
		} {
			got := b.post(t, path+"/complete", object{"address": c.address})
			t.Log(name)
			got.wantProblem(t, http.StatusUnprocessableEntity, c.code)
			r.silent(t, got)
		}
		b.post(t, path+"/complete", object{"address": strings.Repeat("canary", 5000)}).wantProblem(t, http.StatusUnprocessableEntity, "invalid")
		before := link
		b.get(t, path).into(t, http.StatusOK, &link)
		if link.Step != "browser" || link.SignInURL != before.SignInURL || r.registrations() != 0 {
			t.Errorf("link %+v and %d registrations, want one that waits and none", link, r.registrations())
		}
		answers := make([]answer, 10)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = b.at(t, path+"/complete", object{"address": good}) })
		}
		all.Wait()
		for _, got := range answers {
			if got.status != http.StatusOK && got.status != http.StatusConflict {
				t.Errorf("%d %s", got.status, got.body)
			}
		}
		if n := r.registrations(); n != 1 {
			t.Errorf("%d devices were registered", n)
		}
		b.get(t, path).into(t, http.StatusOK, &link)
		b.confirm(t, link, o)
	})
}

// at sends what another tab of the same browser does.
func (b *browser) at(t *testing.T, path string, body any) answer {
	t.Helper()
	tab := b.rig.browser()
	maps.Copy(tab.cookies, b.cookies)
	return tab.post(t, path, body)
}

// G162.
func TestALinkThatIsDeclinedLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		link := b.guide(t, b.startLink(t, "guided", o), o)
		if n := r.sim.LiveDevices(o.Login); n != 1 || link.Step != "confirm" {
			t.Fatalf("%d devices, link %+v", n, link)
		}
		if got := b.do(t, http.MethodDelete, linksPath+"/"+link.ID, nil); got.status != http.StatusNoContent {
			t.Errorf("%d %s", got.status, got.body)
		}
		b.post(t, linksPath+"/"+link.ID+"/confirm", nil).wantProblem(t, http.StatusNotFound, "not_found")
		b.noLinks(t, o, 0)
		var list httpapi.AccountList
		if b.get(t, "/api/v1/accounts").into(t, http.StatusOK, &list); len(list.Items) != 0 {
			t.Errorf("accounts are %+v", list.Items)
		}
	})
}

// bomb is a PNG that claims a size without having the pixels.
func bomb(width, height uint32) []byte {
	header := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)...)
	header = append(header, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\r"), header...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(header))
}

// film is a GIF of many frames.
func film(t *testing.T, frames int) []byte {
	t.Helper()
	var all gif.GIF
	for range frames {
		all.Image = append(all.Image, image.NewPaletted(image.Rect(0, 0, 2, 2), palette.WebSafe[:2]))
		all.Delay = append(all.Delay, 1)
	}
	var out bytes.Buffer
	must(t, gif.EncodeAll(&out, &all))
	return out.Bytes()
}

// G166. What is no picture of a captcha leads to the person's own browser; of
// a film the first frame is shown.
func TestPicturesThatAreNoCaptchaAreNotShown(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "5.2.2", "5.2.6")
	pictures := map[string]struct{ picture, step string }{
		"SVG":            {`<svg xmlns="http://www.w3.org/2000/svg"><script>canary</script></svg>`, "browser"},
		"HTML":           {"<html>canary", "browser"},
		"20,000 squared": {string(bomb(20_000, 20_000)), "browser"},
		"50 MB":          {strings.Repeat("\x00", 50<<20), "browser"},
		"nothing":        {"", "browser"},
		"10,000 frames":  {string(film(t, 10_000)) + "<script>canary", "captcha"},
	}
	each(t, func(t *testing.T, r *rig) {
		b := r.linker(t)
		page := `<form name="signIn" method="post" action="https://www.amazon.com/ap/signin"><input name="email"><input type="password" name="password">` +
			`<img alt="Visual CAPTCHA image" src="https://images-na.ssl-images-amazon.com/captcha/a.jpg"><input name="guess"></form>`
		for name, c := range pictures {
			r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/ap/signin", Body: page, Header: http.Header{"Content-Type": {"text/html"}}})
			r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/captcha/", Body: c.picture, Header: http.Header{"Content-Type": {"image/jpeg"}}})
			var link httpapi.Link
			b.post(t, linksPath, object{"door": "guided", "marketplace": "us"}).into(t, http.StatusCreated, &link)
			if link.Step != c.step {
				t.Errorf("%s: the link is %+v", name, link)
			}
			got := b.get(t, linksPath+"/"+link.ID+"/captcha")
			if c.step == "browser" {
				got.wantProblem(t, http.StatusNotFound, "not_found")
			} else if got.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(string(got.body), "\x89PNG") || len(got.body) > 10<<10 {
				t.Errorf("%s: %s of %d bytes", name, got.header.Get("Content-Type"), len(got.body))
			}
			r.silent(t, got)
			b.do(t, http.MethodDelete, linksPath+"/"+link.ID, nil)
		}
	})
}

// G174.
func TestTheFourthPasswordOfAnHourDoesNotGoToAmazon(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.4.1")
	each(t, func(t *testing.T, r *rig) {
		r.limits.Passwords = account.DefaultLinkLimits().Passwords
		r.restart(t)
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		link := b.startLink(t, "guided", o)
		for range 3 {
			b.post(t, linksPath+"/"+link.ID+"/answers", object{"login": o.Login, "password": "canary"}).into(t, http.StatusOK, &link)
		}
		r.restart(t)
		got := b.post(t, linksPath+"/"+link.ID+"/answers", object{"login": o.Login, "password": "canary"})
		got.wantProblem(t, http.StatusTooManyRequests, "too_many_attempts")
		if n := r.sim.Counts().WrongPasswords; n != 3 || got.header.Get("Retry-After") == "" {
			t.Errorf("%d passwords went to Amazon; Retry-After is %q", n, got.header.Get("Retry-After"))
		}
		r.silent(t, got)
	})
}

// sealedFile is an encrypted file of another program, changed.
func sealedFile(t *testing.T, change func(salt, iv, text []byte) (a, b, c []byte)) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "audible", "authfile", "testdata", "python", "py012.json-encrypted.json"))
	must(t, err)
	var file struct {
		Salt []byte `json:"salt"`
		IV   []byte `json:"iv"`
		Text []byte `json:"ciphertext"`
		Info string `json:"info"`
	}
	must(t, json.Unmarshal(data, &file))
	file.Salt, file.IV, file.Text = change(file.Salt, file.IV, file.Text)
	encode := base64.StdEncoding.EncodeToString
	data, err = json.Marshal(object{"salt": encode(file.Salt), "iv": encode(file.IV), "ciphertext": encode(file.Text), "info": file.Info})
	must(t, err)
	return string(data)
}

// G179 to G181.
func TestAFileThatDoesNotOpenIsRefusedInOneWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		type bytes3 = func(salt, iv, text []byte) (a, b, c []byte)
		said := map[string]bool{}
		for name, change := range map[string]bytes3{
			"as it is":         func(s, i, x []byte) (a, b, c []byte) { return s, i, x },
			"IV of 15 bytes":   func(s, i, x []byte) (a, b, c []byte) { return s, i[:15], x },
			"half a block":     func(s, i, x []byte) (a, b, c []byte) { return s, i, x[:len(x)-8] },
			"another padding":  func(s, i, x []byte) (a, b, c []byte) { x[len(x)-1] ^= 1; return s, i, x },
			"another text":     func(s, i, x []byte) (a, b, c []byte) { x[40] ^= 1; return s, i, x },
			"no marker":        func(s, i, x []byte) (a, b, c []byte) { return s[4:], i, x },
			"65,535 of rounds": func(s, i, x []byte) (a, b, c []byte) { return append([]byte("$\xff\xff$"), s[4:]...), i, x },
		} {
			for _, password := range []string{"", "canary"} {
				got := b.post(t, linksPath+"/import", object{"file": sealedFile(t, change), "password": password})
				got.wantProblem(t, http.StatusUnprocessableEntity, "file_not_opened")
				r.silent(t, got)
				said[strings.ReplaceAll(string(got.body), got.header.Get("X-Request-Id"), "")] = true
			}
			if len(said) != 1 {
				t.Errorf("%s: said %v, want one sentence", name, said)
			}
		}
		none := sealedFile(t, func(s, i, x []byte) (a, b, c []byte) { return append([]byte("$\x00\x00$"), s[4:]...), i, x })
		b.post(t, linksPath+"/import", object{"file": none, "password": "canary"}).wantProblem(t, http.StatusUnprocessableEntity, "file_not_usable")
		b.noLinks(t, o, 0)
	})
}

// G185.
func TestAFileOfALinkedAccountIsAConflictAndOfSomebodyElsesANotice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		file, err := r.sim.CredentialFile(o.Login, "us")
		must(t, err)
		var link httpapi.Link
		b.post(t, linksPath+"/import", object{"file": string(file)}).into(t, http.StatusCreated, &link)
		b.confirm(t, link, o)
		b.post(t, linksPath+"/import", object{"file": string(file)}).wantProblem(t, http.StatusConflict, "already_linked")
		b.noLinks(t, o, 1)
		lee := r.joins(t, "lee@example.org")
		r.stepUp(t, lee)
		lee.post(t, linksPath+"/import", object{"file": string(file)}).into(t, http.StatusCreated, &link)
		if a := link.Account; a == nil || !a.Elsewhere || a.AlreadyLinked {
			t.Errorf("the account is %+v, want one that somebody else has linked", a)
		}
		lee.confirm(t, link, o)
	})
}

// G194 and G197: titles are told as they are, and a table that a spreadsheet
// opens holds no formula.
func TestTitlesAreTextWhateverTheySay(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.2.10", "1.3.10")
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		asins, err := r.sim.Titles(amazonLogin, "us")
		must(t, err)
		hostile := []string{
			`=cmd|' /C calc'!A0`, "@SUM(1+1)", "+1+1", "-1+1", "\t=1+1", "\r=1+1", strings.Repeat("x", 100<<10), `",=1+1,"`,
			`<img src=x onerror=alert(1)>`, "javascript:alert(1)", "\u202egnp.exe", "%s%n", "'; DROP TABLE library_items;--",
		}
		for i, title := range hostile {
			_, err := r.Raw.ExecContext(t.Context(), `UPDATE library_items SET title = $1 WHERE asin = $2`, title, asins[i])
			must(t, err)
			var book httpapi.Book
			one.get(t, "/api/v1/books/us/"+asins[i]).into(t, http.StatusOK, &book)
			if len(book.Owned) != 1 || book.Owned[0].Title != title {
				t.Errorf("%.40q is told as %.200v", title, book.Owned)
			}
		}
		got := one.get(t, "/api/v1/library/export?format=csv")
		rows, err := csv.NewReader(bytes.NewReader(got.body)).ReadAll()
		must(t, err)
		if len(rows) != 34 {
			t.Fatalf("%d rows", len(rows))
		}
		for _, row := range rows[1:] {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("%.40q is a formula", cell)
				}
			}
		}
	})
}

package audible_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/audipy/audipy/audible"
)

type metadataVectors struct {
	Metadata []struct {
		Plain     string `json:"plain"`
		Encrypted string `json:"encrypted"`
	} `json:"metadata1"`
	MapMD struct {
		Cookie string `json:"cookie"`
	} `json:"map_md"`
}

// The client that made the vectors counts characters where the cipher counts
// bytes: beyond ASCII it leaves the end in the clear, and can't read it again.
// Amazon's script never sends such text, nor do we; ours comes back whole.
func TestMetadataIsThatOfTheVectors(t *testing.T) {
	t.Parallel()
	total, nonASCII := 0, 0
	for _, name := range []string{"login-vectors.json", "audible-vectors.json"} {
		var vectors metadataVectors
		readVectors(t, name, &vectors)
		for _, v := range vectors.Metadata {
			total++
			if !isASCII(v.Plain) {
				nonASCII++
				if got := decodeMetadata(t, audible.EncodeMetadata([]byte(v.Plain))); got != v.Plain {
					t.Errorf("%s: %q came back as %q", name, v.Plain, got)
				}
				continue
			}
			if got := audible.EncodeMetadata([]byte(v.Plain)); got != v.Encrypted {
				t.Errorf("%s: %.40q gives %s, want %s", name, v.Plain, got, v.Encrypted)
			}
		}
	}
	if total != 9 || nonASCII != 1 {
		t.Errorf("%d vectors, %d beyond ASCII, want 9 and 1", total, nonASCII)
	}
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

func TestMetadataTextIsTheRealObject(t *testing.T) {
	t.Parallel()
	text := audible.MetadataText(`https://www.amazon.com/ap/signin?a="b"`, time.UnixMilli(1700000000000))
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	var keys []string
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, fmt.Sprint(key))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	want := "start interaction version lsUbid timeZone scripts plugins dupedPlugins screenInfo capabilities referrer userAgent " +
		"location webDriver history gpu math performance end timeToSubmit form canvas token errors metrics"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("keys %s\nwant %s", got, want)
	}
	if !strings.HasPrefix(string(text), `{"start":1700000000000,`) {
		t.Errorf("text begins with %.40s", text)
	}
}

// decodeMetadata is written from the description, not from the encoder: XXTEA
// backwards, with the words counted down.
func decodeMetadata(t testing.TB, value string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(value, "ECdITeCs:"))
	if err != nil || len(raw)%4 != 0 || len(raw) < 8 {
		t.Fatalf("%.60q is no metadata1: %v", value, err)
	}
	key := []uint32{0x708f0361, 0x99971834, 0x8be7eb3a, 0x34249785}
	n := len(raw) / 4
	words := make([]uint32, n)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(raw[i*4:])
	}
	for sum := uint32(6+52/n) * 0x9E3779B9; sum != 0; sum -= 0x9E3779B9 {
		for p := n - 1; p >= 0; p-- {
			z, y := words[(p+n-1)%n], words[(p+1)%n]
			words[p] -= ((z>>5 ^ y<<2) + (y>>3 ^ z<<4)) ^ ((sum ^ y) + (key[(uint32(p)^(sum>>2))&3] ^ z))
		}
	}
	for i, word := range words {
		binary.LittleEndian.PutUint32(raw[i*4:], word)
	}
	plain := strings.TrimRight(string(raw), "\x00")
	sum, text, _ := strings.Cut(plain, "#")
	if want := fmt.Sprintf("%08X", crc32.ChecksumIEEE([]byte(text))); sum != want {
		t.Fatalf("checksum %q, want %q", sum, want)
	}
	return text
}

func FuzzMetadata1(f *testing.F) {
	for _, name := range []string{"login-vectors.json", "audible-vectors.json"} {
		var vectors metadataVectors
		readVectors(f, name, &vectors)
		for _, v := range vectors.Metadata {
			f.Add(v.Plain)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 || strings.HasSuffix(text, "\x00") {
			return // padding can't be told from zeros at the end
		}
		if got := decodeMetadata(t, audible.EncodeMetadata([]byte(text))); got != text {
			t.Fatalf("came back as %q, want %q", got, text)
		}
	})
}

package audiblesim

import (
	"image"
	"image/color"
	"math"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// fonts are the two faces on covers. They have Latin, Greek and Cyrillic; other
// scripts get a cover without words.
type fonts struct{ bold, regular *sfnt.Font }

// loadFonts parses the fonts that come with x/image. They always parse; a nil
// font would only leave the words away.
func loadFonts() fonts {
	bold, _ := opentype.Parse(gobold.TTF)
	regular, _ := opentype.Parse(goregular.TTF)
	return fonts{bold: bold, regular: regular}
}

// artwork is what a cover shows.
type artwork struct {
	title, author, volume string
	seed                  uint64
	fonts                 fonts
}

// draw paints the cover: a gradient, a landscape of the title's own, a panel
// with the words.
func (a artwork) draw(size int) image.Image {
	canvas := image.NewRGBA(image.Rect(0, 0, size, size))
	d := newDice(a.seed)
	hue := float64(d.below(360))
	top, bottom := shade(hue, 0.55, 0.30), shade(hue+40, 0.6, 0.68)
	for y := range size {
		row := blend(top, bottom, float64(y)/float64(size))
		for x := range size {
			canvas.SetRGBA(x, y, row)
		}
	}
	a.disc(canvas, d, shade(hue+60, 0.8, 0.85))
	for i := range 3 {
		a.hills(canvas, d, shade(hue+float64(20*i), 0.45, 0.32-0.09*float64(i)), 0.56+0.13*float64(i))
	}
	ink := color.RGBA{0xFD, 0xFA, 0xF2, 0xFF}
	a.words(canvas, a.title, a.fonts.bold, float64(size)/11, size/9, ink)
	a.words(canvas, a.author, a.fonts.regular, float64(size)/18, size-size/7, ink)
	if a.volume != "" {
		a.words(canvas, a.volume, a.fonts.bold, float64(size)/9, size*18/25, shade(hue+60, 0.6, 0.85))
	}
	return canvas
}

// disc paints a sun or moon.
func (a artwork) disc(canvas *image.RGBA, d *dice, c color.RGBA) {
	size := canvas.Bounds().Dx()
	x0, y0 := size*d.between(25, 75)/100, size*d.between(48, 58)/100
	radius := size * d.between(8, 14) / 100
	for y := max(y0-radius, 0); y < min(y0+radius, size); y++ {
		half := int(math.Sqrt(float64(radius*radius - (y-y0)*(y-y0))))
		for x := max(x0-half, 0); x < min(x0+half, size); x++ {
			canvas.SetRGBA(x, y, c)
		}
	}
}

// hills paints one ridge from its line down to the lower edge.
func (a artwork) hills(canvas *image.RGBA, d *dice, c color.RGBA, level float64) {
	size := canvas.Bounds().Dx()
	long, short := float64(d.between(2, 4)), float64(d.between(5, 9))
	shift := float64(d.below(628)) / 100
	for x := range size {
		at := float64(x) / float64(size) * 2 * math.Pi
		ridge := level + 0.06*math.Sin(at*long/2+shift) + 0.025*math.Sin(at*short+shift*3)
		for y := max(int(ridge*float64(size)), 0); y < size; y++ {
			canvas.SetRGBA(x, y, c)
		}
	}
}

// words writes a text in the middle, on as many lines as it needs, beginning at
// the height top. Texts in scripts that the font lacks are left out.
func (a artwork) words(canvas *image.RGBA, text string, f *sfnt.Font, size float64, top int, ink color.Color) {
	if f == nil || size < 4 || !covers(f, text) {
		return
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return // the options above are always valid
	}
	defer face.Close()
	width := canvas.Bounds().Dx()
	y := top + int(size*0.8)
	for _, line := range wrap(face, text, width*86/100) {
		drawer := font.Drawer{Dst: canvas, Src: image.NewUniform(ink), Face: face}
		drawer.Dot = fixed.P((width-drawer.MeasureString(line).Ceil())/2, y)
		drawer.DrawString(line)
		y += int(size * 1.2)
	}
}

// covers reports whether the font has every letter of the text.
func covers(f *sfnt.Font, text string) bool {
	var buffer sfnt.Buffer
	for _, r := range text {
		if glyph, err := f.GlyphIndex(&buffer, r); err != nil || glyph == 0 {
			return false
		}
	}
	return text != ""
}

// wrap breaks a text into lines of at most width pixels, where words allow it.
func wrap(face font.Face, text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && font.MeasureString(face, longer).Ceil() > width {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	return append(lines, line)
}

// shade turns hue (degrees), saturation and lightness (0 to 1) into a colour.
func shade(hue, saturation, lightness float64) color.RGBA {
	chroma := (1 - math.Abs(2*lightness-1)) * saturation
	sector := math.Mod(hue, 360) / 60
	second := chroma * (1 - math.Abs(math.Mod(sector, 2)-1))
	table := [6][3]float64{
		{chroma, second, 0},
		{second, chroma, 0},
		{0, chroma, second},
		{0, second, chroma},
		{second, 0, chroma},
		{chroma, 0, second},
	}
	rgb := table[int(sector)%6]
	base := lightness - chroma/2
	part := func(v float64) uint8 { return uint8(math.Round((v + base) * 255)) }
	return color.RGBA{part(rgb[0]), part(rgb[1]), part(rgb[2]), 255}
}

// blend mixes two colours; share is how much of the second there is, 0 to 1.
func blend(x, y color.RGBA, share float64) color.RGBA {
	mixed := func(p, q uint8) uint8 { return uint8(float64(p)*(1-share) + float64(q)*share) }
	return color.RGBA{mixed(x.R, y.R), mixed(x.G, y.G), mixed(x.B, y.B), 255}
}

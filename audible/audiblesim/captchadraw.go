package audiblesim

import (
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"math/rand/v2"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// The size of Amazon's captcha images in pixels.
const (
	captchaWidth  = 200
	captchaHeight = 70
)

// draw writes the text as a JPEG that a person can read: large letters on a
// wave, with lines across.
func (c captchaImage) draw(w io.Writer) error {
	noise := newRandom(c.seed)
	picture := image.NewGray(image.Rect(0, 0, captchaWidth, captchaHeight))
	for i := range picture.Pix {
		picture.Pix[i] = 0xff
	}
	line := typeset(strings.ToUpper(c.text))
	drawWave(picture, line, noise)
	for range 3 {
		drawLine(picture, noise)
	}
	return jpeg.Encode(w, picture, &jpeg.Options{Quality: 80})
}

// typeset renders text in the 7 by 13 font.
func typeset(text string) *image.Gray {
	width := max(len(text), 1) * 7
	line := image.NewGray(image.Rect(0, 0, width, 13))
	drawer := font.Drawer{
		Dst: line, Src: image.NewUniform(color.Gray{Y: 0xff}), Face: basicfont.Face7x13, Dot: fixed.P(0, 11),
	}
	drawer.DrawString(text)
	return line
}

// drawWave enlarges the line to the picture and bends it.
func drawWave(picture, line *image.Gray, noise *rand.ChaCha8) {
	phase := float64(noise.Uint64()%628) / 100
	bounds := line.Bounds()
	for y := range captchaHeight {
		for x := range captchaWidth {
			bent := float64(y) + 5*math.Sin(float64(x)/24+phase)
			at := image.Pt(x*bounds.Dx()/captchaWidth, int(bent*float64(bounds.Dy())/captchaHeight))
			if at.In(bounds) && line.GrayAt(at.X, at.Y).Y > 0 {
				picture.SetGray(x, y, color.Gray{Y: 0x20})
			}
		}
	}
}

// drawLine draws a thin curve from side to side.
func drawLine(picture *image.Gray, noise *rand.ChaCha8) {
	height := float64(10 + noise.Uint64()%(captchaHeight-20))
	phase := float64(noise.Uint64()%628) / 100
	for x := range captchaWidth {
		y := int(height + 8*math.Sin(float64(x)/30+phase))
		picture.SetGray(x, y, color.Gray{Y: 0x50})
	}
}

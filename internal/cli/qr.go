package cli

import (
	"strings"

	"rsc.io/qr"
)

// quiet is the white margin of a QR code, in modules.
const quietZone = 4

// qrCode draws text as a QR code, two rows of modules in a line, dark on light
// whatever the terminal's colours are. Without colour, or where the code would not
// fit, there is none.
func (p *printer) qrCode(text string) {
	code, err := qr.Encode(text, qr.M)
	if err != nil || !p.colour || code.Size+2*quietZone > p.noteWidth {
		return
	}
	var drawn strings.Builder
	for y := -quietZone; y < code.Size+quietZone; y += 2 {
		drawn.WriteString("\x1b[30;107m")
		for x := -quietZone; x < code.Size+quietZone; x++ {
			switch upper, lower := code.Black(x, y), code.Black(x, y+1); {
			case upper && lower:
				drawn.WriteRune('█')
			case upper:
				drawn.WriteRune('▀')
			case lower:
				drawn.WriteRune('▄')
			default:
				drawn.WriteRune(' ')
			}
		}
		drawn.WriteString("\x1b[0m\n")
	}
	_, _ = p.err.Write([]byte(drawn.String())) // who can't see it reads the address
}

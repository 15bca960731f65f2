package httpapi

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
)

// PageInput asks for one page of a list.
type PageInput struct {
	Cursor string `query:"cursor" maxLength:"2000" doc:"The next of the page before; the first page when left out."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"The most to return."`
}

// sealCursor makes the cursor of a place in a list: the place, signed for the
// person, the list and what it was asked for. An empty place stays empty.
func (a *api) sealCursor(ctx context.Context, list string, query any, place string) string {
	if place == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(append(a.cursorMAC(ctx, list, query, place), place...))
}

// openCursor returns the place of a cursor that sealCursor made for the same
// person, list and query.
func (a *api) openCursor(ctx context.Context, list string, query any, cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) <= cursorMACSize {
		return "", cursorInvalid()
	}
	place := string(raw[cursorMACSize:])
	if subtle.ConstantTimeCompare(raw[:cursorMACSize], a.cursorMAC(ctx, list, query, place)) != 1 {
		return "", cursorInvalid()
	}
	return place, nil
}

// cursorMACSize is the part of the tag that a cursor carries, in bytes.
const cursorMACSize = 16

// cursorMAC binds a place to who may ask for it and what was asked. Every part
// is quoted, so that no two questions give one message.
func (a *api) cursorMAC(ctx context.Context, list string, query any, place string) []byte {
	parts := []string{string(actorFrom(ctx).UserID), list, fmt.Sprintf("%+q", fmt.Sprint(query)), place}
	for i, part := range parts {
		parts[i] = fmt.Sprintf("%q", part)
	}
	return a.Auth.CursorTag(strings.Join(parts, ","))[:cursorMACSize]
}

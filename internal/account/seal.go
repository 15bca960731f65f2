package account

import (
	"fmt"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// The cells that credentials are sealed into.
const (
	accountTable = "user_audible_accounts"
	tokenTable   = "user_oauth_tokens"
)

func deviceCell(r store.Rows) vault.Binding {
	return vault.Binding{Table: accountTable, Column: "sealed_device", Row: string(r.Account)}
}

func tokenCell(r store.Rows, column string) vault.Binding {
	return vault.Binding{Table: tokenTable, Column: column, Row: r.Token, Version: r.Version}
}

// sealer returns the function that seals credentials for the rows the store
// keeps them in: the two tokens in cells of their own, bound to the version,
// and all the rest as the device.
func sealer(ks *vault.Keyset, c audible.Credentials) store.SealFunc {
	return func(rows store.Rows) (store.Sealed, error) {
		device := c
		device.AccessToken, device.RefreshToken = "", ""
		encoded, err := device.Encode()
		if err != nil {
			return store.Sealed{}, fmt.Errorf("encode the registration: %w", err)
		}
		defer clear(encoded)
		var sealed store.Sealed
		if sealed.Device, err = ks.Seal(deviceCell(rows), encoded); err != nil {
			return store.Sealed{}, err
		}
		if sealed.AccessToken, err = ks.Seal(tokenCell(rows, "access_token"), []byte(c.AccessToken)); err != nil {
			return store.Sealed{}, err
		}
		sealed.RefreshToken, err = ks.Seal(tokenCell(rows, "refresh_token"), []byte(c.RefreshToken))
		return sealed, err
	}
}

// open returns the credentials that were sealed.
func open(ks *vault.Keyset, sealed store.SealedCredentials) (audible.Credentials, error) {
	encoded, err := ks.Open(deviceCell(sealed.Rows), sealed.Device)
	if err != nil {
		return audible.Credentials{}, unreadable(err)
	}
	defer clear(encoded)
	c, err := audible.DecodeCredentials(encoded)
	if err != nil {
		return audible.Credentials{}, unreadable(err)
	}
	access, err := ks.Open(tokenCell(sealed.Rows, "access_token"), sealed.AccessToken)
	if err != nil {
		return audible.Credentials{}, unreadable(err)
	}
	c.AccessToken, c.AccessTokenExpires = string(access), sealed.ExpiresAt
	clear(access)
	if len(sealed.RefreshToken) == 0 {
		return c, nil
	}
	refresh, err := ks.Open(tokenCell(sealed.Rows, "refresh_token"), sealed.RefreshToken)
	if err != nil {
		return audible.Credentials{}, unreadable(err)
	}
	c.RefreshToken = string(refresh)
	clear(refresh)
	return c, nil
}

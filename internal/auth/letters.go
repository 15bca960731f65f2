package auth

// What mails about second factors say.
const (
	notYou = "\n\nIf it wasn't you, change your password at once, and tell whoever runs the server.\n"

	authenticatorAdded = "An authenticator app was set up for AudiPy just now. From now on signing in takes one of its " +
		"codes as well, and every other session was ended." + notYou
	authenticatorRemoved = "The authenticator app was removed from AudiPy just now, and every other session was ended." + notYou
	passkeyAdded         = "A passkey was added to AudiPy just now. It lets its holder in, and every other session was ended." + notYou
	passkeyRemoved       = "A passkey was removed from AudiPy just now, and every other session was ended." + notYou
	passkeySuspicious    = "One of your passkeys for AudiPy was refused just now: what it says of itself does not fit what it said " +
		"before, so somebody may have made a copy of it. Remove it and make another.\n"
	recoveryCodesMade = "New recovery codes for AudiPy were made just now. The ones before are worth nothing." + notYou
	recoveryCodeUsed  = "Somebody, you we hope, signed in to AudiPy just now with one of your recovery codes. It is used up." + notYou
)

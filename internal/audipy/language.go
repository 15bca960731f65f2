package audipy

// Languages lists the names of languages as Audible writes them (protocol
// 9.10). The set is open: a library may have titles in others.
func Languages() []string {
	return []string{
		"afrikaans", "arabic", "bengali", "bulgarian", "catalan", "czech", "danish", "dutch", "english", "finnish",
		"french", "german", "greek", "gujarati", "hebrew", "hindi", "hungarian", "icelandic", "italian", "japanese",
		"kannada", "korean", "latin", "malayalam", "mandarin_chinese", "marathi", "norwegian", "polish", "portuguese",
		"punjabi", "romanian", "russian", "spanish", "swedish", "tamil", "telugu", "turkish", "ukrainian", "urdu",
		"vietnamese", "welsh",
	}
}

package cli

// Fields reports on documents, for tests of what a dump may show.
func Fields(root string, documents ...[]byte) ([]byte, error) {
	var report fieldReport
	for _, d := range documents {
		if err := report.add(root, d); err != nil {
			return nil, err
		}
	}
	var out []byte
	for _, f := range report.sorted() {
		out = append(out, f.Path+" "+f.Example+"\n"...)
	}
	return out, nil
}

// Clean is what every text from outside passes on its way to a terminal.
func Clean(text string) string { return clean(text) }

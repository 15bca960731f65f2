package storetest

// Boot starts the server of this process and returns its folder.
func Boot() (string, error) {
	s, _, err := running()
	if err != nil {
		return "", err
	}
	return s.dir, nil
}

// SweepStale removes what killed processes left.
func SweepStale() { sweepStale() }

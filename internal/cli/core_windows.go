package cli

// KeepMemory does nothing: Windows writes no core dumps unless it is told to.
func KeepMemory() {}

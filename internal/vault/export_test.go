package vault

import "github.com/audipy/audipy/internal/audipy"

// AssociatedData shows what a cell is bound to.
func (b Binding) AssociatedData(user audipy.UserID) []byte { return b.associatedData(user) }

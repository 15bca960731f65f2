package cli

// configCmd shows the effective configuration. No setting is a secret: keys
// are named by their file, never by their content.
type configCmd struct{}

// Run prints every setting with its value and its origin.
func (configCmd) Run(a *app) error {
	type document struct {
		File     string       `json:"file"`
		Settings []configured `json:"settings"`
	}
	return a.out.result(document{a.cfg.file, a.cfg.values}, func() {
		rows := make([][]string, 0, len(a.cfg.values))
		for _, v := range a.cfg.values {
			rows = append(rows, []string{envName(v.Name), v.Value, "(" + string(v.Origin) + ")"})
		}
		a.out.table([]column{{title: "SETTING"}, {title: "VALUE", grow: true}, {title: "FROM"}}, rows)
		a.out.line("")
		a.out.prose(0, "The file is %s; its keys are the names without AUDIPY_, in lower case.", clean(a.cfg.file))
	})
}

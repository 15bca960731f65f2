package cli

// configCmd shows the effective configuration, without the values of settings
// that are secrets. Keys are named by their file, never by their content.
type configCmd struct{}

// Run prints every setting with its value and its origin.
func (configCmd) Run(a *app) error {
	type document struct {
		File     string       `json:"file"`
		Settings []configured `json:"settings"`
	}
	values := make([]configured, len(a.cfg.values))
	for i, v := range a.cfg.values {
		values[i] = v.shown()
	}
	return a.out.result(document{a.cfg.file, values}, func() {
		rows := make([][]string, 0, len(values))
		for _, v := range values {
			rows = append(rows, []string{envName(v.Name), v.Value, "(" + string(v.Origin) + ")"})
		}
		a.out.table([]column{{title: "SETTING"}, {title: "VALUE", grow: true}, {title: "FROM"}}, rows)
		a.out.line("")
		a.out.prose(0, "The file is %s; its keys are the names without AUDIPY_, in lower case.", clean(a.cfg.file))
	})
}

package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// manual is the description of the command line, in Markdown, made from the
// grammar: docs/cli.md.
func manual(root *kong.Node) string {
	var b strings.Builder
	b.WriteString("# The command line\n\nMade from the grammar by a test; `go test ./internal/cli -update` writes it anew.\n\n" +
		"Every command takes `--json`, which prints exactly one document, and the other flags of the first table. " +
		"Results go to standard output, everything else to standard error. Passwords, codes and tokens are asked for, " +
		"or read from standard input a line each; none is ever an argument.\n\n## Everywhere\n\n")
	manualFlags(&b, root.Flags)
	b.WriteString("\n## Exit codes\n\n| Code | Means |\n|---:|---|\n")
	for _, code := range exitCodes() {
		fmt.Fprintf(&b, "| %d | %s |\n", code.code, code.means)
	}
	b.WriteString("\n## Settings\n\n| Variable, or key of the file | What |\n|---|---|\n")
	for _, s := range settings(folders{}) {
		text := s.help
		if s.allowed != nil {
			text += ": " + strings.Join(s.allowed, ", ")
		}
		fmt.Fprintf(&b, "| `%s`, `%s` | %s |\n", envName(s.name), s.name, manualCell(text))
	}
	for _, command := range root.Children {
		manualCommand(&b, command, 2)
	}
	return b.String()
}

// manualCommand describes a command and those below it.
func manualCommand(b *strings.Builder, node *kong.Node, level int) {
	if node.Hidden {
		return
	}
	fmt.Fprintf(b, "\n%s %s\n\n%s\n", strings.Repeat("#", level), node.FullPath(), node.Help)
	if usage := strings.TrimSpace(node.Summary()); node.Leaf() {
		fmt.Fprintf(b, "\n```\naudipy %s\n```\n", usage)
	}
	if len(node.Positional) > 0 {
		b.WriteString("\n| Argument | What |\n|---|---|\n")
		for _, argument := range node.Positional {
			fmt.Fprintf(b, "| `%s` | %s |\n", argument.Summary(), manualCell(argument.Help))
		}
	}
	if len(node.Flags) > 0 {
		b.WriteString("\n")
		manualFlags(b, node.Flags)
	}
	if node.DefaultCmd != nil {
		fmt.Fprintf(b, "\nWithout a command of its own it is `%s`.\n", node.DefaultCmd.FullPath())
	}
	for _, child := range node.Children {
		manualCommand(b, child, level+1)
	}
}

func manualFlags(b *strings.Builder, flags []*kong.Flag) {
	b.WriteString("| Flag | What | Default |\n|---|---|---|\n")
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		name := "--" + f.Name
		if !f.IsBool() {
			name += "=" + strings.Trim(f.FormatPlaceHolder(), `"`)
		}
		if f.Short != 0 {
			name = "-" + string(f.Short) + ", " + name
		}
		byDefault := ""
		if f.HasDefault && f.Default != "" {
			byDefault = "`" + f.Default + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, manualCell(f.Help), byDefault)
	}
}

func manualCell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

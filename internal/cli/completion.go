package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCmd prints a completion script made from the grammar itself, so
// that it can't fall behind.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Run prints the script and, on a terminal, how to load it.
func (c completionCmd) Run(a *app) error {
	entries := completions(a.parser.Model.Node, "")
	script, load := "", ""
	switch c.Shell {
	case "bash":
		script, load = bashCompletion(entries), `eval "$(audipy completion bash)"`
	case "zsh":
		script = "autoload -U +X bashcompinit && bashcompinit\n" + bashCompletion(entries)
		load = `eval "$(audipy completion zsh)"`
	case "fish":
		script, load = fishCompletion(entries), "audipy completion fish | source"
	}
	return a.out.result(map[string]string{"shell": c.Shell, "script": script}, func() {
		a.out.line("%s", strings.TrimRight(script, "\n"))
		if a.env.StdoutIsTerminal {
			a.out.note("to use it, put this into the shell's start-up file: %s", load)
		}
	})
}

// completion is what may follow a command.
type completion struct {
	// command is the words so far, such as "credentials export"; "" is the
	// start of the line.
	command string
	words   []completionWord
}

type completionWord struct{ text, help string }

// completions lists, for every command, its commands and its flags.
func completions(node *kong.Node, path string) []completion {
	here := completion{command: path}
	var below []completion
	for _, child := range node.Children {
		if child.Hidden || child.Type != kong.CommandNode {
			continue
		}
		here.words = append(here.words, completionWord{child.Name, child.Help})
		below = append(below, completions(child, strings.TrimSpace(path+" "+child.Name))...)
	}
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			here.words = append(here.words, completionWord{"--" + flag.Name, flag.Help})
		}
	}
	for _, argument := range node.Positional {
		for _, value := range argument.EnumSlice() {
			here.words = append(here.words, completionWord{value, argument.Help})
		}
	}
	return append([]completion{here}, below...)
}

func (c completion) texts() string {
	texts := make([]string, len(c.words))
	for i, w := range c.words {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}

// bashCompletion collects the command words before the cursor, flags left
// out, and offers what may follow them; files where nothing may.
func bashCompletion(entries []completion) string {
	var b strings.Builder
	b.WriteString("_audipy() {\n\tlocal current path word\n\tcurrent=${COMP_WORDS[COMP_CWORD]}\n\tpath=\n" +
		"\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n\t\tcase $word in -*) ;; *) path=\"$path $word\" ;; esac\n\tdone\n" +
		"\tcase ${path# } in\n")
	for _, e := range entries {
		fmt.Fprintf(&b, "\t%s) COMPREPLY=($(compgen -W %s -- \"$current\")) ;;\n", quoteShell(e.command), quoteShell(e.texts()))
	}
	b.WriteString("\t*) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n\tesac\n}\ncomplete -F _audipy audipy\n")
	return b.String()
}

func fishCompletion(entries []completion) string {
	var b strings.Builder
	for _, e := range entries {
		condition := "__fish_use_subcommand"
		if e.command != "" {
			words := strings.Fields(e.command)
			condition = "__fish_seen_subcommand_from " + words[len(words)-1]
		}
		for _, w := range e.words {
			option, isFlag := strings.CutPrefix(w.text, "--")
			kind := "-f -a "
			if isFlag {
				kind = "-l "
			}
			fmt.Fprintf(&b, "complete -c audipy -n %s %s%s -d %s\n", quoteShell(condition), kind, quoteShell(option), quoteShell(w.help))
		}
	}
	return b.String()
}

// quoteShell quotes text for any of the three shells.
func quoteShell(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

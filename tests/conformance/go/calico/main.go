// Command calico_selector_oracle asks Calico's own parser what a selector means. The questions
// are described in README.md.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/projectcalico/calico/libcalico-go/lib/selector/parser"
)

type question struct {
	Selector string              `json:"selector"`
	Labels   []map[string]string `json:"labels"`
}

// answer has an error, or both of the others.
type answer struct {
	Error     *string `json:"error"`
	Canonical string  `json:"canonical"`
	Matches   []bool  `json:"matches"`
}

// main answers every line of standard input. It is as internal/lines of the other modules, but
// this module is kept free of Kubernetes, so that it builds in seconds.
func main() {
	in, out := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			check(out.Encode(reply(line)))
		}
		if errors.Is(err, io.EOF) {
			return
		}
		check(err)
	}
}

func reply(line []byte) any {
	var q question
	strict := json.NewDecoder(bytes.NewReader(line))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&q); err != nil {
		return failed(err)
	}
	selector, err := parser.Parse(q.Selector)
	if err != nil {
		return failed(err)
	}
	given := answer{Canonical: selector.String(), Matches: []bool{}}
	for _, labels := range q.Labels {
		given.Matches = append(given.Matches, selector.Evaluate(labels))
	}
	return given
}

func failed(err error) answer {
	message := err.Error()
	return answer{Error: &message, Matches: []bool{}}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

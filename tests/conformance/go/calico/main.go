// Command calico_selector_oracle asks Calico's own parser what a selector means. The questions
// are described in README.md.
package main

import (
	"github.com/projectcalico/calico/libcalico-go/lib/selector/parser"
	"podmoat/oracles/lines"
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

func main() {
	lines.Serve(parse)
}

// parse never fails: that a selector is wrong is an answer.
func parse(q question) (answer, error) {
	selector, err := parser.Parse(q.Selector)
	if err != nil {
		message := err.Error()
		return answer{Error: &message, Matches: []bool{}}, nil
	}
	given := answer{Canonical: selector.String(), Matches: []bool{}}
	for _, labels := range q.Labels {
		given.Matches = append(given.Matches, selector.Evaluate(labels))
	}
	return given, nil
}

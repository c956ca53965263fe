// Command crdvalidate says whether an API server would take manifests: it runs the code by which
// the server checks custom resources, on CustomResourceDefinitions from files. See README.md.
package main

import (
	"fmt"
	"io"
	"os"

	"podmoat/oracles/lines"
)

const usage = `usage: crdvalidate FILE_OR_FOLDER... < MANIFESTS
       crdvalidate --lines FILE_OR_FOLDER...
`

func main() {
	arguments := os.Args[1:]
	serve := len(arguments) > 0 && arguments[0] == "--lines"
	if serve {
		arguments = arguments[1:]
	}
	if len(arguments) == 0 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	known, err := readDefinitions(arguments)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if serve {
		lines.Serve(func(q question) (answer, error) {
			_, errors := known.check([]byte(q.Manifests))
			return answer{errors}, nil
		})
		return
	}
	manifests, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	count, errors := known.check(manifests)
	for _, message := range errors {
		fmt.Println(message)
	}
	if len(errors) > 0 {
		os.Exit(1)
	}
	fmt.Printf("%d objects are valid\n", count)
}

type question struct {
	// Manifests are YAML documents.
	Manifests string `json:"manifests"`
}

type answer struct {
	Errors []string `json:"errors"`
}

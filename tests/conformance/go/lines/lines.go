// Package lines is what all oracles share: a question is a line of JSON on standard input, its
// answer a line of JSON on standard output, in order, until standard input ends.
package lines

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	kjson "sigs.k8s.io/json"
)

// failure is the answer to a question that is not understood or cannot be answered.
type failure struct {
	Error string `json:"error"`
}

// Serve answers every line of standard input. An error of answer, or a panic in it, is the answer
// to that line alone.
func Serve[Question, Answer any](answer func(Question) (Answer, error)) {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			check(encoder.Encode(reply(line, answer)))
			check(out.Flush())
		}
		if errors.Is(err, io.EOF) {
			return
		}
		check(err)
	}
}

// Decode reads JSON as the API server does: names of fields are case-sensitive, and a field that
// is unknown or given twice is an error.
func Decode(data []byte, into any) error {
	strict, err := kjson.UnmarshalStrict(data, into)
	return errors.Join(append(strict, err)...)
}

func reply[Question, Answer any](line []byte, answer func(Question) (Answer, error)) (result any) {
	defer func() {
		if caught := recover(); caught != nil {
			result = failure{fmt.Sprintf("panic: %v", caught)}
		}
	}()
	var question Question
	if err := Decode(line, &question); err != nil {
		return failure{err.Error()}
	}
	given, err := answer(question)
	if err != nil {
		return failure{err.Error()}
	}
	return given
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"podmoat/oracles/lines"
	"sigs.k8s.io/yaml"
)

// documents calls visit with every document of a YAML stream that is not empty.
func documents(stream []byte, visit func([]byte) error) error {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		asJSON, err := yaml.YAMLToJSONStrict(document)
		if err != nil {
			return err
		}
		if string(asJSON) == "null" {
			continue
		}
		if err := visit(asJSON); err != nil {
			return err
		}
	}
}

// check says what is wrong with the objects of a YAML stream, and how many there are.
func (known definitions) check(manifests []byte) (count int, wrong []string) {
	wrong = []string{}
	err := documents(manifests, func(document []byte) error {
		var object unstructured.Unstructured
		if err := object.UnmarshalJSON(document); err != nil {
			return err
		}
		if object.IsList() {
			return object.EachListItem(func(item runtime.Object) error {
				count++
				wrong = append(wrong, known.checkOne(*item.(*unstructured.Unstructured))...)
				return nil
			})
		}
		count++
		wrong = append(wrong, known.checkOne(object)...)
		return nil
	})
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	return count, wrong
}

// checkOne prefixes each message with the object's kind and name.
func (known definitions) checkOne(object unstructured.Unstructured) (wrong []string) {
	kind := object.GroupVersionKind()
	name := fmt.Sprintf("%s %s/%s", kind.GroupKind(), object.GetNamespace(), object.GetName())
	definition, found := known[kind]
	switch {
	case found:
		for _, err := range definition.validate(object.UnstructuredContent()) {
			wrong = append(wrong, name+": "+err)
		}
		if definition.namespaced != (object.GetNamespace() != "") {
			wrong = append(wrong, name+": a namespace where there must be none, or none")
		}
	case kind == schema.GroupVersionKind{Group: "networking.k8s.io", Version: "v1", Kind: "NetworkPolicy"}:
		// It has no schema of this form. Its fields are checked, not its values.
		data, err := object.MarshalJSON()
		if err == nil {
			err = lines.Decode(data, &networkingv1.NetworkPolicy{})
		}
		if err != nil {
			wrong = append(wrong, name+": "+err.Error())
		}
	default:
		wrong = append(wrong, name+": no schema for "+kind.String())
	}
	return wrong
}

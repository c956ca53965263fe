package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// definition is one version of a CustomResourceDefinition, ready to check objects.
type definition struct {
	namespaced bool
	structural *structural.Structural
	schema     validation.SchemaValidator
	// rules are x-kubernetes-validations; nil if there are none.
	rules *cel.Validator
}

type definitions map[schema.GroupVersionKind]*definition

// readDefinitions reads files, and all YAML files below folders. A kind that is defined twice is
// an error: the standard and the experimental channel of a project are not given together.
func readDefinitions(paths []string) (definitions, error) {
	known := definitions{}
	for _, path := range paths {
		err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || file != path && !strings.HasSuffix(file, ".yaml") {
				return err
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			return documents(text, func(document []byte) error {
				if err := known.add(document); err != nil {
					return fmt.Errorf("%s: %w", file, err)
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return known, nil
}

func (known definitions) add(document []byte) error {
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(document, &crd); err != nil {
		return err
	}
	if crd.Kind != "CustomResourceDefinition" {
		return fmt.Errorf("a %s, not a CustomResourceDefinition", crd.Kind)
	}
	for _, version := range crd.Spec.Versions {
		kind := schema.GroupVersionKind{
			Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
		if known[kind] != nil {
			return fmt.Errorf("%v is defined twice", kind)
		}
		ready, err := prepare(version)
		if err != nil {
			return fmt.Errorf("%v: %w", kind, err)
		}
		ready.namespaced = crd.Spec.Scope == apiextensionsv1.NamespaceScoped
		known[kind] = ready
	}
	return nil
}

func prepare(version apiextensionsv1.CustomResourceDefinitionVersion) (*definition, error) {
	if version.Schema == nil {
		return nil, fmt.Errorf("no schema")
	}
	var internal apiextensions.JSONSchemaProps
	err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(
		version.Schema.OpenAPIV3Schema, &internal, nil)
	if err != nil {
		return nil, err
	}
	shape, err := structural.NewStructural(&internal)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(&internal)
	if err != nil {
		return nil, err
	}
	return &definition{
		structural: shape, schema: validator,
		rules: cel.NewValidator(shape, true, celconfig.PerCallLimit),
	}, nil
}

// validate does what the API server does with an object that is created, and reports unknown
// fields, which it would warn of and drop.
func (d *definition) validate(object map[string]any) (wrong []string) {
	defaulting.Default(object, d.structural)
	unknown := pruning.PruneWithOptions(object, d.structural, true,
		structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, path := range unknown {
		wrong = append(wrong, path+": unknown field")
	}
	errors := validation.ValidateCustomResource(nil, object, d.schema)
	errors = append(errors, objectmeta.Validate(nil, object, d.structural, true)...)
	errors = append(errors, listtype.ValidateListSetsAndMaps(nil, d.structural, object)...)
	if d.rules != nil && len(errors) == 0 {
		broken, _ := d.rules.Validate(
			context.Background(), nil, d.structural, object, nil, celconfig.RuntimeCELCostBudget)
		errors = append(errors, broken...)
	}
	for _, err := range errors {
		wrong = append(wrong, err.Error())
	}
	return wrong
}

// Prints the methods, parameters and fields of Compute v1 as a table, from the discovery document in the Go module
// google.golang.org/api.
//
// Each line is of one of three forms; a name that is unset is a dash:
//
//	parameters NAME…                                      those that every method takes
//	method ID HTTP-METHOD PATH REQUEST RESPONSE NAME…     with the schemas of both bodies, and the query parameters
//	schema NAME FIELD…                                    a field is NAME, or NAME:SCHEMA, NAME:{} or NAME:{SCHEMA} (maps)
//
// A list is printed as what it is a list of, and a schema inside a field gets the name of that field.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Where the discovery documents are found.
const (
	module = "google.golang.org/api"
	name   = "compute/v1/compute-api.json"
)

// The last version of what callers get who name no version of the API, and the newest.
var versions = []string{"v0.297.0", "v0.313.0"}

type document struct {
	Revision   string
	Parameters map[string]parameter
	Resources  map[string]resource
	Schemas    map[string]schema
}

type resource struct {
	Methods   map[string]method
	Resources map[string]resource
}

type method struct {
	ID         string
	HTTPMethod string `json:"httpMethod"`
	Path       string
	Parameters map[string]parameter
	Request    schema
	Response   schema
}

type parameter struct {
	Location string
}

type schema struct {
	Ref                  string `json:"$ref"`
	Properties           map[string]schema
	Items                *schema
	AdditionalProperties *schema
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	var doc document
	var revisions []string
	for _, version := range versions {
		one, err := read(version)
		if err != nil {
			return err
		}
		revisions = append(revisions, fmt.Sprintf("%s (%s)", one.Revision, version))
		doc.add(one)
	}
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(out, "# All methods, parameters and fields of Compute v1, by", name, "of", module+",")
	fmt.Fprintln(out, "# revisions", strings.Join(revisions, " and "), "put together.")
	fmt.Fprintln(out, "# Made by `make compute-api`; tools/compute-api/main.go tells the form.")
	line(out, "parameters", slices.Sorted(maps.Keys(doc.Parameters))...)
	for _, one := range sorted(methods(doc.Resources)) {
		var query []string
		for name, parameter := range one.Parameters {
			if parameter.Location == "query" {
				query = append(query, name)
			}
		}
		slices.Sort(query)
		head := []string{one.ID, one.HTTPMethod, one.Path, orDash(one.Request.Ref), orDash(one.Response.Ref)}
		line(out, "method", append(head, query...)...)
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Schemas)) {
		printSchema(out, name, doc.Schemas[name])
	}
	return out.Flush()
}

// read reads the discovery document that a version of the module brings along.
func read(version string) (document, error) {
	var doc document
	// Named with its version, Go fetches a module that this one does not depend on, and checks its sum.
	found, err := exec.Command("go", "mod", "download", "-json", module+"@"+version).Output()
	if err != nil {
		return doc, fmt.Errorf("fetching %s %s: %w", module, version, err)
	}
	var folder struct{ Dir string }
	if err := json.Unmarshal(found, &folder); err != nil {
		return doc, fmt.Errorf("looking for %s: %w", module, err)
	}
	text, err := os.ReadFile(filepath.Join(folder.Dir, name))
	if err != nil {
		return doc, err
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return doc, fmt.Errorf("decoding %s of %s: %w", name, version, err)
	}
	return doc, nil
}

// add adds what another document has beyond this one.
func (doc *document) add(other document) {
	doc.Parameters = union(doc.Parameters, other.Parameters, first)
	doc.Resources = union(doc.Resources, other.Resources, joinResources)
	doc.Schemas = union(doc.Schemas, other.Schemas, joinSchemas)
}

func joinResources(a, b resource) resource {
	a.Methods = union(a.Methods, b.Methods, func(a, b method) method {
		a.Parameters = union(a.Parameters, b.Parameters, first)
		return a
	})
	a.Resources = union(a.Resources, b.Resources, joinResources)
	return a
}

func joinSchemas(a, b schema) schema {
	if a.Items != nil && b.Items != nil {
		joined := joinSchemas(*a.Items, *b.Items)
		a.Items = &joined
	}
	a.Properties = union(a.Properties, b.Properties, joinSchemas)
	return a
}

func first(a, _ parameter) parameter { return a }

// union has what either has; what both have is joined.
func union[T any](a, b map[string]T, join func(a, b T) T) map[string]T {
	all := maps.Clone(b)
	for name, one := range a {
		if other, both := b[name]; both {
			one = join(one, other)
		}
		if all == nil {
			all = map[string]T{}
		}
		all[name] = one
	}
	return all
}

func methods(resources map[string]resource) []method {
	var all []method
	for _, one := range resources {
		all = append(all, slices.Collect(maps.Values(one.Methods))...)
		all = append(all, methods(one.Resources)...)
	}
	return all
}

func sorted(all []method) []method {
	slices.SortFunc(all, func(a, b method) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// printSchema prints a schema and those inside its fields.
func printSchema(out *bufio.Writer, name string, one schema) {
	fields := slices.Sorted(maps.Keys(one.Properties))
	inner := map[string]schema{}
	words := []string{name}
	for _, field := range fields {
		words = append(words, field+kind(name+"."+field, one.Properties[field], inner))
	}
	line(out, "schema", words...)
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		printSchema(out, name, inner[name])
	}
}

// kind says what is in a field, and collects the schema that it holds itself as `name`.
func kind(name string, field schema, inner map[string]schema) string {
	for field.Items != nil {
		field = *field.Items
	}
	switch {
	case field.Ref != "":
		return ":" + field.Ref
	case field.Properties != nil:
		inner[name] = field
		return ":" + name
	case field.AdditionalProperties != nil:
		return ":{" + strings.TrimPrefix(kind(name, *field.AdditionalProperties, inner), ":") + "}"
	default:
		return ""
	}
}

func line(out *bufio.Writer, form string, words ...string) {
	fmt.Fprintln(out, strings.Join(append([]string{form}, words...), " "))
}

func orDash(name string) string {
	if name == "" {
		return "-"
	}
	return name
}

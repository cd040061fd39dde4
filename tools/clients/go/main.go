// A program on Google's client for Go, google.golang.org/api/compute/v1: it makes the calls that it reads as lines of JSON from
// standard input, waits for what they start, and prints a line of JSON for each (../README.md tells the form).
//
// usage: client-go PROJECT [ENDPOINT]
//
// Without ENDPOINT, where it calls and with which credentials is left to the client.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	compute "google.golang.org/api/compute/v1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
)

type request struct {
	Call       string
	At         [][2]string
	Body       json.RawMessage
	Filter     string
	MaxResults int64
}

type client struct {
	project string
	service *compute.Service
}

// An operation that ended with an error.
type failed struct{ *compute.OperationErrorErrors }

func (f failed) Error() string { return f.Message }

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: client-go PROJECT [ENDPOINT]")
		os.Exit(2)
	}
	var options []option.ClientOption
	if len(os.Args) > 2 {
		options = append(options, option.WithEndpoint(os.Args[2]+"/compute/v1/"), option.WithoutAuthentication())
	}
	service, err := compute.NewService(context.Background(), options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "client-go:", err)
		os.Exit(1)
	}
	client := client{os.Args[1], service}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		out.Encode(client.answer(lines.Bytes()))
	}
}

func (c client) answer(line []byte) map[string]any {
	var request request
	err := json.Unmarshal(line, &request)
	var result any
	if err == nil {
		result, err = c.call(request)
	}
	if err == nil {
		return map[string]any{"result": result}
	}
	var refused *googleapi.Error
	var failed failed
	switch {
	case errors.As(err, &refused):
		return map[string]any{"error": refused.Code, "message": refused.Message}
	case errors.As(err, &failed):
		return map[string]any{"error": failed.Code, "message": failed.Message}
	default:
		return map[string]any{"error": "client", "message": err.Error()}
	}
}

// Finds the method by its name. In Go it takes the parts of the path in their order, and then the body.
func (c client) call(request request) (any, error) {
	collection, name, _ := strings.Cut(request.Call, ".")
	services := reflect.ValueOf(c.service).Elem()
	method := services.FieldByName(capital(collection)).MethodByName(capital(name))
	arguments := []reflect.Value{reflect.ValueOf(c.project)}
	for _, part := range request.At {
		arguments = append(arguments, reflect.ValueOf(part[1]))
	}
	if request.Body != nil {
		body := reflect.New(method.Type().In(len(arguments)).Elem())
		if err := decode(request.Body, body); err != nil {
			return nil, err
		}
		arguments = append(arguments, body)
	}
	call := method.Call(arguments)[0]
	if name == "list" {
		return items(call, request)
	}
	result, err := do(call)
	if operation, isOperation := result.(*compute.Operation); isOperation && err == nil {
		return c.wait(operation)
	}
	return result, err
}

func do(call reflect.Value) (any, error) {
	returned := call.MethodByName("Do").Call(nil)
	err, _ := returned[1].Interface().(error)
	return returned[0].Interface(), err
}

// Names of what is on all pages.
func items(call reflect.Value, request request) ([]string, error) {
	if request.Filter != "" {
		call.MethodByName("Filter").Call([]reflect.Value{reflect.ValueOf(request.Filter)})
	}
	if request.MaxResults != 0 {
		call.MethodByName("MaxResults").Call([]reflect.Value{reflect.ValueOf(request.MaxResults)})
	}
	names := []string{}
	pages := call.MethodByName("Pages")
	each := reflect.MakeFunc(pages.Type().In(1), func(page []reflect.Value) []reflect.Value {
		items := page[0].Elem().FieldByName("Items")
		for i := range items.Len() {
			names = append(names, items.Index(i).Elem().FieldByName("Name").String())
		}
		return []reflect.Value{reflect.Zero(reflect.TypeFor[error]())}
	})
	err, _ := pages.Call([]reflect.Value{reflect.ValueOf(context.Background()), each})[0].Interface().(error)
	return names, err
}

func (c client) wait(operation *compute.Operation) (*compute.Operation, error) {
	var err error
	for err == nil && operation.Status != "DONE" {
		switch {
		case operation.Zone != "":
			operation, err = c.service.ZoneOperations.Wait(c.project, last(operation.Zone), operation.Name).Do()
		case operation.Region != "":
			operation, err = c.service.RegionOperations.Wait(c.project, last(operation.Region), operation.Name).Do()
		default:
			operation, err = c.service.GlobalOperations.Wait(c.project, operation.Name).Do()
		}
	}
	if err == nil && operation.Error != nil {
		err = failed{operation.Error.Errors[0]}
	}
	return operation, err
}

// Decodes a body. What is false, zero or empty in it must be named, or the client does not send it.
func decode(text json.RawMessage, body reflect.Value) error {
	if err := json.Unmarshal(text, body.Interface()); err != nil {
		return err
	}
	var sent map[string]json.RawMessage
	if err := json.Unmarshal(text, &sent); err != nil {
		return err
	}
	force := body.Elem().FieldByName("ForceSendFields")
	for i := range body.Elem().NumField() {
		field := body.Elem().Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if _, isSent := sent[name]; isSent {
			force.Set(reflect.Append(force, reflect.ValueOf(field.Name)))
		}
	}
	return nil
}

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func last(url string) string { return url[strings.LastIndex(url, "/")+1:] }

"""A program on Google's client google-cloud-compute: it makes the calls that it reads as lines of JSON."""

import inspect
import json
import re
import typing

from google.api_core.exceptions import GoogleAPICallError
from google.auth.credentials import AnonymousCredentials
from google.cloud import compute_v1

from lines import Failed, arguments, serve

PROJECT, ENDPOINT = arguments("compute.py")


def client(collection):
    kind = getattr(compute_v1, collection[0].upper() + collection[1:] + "Client")
    if ENDPOINT is None:
        return kind()
    return kind(client_options={"api_endpoint": ENDPOINT}, credentials=AnonymousCredentials())


def call(call, at=(), body=None, filter=None, maxResults=None):
    collection, name = call.split(".")
    service, name = client(collection), re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)
    request = message(getattr(service, name), at, body, filter, maxResults)
    try:
        if name == "list":
            return [item.name for item in service.list(request)]
        if not hasattr(service, name + "_unary"):
            return plain(getattr(service, name)(request))
        return plain(wait(service, name, request))
    except GoogleAPICallError as error:
        # Of an operation that failed the client tells the status alone; the operation comes with it.
        operation = getattr(error.response, "error", None)
        for reason in operation.errors if operation else []:
            raise Failed(reason.code, reason.message) from error
        raise Failed(error.code, error.message) from error


def message(method, at, body, filter, max_results):
    """The request of a method, decoded from JSON by its own type, which its signature tells."""
    kind = typing.get_args(inspect.signature(method).parameters["request"].annotation)[0]
    fields = {"project": PROJECT, **dict(at)}
    if body is not None:
        fields[next(field for field in kind.meta.fields if field.endswith("_resource"))] = body
    if filter:
        fields["filter"] = filter
    if max_results:
        fields["maxResults"] = max_results
    return kind.from_json(json.dumps(fields))


def wait(service, name, request):
    """The operation that a method starts, when it is done.

    The client's own way calls Google, whatever endpoint it was told: it is taken where Google is called.
    """
    if ENDPOINT is None:
        operation = getattr(service, name)(request)
        operation.result(timeout=120)
        return compute_v1.Operation(name=operation.name)
    operation = getattr(service, name + "_unary")(request)
    place = {key: getattr(operation, key).rsplit("/", 1)[-1] for key in ("zone", "region") if getattr(operation, key)}
    operations = client(f"{next(iter(place), 'global')}Operations")
    while operation.status != compute_v1.Operation.Status.DONE:
        operation = operations.wait(project=PROJECT, operation=operation.name, **place)
    if operation.error.errors:
        raise Failed(operation.error.errors[0].code, operation.error.errors[0].message)
    return operation


def plain(value):
    return json.loads(type(value).to_json(value, always_print_fields_with_no_presence=False))


serve(call)

"""A program on Google's client google-api-python-client: it makes the calls that it reads as lines of JSON."""

from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from lines import Failed, arguments, serve

PROJECT, ENDPOINT = arguments("discovery.py")
OPTIONS = {"client_options": {"api_endpoint": f"{ENDPOINT}/compute/v1/"}, "credentials": AnonymousCredentials()}
COMPUTE = build("compute", "v1", **OPTIONS if ENDPOINT else {})


def call(call, at=(), body=None, **query):
    collection, name = call.split(".")
    service = getattr(COMPUTE, collection)()
    if body is not None:
        query["body"] = body
    request = getattr(service, name)(project=PROJECT, **dict(at), **query)
    if name == "list":
        return list(items(service, request))
    result = execute(request)
    return wait(result) if result["kind"] == "compute#operation" else result


def execute(request):
    try:
        return request.execute()
    except HttpError as error:
        raise Failed(error.status_code, error.reason) from error


def items(service, request):
    while request is not None:
        page = execute(request)
        yield from (item["name"] for item in page.get("items", []))
        request = service.list_next(request, page)


def wait(operation):
    place = {key: operation[key].rsplit("/", 1)[-1] for key in ("zone", "region") if key in operation}
    operations = getattr(COMPUTE, f"{next(iter(place), 'global')}Operations")()
    while operation["status"] != "DONE":
        operation = execute(operations.wait(project=PROJECT, operation=operation["name"], **place))
    for error in operation.get("error", {}).get("errors", []):
        raise Failed(error["code"], error["message"])
    return operation


serve(call)

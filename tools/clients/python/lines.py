"""Lines of JSON: what the programs on Google's clients for Python have in common (../README.md tells the form)."""

import json
import sys


class Failed(Exception):
    """A call or an operation that was refused, with Google's code for it."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def serve(call):
    """Answers each line of standard input by what `call` returns for it, or by the error that it raises."""
    for line in sys.stdin:
        try:
            answer = {"result": call(**json.loads(line))}
        except Failed as failed:
            answer = {"error": failed.code, "message": str(failed)}
        except Exception as error:  # A client that breaks is a finding: the next line may go well.
            answer = {"error": "client", "message": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def arguments(usage):
    """Project and endpoint of the command line; the endpoint may be absent."""
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(f"usage: {usage} PROJECT [ENDPOINT]")
    return (sys.argv[1:] + [None])[:2]

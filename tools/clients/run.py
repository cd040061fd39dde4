#!/usr/bin/env python3
"""Google's own clients, unchanged, against the fake cloud: each makes the calls of operations.json, and what came of them is a table.

Each client is tried twice, in a world of its own: told of the fake's endpoint, and not told of anything, through its HTTPS proxy.
Exit code: 0 if all went as the table of operations says and the page is up to date, 1 otherwise, 2 if something is missing.
"""

import argparse
import contextlib
import json
import pathlib
import sys

import clients
from table import page
from world import WAYS, World

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "fake-gcp" / "docs" / "clients.md"


def main():
    options = parse()
    steps = json.loads((HERE / "operations.json").read_text())
    options.programs.mkdir(parents=True, exist_ok=True)
    results = {}
    for client in clients.ALL:
        if options.client and client.name not in options.client:
            continue
        if absent := client.absent():
            print(f"{client.name}: skipped: {absent} is not installed", flush=True)
            continue
        client.build(options.programs)
        if lacks_any(client, steps):
            clients.STAND_IN.build(options.programs)
        for way in WAYS:
            results[client.name, way] = run(client, way, steps, options)
    if not results:
        print("error: no client was tried", file=sys.stderr)
        return 2
    before = PAGE.read_text() if PAGE.exists() else ""
    text = page(steps, results, clients.ALL, before)
    print(text.partition("\n| ")[2].join(["| ", ""]))
    cells = [cell for column in results.values() for cell in column]
    passed, failed = cells.count("ok"), sum(cell not in ("ok", None) for cell in cells)
    if options.update and not failed:
        PAGE.write_text(text)
    elif text != before:
        path = PAGE.relative_to(ROOT)
        print(f"error: {path} differs from this: make test-clients UPDATE=1 writes it", file=sys.stderr)
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def lacks_any(client, steps):
    """Whether there are calls that a client cannot make, for which another one must stand in."""
    return any(client.name in step.get("lacks", {}) for step in steps)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fake", required=True, metavar="FILE", help="the program fake-gcp")
    parser.add_argument(
        "--programs", required=True, metavar="FOLDER", type=pathlib.Path, help="where the clients' programs are built"
    )
    names = [client.name for client in clients.ALL]
    parser.add_argument("--client", action="append", choices=names, help="only this one; may be given several times")
    parser.add_argument("--update", action="store_true", help="write fake-gcp/docs/clients.md anew if nothing failed")
    parser.add_argument("--verbose", action="store_true", help="print what was asked and answered")
    return parser.parse_args()


def run(client, way, steps, options):
    """What came of each step: ok, None if the client cannot make the call, else what is wrong."""
    print(f"{client.name}, {way}: ", end="", flush=True)
    cells, saved = [], {}
    with contextlib.ExitStack() as stack:
        world = stack.enter_context(World(options.fake, HERE / "fixture.yaml", way))
        program = stack.enter_context(client.start(world, options.programs))
        stand_in = lacks_any(client, steps) and stack.enter_context(clients.STAND_IN.start(world, options.programs))
        for step in steps:
            is_able = client.name not in step.get("lacks", {})
            asked = fill(step, saved)
            answer = (program if is_able else stand_in).ask(asked)
            wrong = check(step, answer, client)
            if not wrong:
                saved |= {name: at(answer["result"], pointer) for name, pointer in step.get("save", {}).items()}
            cells.append(wrong or ("ok" if is_able else None))
            print("F" if wrong else ".", end="", flush=True)
            if wrong or options.verbose:
                print(f"\n  {step['kind']}: {step['does']}: {wrong or 'ok'}")
                print(f"    asked {json.dumps(asked)}\n    answered {json.dumps(answer)}", flush=True)
    print(f" {cells.count('ok')} of {len(steps)}", flush=True)
    return cells


def fill(step, saved):
    """The request of a step, with ${name} replaced by what was saved under that name."""
    asked = ("call", "at", "body", "filter", "maxResults", "gcloud")
    text = json.dumps({key: step[key] for key in asked if key in step})
    for name, value in saved.items():
        text = text.replace("${" + name + "}", value)
    return json.loads(text)


def check(step, answer, client):
    """What is wrong with an answer; nothing: None."""
    if "fails" in step:
        code, message = step["fails"]
        if "error" not in answer:
            return f"was not refused with {code}"
        told = client.tells(code, answer) and message in answer["message"]
        return None if told else f"was not refused with {code} ({message}) but {answer}"
    if "error" in answer:
        return f"{answer['error']}: {answer['message']}"
    if "names" in step and answer["result"] != step["names"]:
        return f"lists {answer['result']}, not {step['names']}"
    for pointer, value in step.get("see", {}).items():
        seen = at(answer["result"], pointer)
        # Clients leave out what is false or empty.
        if seen != value and (seen or value):
            return f"{pointer} is {seen!r}, not {value!r}"
    return None


def at(value, pointer):
    """What a JSON pointer leads to; None if there is nothing."""
    for part in pointer.split("/")[1:]:
        try:
            value = value[int(part) if isinstance(value, list) else part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


if __name__ == "__main__":
    sys.exit(main())

"""The clients: how each is started, and asked."""

import json
import pathlib
import shutil
import subprocess

from world import ENDPOINT, PROJECT

HERE = pathlib.Path(__file__).resolve().parent


class Program:
    """A program on one of Google's libraries: reads a line of JSON for each call, and prints one."""

    def __init__(self, name, title, builds, command):
        """`builds` and `command` are words in which {here} stands for this folder, and {built} for where programs are built."""
        self.name, self.title, self.builds, self.command = name, title, builds, command

    def absent(self):
        """The tool that it is built with, if it is not there."""
        tool = self.builds[0].split()[0]
        return None if shutil.which(tool) else tool

    def build(self, programs):
        for command in self.builds:
            # In its folder, so that the versions of tools that are pinned above it are taken.
            subprocess.run(words(command, programs), cwd=HERE, check=True)

    def start(self, world, programs):
        endpoint = [world.url] if world.way == ENDPOINT else []
        return Conversation(words(self.command, programs) + [PROJECT] + endpoint, world.variables)

    def tells(self, code, answer):
        """Whether an answer has the code of an error: a number, or the name that an operation ended with."""
        return code == answer["error"]


def words(command, programs):
    return [word.format(here=HERE, built=programs.absolute()) for word in command.split()]


class Conversation:
    """A program that runs."""

    def __init__(self, command, variables):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=variables
        )

    def ask(self, request):
        sent = {key: value for key, value in request.items() if key != "gcloud"}
        print(json.dumps(sent), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "client", "message": "the program ended"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


class Gcloud:
    """gcloud: its commands are in the table beside the calls that they stand for."""

    name, title = "gcloud", "gcloud"

    def absent(self):
        return None if shutil.which("gcloud") else "gcloud"

    def build(self, _):
        pass

    def start(self, world, _):
        return Commands(world.variables)

    def tells(self, code, answer):
        # It prints the message alone.
        return True


class Commands:
    """Commands of gcloud, one after the other."""

    def __init__(self, variables):
        self.variables = variables

    def ask(self, request):
        # An empty word at the end is one: --aliases with nothing.
        command = ["gcloud"] + request["gcloud"].split(" ") + ["--quiet", "--format", "json"]
        ran = subprocess.run(command, env=self.variables, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if ran.returncode:
            return {"error": "gcloud", "message": ran.stderr.strip()}
        result = json.loads(ran.stdout or "null")
        return {"result": [item["name"] for item in result] if "list" in command else result}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


PYTHON = [
    "python3 -m venv {built}/python",
    "{built}/python/bin/pip install --quiet --require-hashes --requirement python/requirements.txt",
]

ALL = [
    Program("go", "Go: google.golang.org/api", ["go -C go build -o {built}/client-go ."], "{built}/client-go"),
    Program("python", "Python: google-cloud-compute", PYTHON, "{built}/python/bin/python -B {here}/python/compute.py"),
    Program(
        "discovery", "Python: google-api-python-client", PYTHON, "{built}/python/bin/python -B {here}/python/discovery.py"
    ),
    Program(
        "rust",
        "Rust: google-cloud-compute-v1",
        ["cargo build --quiet --locked --manifest-path rust/Cargo.toml --target-dir {built}/rust"],
        "{built}/rust/debug/client-rust",
    ),
    Gcloud(),
]

# Makes the calls that a client cannot make, so that the world goes on as for the others. It sends whatever it is told.
STAND_IN = ALL[2]

"""A fake cloud of its own for each run of a client."""

import json
import os
import pathlib
import subprocess
import tempfile

PROJECT = "my-project"

# How a client finds it.
WAYS = ENDPOINT, PROXY = "endpoint", "proxy"

# Operations take as long as Google's, and a hundredth of that in truth: clients have to wait for them.
PACE = ["--latency", "recorded", "--clock", "scaled=100"]


class World:
    """A running fake cloud, and the variables by which a client finds it."""

    def __init__(self, fake, fixture, way):
        self.way = way
        self.files = tempfile.TemporaryDirectory()
        self.is_proxy = ["--https-proxy", "--client-files", self.files.name] if way == PROXY else []
        # Through the proxy callers show credentials, as they do to Google.
        callers = [] if way == PROXY else ["--authentication", "anonymous"]
        command = [fake, "serve", "--project", PROJECT, "--fixture-file", str(fixture), "--exit-with-stdin"]
        self.process = subprocess.Popen(
            command + PACE + callers + self.is_proxy, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.variables = self.find(fake)

    def find(self, fake):
        """What `fake-gcp env` prints, and otherwise nothing of what somebody has who calls Google."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLOUDSDK_", "GOOGLE_"))}
        command = [fake, "env", "--url", self.url, "--project", PROJECT, "--format", "json"]
        found = subprocess.run(command + self.is_proxy, stdout=subprocess.PIPE, check=True)
        home = pathlib.Path(self.files.name, "home")
        home.mkdir()
        return kept | {"HOME": str(home), "CLOUDSDK_CONFIG": str(home)} | json.loads(found.stdout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.files.cleanup()

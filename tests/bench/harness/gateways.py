"""What calls of models are compared with: the provider itself, nginx, and a bare gateway."""

import json
import re
import shutil
from pathlib import Path

import machine
from anchor import TOKEN, accepts
from wrk import Load, Target

CONFIGURATION = Path(__file__).resolve().parent.parent / "nginx.conf"
PATH = "/v1/chat/completions"
MODEL = "gpt-4o-mini"
QUESTION = (
    "Summarise the following support ticket in two sentences and suggest the next action for the agent."
)


def chat(*, stream=False, model=MODEL, text=""):
    """The body of a call; `text` makes it longer."""
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": QUESTION + text},
    ]
    body = {"model": model, "messages": messages, "temperature": 0.2, "max_tokens": 256}
    if stream:
        body["stream"] = True
    return json.dumps(body, separators=(",", ":"))


class Program:
    """A program that answers calls: it has a `NAME`, a `target` and a `process`."""

    def load(self, connections, suffix="", **body):
        """Calls; `suffix` ends the name of the load."""
        target = self.target_of(body.get("stream", False))
        return Load(self.NAME + suffix, target, PATH, connections, "POST", chat(**body))

    def target_of(self, is_stream):
        return self.target

    def stop(self):
        self.process.stop()


class Models(Program):
    """A provider that answers at once."""

    NAME = "provider alone"

    def __init__(self, bench):
        self.port = machine.free_port()
        command = [bench.options.anchors, "models", self.port]
        self.process = bench.processes.start(
            "models", command, core=bench.options.client_core, is_real_time=bench.is_real_time
        )
        self.process.wait_until(lambda: accepts(self.port))
        self.target = Target(f"http://127.0.0.1:{self.port}", {}, {"server": self.process})


class Bare(Program):
    """Bare actix and reqwest: a token, another key, the same bytes."""

    NAME = "actix and reqwest"

    def __init__(self, bench, provider):
        self.port = machine.free_port()
        command = [bench.options.anchors, "proxy", self.port, provider.target.address + PATH, TOKEN]
        self.process = bench.processes.start(
            "bare", command, core=bench.options.server_core, is_real_time=bench.is_real_time
        )
        self.process.wait_until(lambda: accepts(self.port))
        headers = {"authorization": f"Bearer {TOKEN}"}
        self.target = Target(f"http://127.0.0.1:{self.port}", headers, {"server": self.process})


class Nginx(Program):
    """nginx with kept connections to the provider, which replaces one header."""

    NAME = "nginx"

    def __init__(self, bench, provider):
        folder = bench.folder / "run" / "nginx"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.whole, self.streams = machine.free_port(), machine.free_port()
        values = {
            "FOLDER": folder,
            "PROVIDER": provider.port,
            "WHOLE": self.whole,
            "STREAMS": self.streams,
        }
        text = re.sub(
            r"\b(FOLDER|PROVIDER|WHOLE|STREAMS)\b",
            lambda word: str(values[word[1]]),
            CONFIGURATION.read_text(),
        )
        (folder / "nginx.conf").write_text(text)
        command = [bench.options.nginx, "-c", folder / "nginx.conf", "-p", folder]
        self.process = bench.processes.start(
            "nginx", command, core=bench.options.server_core, is_real_time=bench.is_real_time
        )
        self.process.wait_until(lambda: accepts(self.whole) and accepts(self.streams))

    def target_of(self, is_stream):
        port = self.streams if is_stream else self.whole
        return Target(f"http://127.0.0.1:{port}", {}, {"server": self.process})

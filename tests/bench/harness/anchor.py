"""The programs that the server is compared with."""

import json
import shutil
import socket

import machine
from wrk import Load, Target

TOKEN = "bench-anchor-0123456789abcdef0123456789abcdef"
CREATE = json.dumps({"name": "Support assistant {n}", "api_key": "sk-bench-{n}-0123456789012345678901"})


class Registry:
    """Bare actix with a token, a point read and a create on SQLite."""

    def __init__(self, bench):
        folder = bench.folder / "run" / "anchor"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        port = machine.free_port()
        log = folder / "id"
        command = [bench.options.anchors, "registry", port, folder / "anchor.db", TOKEN]
        self.process = bench.processes.start(
            "anchor", command, core=bench.options.server_core, is_real_time=bench.is_real_time, log=log
        )
        self.process.wait_until(lambda: accepts(port))
        self.id = log.read_text().split()[0]
        headers = {"authorization": f"Bearer {TOKEN}"}
        self.target = Target(f"http://127.0.0.1:{port}", headers, {"server": self.process})

    def token_only(self, connections):
        return Load("actix, token only", self.target, "/token", connections)

    def get(self, connections):
        return Load("actix, SQLite read", self.target, f"/configs/{self.id}", connections)

    def create(self, connections):
        return Load("actix, SQLite create", self.target, "/configs", connections, "POST", CREATE)

    def stop(self):
        self.process.stop()


class Provider:
    """A provider on loopback that knows one key."""

    KEY = "sk-bench-provider-0123456789"

    def __init__(self, bench):
        self.port = machine.free_port()
        command = [bench.options.anchors, "provider", self.port, self.KEY]
        self.process = bench.processes.start(
            "provider", command, core=bench.options.client_core, is_real_time=bench.is_real_time
        )
        self.process.wait_until(lambda: accepts(self.port))

    def stop(self):
        self.process.stop()


def accepts(port):
    """Whether a program listens at the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

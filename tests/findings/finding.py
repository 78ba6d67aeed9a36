"""What the tests of findings share: the line that each prints, our server of either commit, a provider that
misbehaves, and the latency of ordinary requests."""

import argparse
import contextlib
import http.client
import os
import re
import resource
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "faults"))

from support import server as servers  # noqa: E402
from support.postgres import Cluster  # noqa: E402
from support.run import Failed, Run  # noqa: E402
from support.server import ROOT_TOKEN  # noqa: E402

TOKEN = re.compile(r"\bgm_[a-z2-7]{52}\b")


def main(number, test):
    """Runs the test of a finding. It returns its figures; those of a failure are in the message."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True, help="the server")
    parser.add_argument("--postgres", type=Path, required=True, help="the folder of PostgreSQL's programs")
    options = parser.parse_args()
    # So that the processes of the run end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    name = Path(sys.argv[0]).stem
    with contextlib.ExitStack() as undo:
        run = Run(name, options, undo)
        try:
            print(f"ok {number} {name}: {test(run)}", flush=True)
        except (Failed, OSError, http.client.HTTPException) as failure:
            print(
                f"FAILED {number} {name}: {failure if isinstance(failure, Failed) else repr(failure)}",
                flush=True,
            )
            sys.exit(1)


def has_setting(run, flag):
    """Whether the server has a setting; servers of two commits differ."""
    return flag in subprocess.run([run.binary, "serve", "--help"], capture_output=True, text=True).stdout


class Server(servers.Server):
    """A server of either commit. `ROOT_TOKEN` stands for its root token, also where it has printed one
    because it cannot be given one."""

    root_token = ROOT_TOKEN

    def __init__(self, run, name="server", **settings):
        super().__init__(run, name, **settings)
        if not has_setting(run, "--bootstrap-token-file"):
            # Printed by the first start on a database.
            if printed := TOKEN.search((run.folder / f"{name}.log").read_text()):
                self.root_token = printed[0]

    def request(self, method, path, body=None, token=ROOT_TOKEN, **options):
        token = self.root_token if token == ROOT_TOKEN else token
        return super().request(method, path, body, token, **options)

    def create_user(self, name):
        """A user with the role USER: the token."""
        body = {"email": f"{name}@example.com", "firstName": name, "lastName": "Tester"}
        user = self.request("POST", "/organization/users", body).expect(200, 201)["data"]["id"]
        return self.issue_token(user)[1]

    def create_llm_at(self, url, token, number=0, **members):
        """A configuration of a user at a provider; its id."""
        body = {**servers.llm(number), "endpointUrl": url, **members}
        return self.request("POST", "/v1/llms", body, token).expect(201)["llm"]["llmId"]

    def create_ai_llm(self, url):
        """A configuration of a new workspace at a provider; its id."""
        workspace = self.request("POST", "/workspace", {"name": "team"}).expect(200, 201)["workspace"]["id"]
        body = {"name": "good", "aiType": "OPENAI", "endpoint": url, "workspaceId": workspace}
        body["secret"] = "sk-faults-1-0123456789"
        return self.request("POST", "/ai/llm", body).expect(200, 201)["aiLlmId"]

    def available(self):
        """How many configurations of workspaces are available."""
        return len(self.request("GET", "/ai/llm/available").expect(200)["aiLlms"])

    def kept_checks(self, llm, token=ROOT_TOKEN):
        """How many checks of a configuration are kept; at most 20 are."""
        path = f"/llm-config/v1/configs/{llm}/checks"
        return len(self.request("GET", path, token=token).expect(200)["checks"])

    def check(self, llm, token=ROOT_TOKEN, **options):
        return self.request("POST", f"/llm-config/v1/configs/{llm}/checks", {}, token, **options)

    def ping(self, llm, token, seconds, **options):
        body = {"targetId": llm, "timeoutMs": seconds * 1000}
        return self.request("POST", "/v1/ping:once", body, token, timeout=seconds + 30, **options)

    def memory(self, member="VmRSS"):
        """The memory of the process in MiB, or another number of KiB of its status."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{member}:\s+(\d+) kB", status, re.MULTILINE)[1]) / 1024

    def cpu_seconds(self):
        """The processor time that the process has spent."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Provider(socketserver.ThreadingTCPServer):
    """A provider on this machine. `script(connection, request)` writes the answer to each request, with
    whatever bytes it likes; afterwards the connection ends. To a server, all ports of an address are one
    host."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512

    def __init__(self, run, script, address="127.0.0.1"):
        self.script = script
        self.requests = 0
        super().__init__((address, 0), Exchange)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        run.undo.callback(self.shutdown)

    @property
    def host(self):
        return "{}:{}".format(*self.server_address)

    @property
    def url(self):
        return f"http://{self.host}/v1"

    def handle_error(self, *_):
        """A server that ends its connection is no error."""


class Exchange(socketserver.StreamRequestHandler):
    """One connection to the provider."""

    def handle(self):
        head = b""
        while line := self.rfile.readline():
            head += line
            if line == b"\r\n":
                break
        if length := re.search(rb"content-length: (\d+)", head, re.IGNORECASE):
            head += self.rfile.read(int(length[1]))
        if head:
            self.server.requests += 1
            self.server.script(self.connection, head)


def respond(connection, body, status="200 OK"):
    """A whole answer of JSON."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    connection.sendall(head.encode() + b"connection: close\r\n\r\n" + body)


def refuse(connection, _request):
    """The script of a provider that accepts no key."""
    refusal = b'{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}'
    respond(connection, refusal, "401 Unauthorized")


def answer_well(connection, request):
    """The script of a provider that works."""
    if b"Bearer sk-faults-" not in request:
        return refuse(connection, request)
    if request.startswith(b"GET"):
        return respond(connection, b'{"object":"list","data":[{"id":"gpt-4o-mini","object":"model"}]}')
    message = b'{"role":"assistant","content":"ok"}'
    choice = b'{"index":0,"finish_reason":"stop","message":' + message + b"}"
    respond(connection, b'{"id":"1","object":"chat.completion","created":1,"choices":[' + choice + b"]}")


def stay_silent(connection, _request):
    """The script of a provider that never answers; until the other side ends the connection."""
    connection.settimeout(120)
    connection.recv(1)


class Latency:
    """The latency of ordinary requests, which a thread of its own sends one after the other."""

    def __init__(self, run, server, requests, patience=20):
        """`requests` are pairs of a path and a token."""
        self.seconds, self.refused = [], 0
        self.is_ended = threading.Event()
        self.server, self.requests, self.patience = server, requests, patience
        self.thread = threading.Thread(target=self.measure, daemon=True)
        self.thread.start()
        run.undo.callback(self.is_ended.set)

    def measure(self):
        while not self.is_ended.is_set():
            for path, token in self.requests:
                sent_at = time.monotonic()
                try:
                    answer = self.server.request("GET", path, token=token, timeout=self.patience)
                    self.refused += answer.status != 200
                except (OSError, Failed, http.client.HTTPException):
                    self.refused += 1
                self.seconds.append(time.monotonic() - sent_at)
                time.sleep(0.01)

    def end(self):
        self.is_ended.set()
        self.thread.join()
        self.seconds.sort()
        return self

    @property
    def median(self):
        return self.seconds[len(self.seconds) // 2]

    @property
    def worst(self):
        return self.seconds[-1]


def in_threads(count, function):
    """Calls a function with each number below `count`, at once; their results, or what they have raised."""
    results = [None] * count

    def call(number):
        try:
            results[number] = function(number)
        except (OSError, Failed, http.client.HTTPException) as error:
            results[number] = error

    threads = [threading.Thread(target=call, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads, results


def start_on_both_databases(run, **settings):
    """A server on SQLite and one on PostgreSQL, by the names of the databases."""
    urls = {"SQLite": {}, "PostgreSQL": {"database_url": Cluster(run).url()}}
    return {name: Server(run, name, **url, **settings) for name, url in urls.items()}


def on_both_databases(run, measure, **settings):
    """Measures a server on SQLite and one on PostgreSQL at once. `measure(server)` returns the figures and
    whether they are right."""
    started = start_on_both_databases(run, **settings)
    threads, results = in_threads(len(started), lambda number: measure([*started.values()][number]))
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return judged(dict(zip(started, results)))


def judged(results):
    """The figures by the names of the databases, if all are right."""
    figures = "; ".join(f"{name}: {figures}" for name, (figures, _) in results.items())
    if not all(is_right for _, is_right in results.values()):
        raise Failed(figures)
    return figures


def open_files(count):
    """Lets this process and those that it starts open so many files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, max(hard, count)))


def is_closed(connection, seconds=0):
    """Whether the other side has ended a connection; what it has sent is thrown away."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
        return True
    except (BlockingIOError, TimeoutError):
        return False
    except OSError:
        return True


def request_text(method, path, token=None, **headers):
    """The head of a request, for a connection without a client library."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "host: 127.0.0.1",
        *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()),
    ]
    if token:
        lines.append(f"x-api-key: {token}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)

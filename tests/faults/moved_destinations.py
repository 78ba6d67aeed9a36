"""Configurations move between two origins, each time with the key of the new one, while others call and check
them.

Checks, on both databases: each of the two providers receives its own keys and no other, by model calls under
both base URLs, checks, pings and planned checks; a request that is refused is refused because its caller may
not, has changed nothing else, and never with a 5xx that is no 503. `REQUESTS` sets the number of requests.
"""

import collections
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from support import answers
from support.postgres import Cluster
from support.provider import send_json
from support.run import Failed, main, number_from_environment
from support.server import ROOT_TOKEN, TIMEOUT, Request, Server, llm

REQUESTS = number_from_environment("REQUESTS", 600)

CLIENTS = 8

CONFIGS = 4

MODEL = llm(0)["modelIdentifier"]


class Origin(ThreadingHTTPServer):
    """A provider that keeps the keys it receives, by the kind of the request."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, run, name):
        super().__init__(("127.0.0.1", 0), Handler)
        self.name, self.lock, self.keys = name, threading.Lock(), collections.Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()
        run.undo.callback(self.shutdown)

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def key(self, number):
        return f"sk-of-{self.name}-{number:08}-0123456789"

    def is_own(self, key):
        # Checks also send a key that no provider has issued.
        return "-of-" not in key or f"-of-{self.name}-" in key

    def handle_error(self, *_):
        """A client that leaves is no error."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def respond(self, content):
        key = (self.headers["authorization"] or "").removeprefix("Bearer ")
        with self.server.lock:
            self.server.keys[(self.command, key)] += 1
        send_json(self, 200, content)

    def do_GET(self):
        self.respond(answers.MODELS)

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.respond(answers.whole(answers.OPENAI, "hello", 1))

    def log_message(self, *_):
        pass


def move_to(origin, number):
    """The change that moves a configuration to an origin, with a new key."""
    secret = {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": origin.key(number)}}
    return {"endpointUrl": origin.endpoint, "credentials": secret}


def requests(origins, ids, numbers):
    """Random requests, each with its kind: half of them move a configuration."""
    for number in numbers:
        origin, llm_id = random.choice(origins), random.choice(ids)
        move = move_to(origin, number)
        without_key = {"endpointUrl": origin.endpoint}
        chat = {"model": MODEL, "messages": [{"role": "user", "content": "hello"}]}
        own_url = f"/llm-config/v1/configs/{llm_id}"
        yield random.choice(
            [("move", "PUT", f"/v1/llms/{llm_id}", move)] * 4
            + [
                ("call", "POST", f"{own_url}/openai/v1/chat/completions", chat),
                ("call", "POST", "/openai/v1/chat/completions", {**chat, "model": f"{llm_id}/{MODEL}"}),
                ("check", "POST", f"{own_url}/checks", {}),
                ("planned check", "POST", f"{own_url}/checks/planned", move),
                ("planned check without a key", "POST", f"{own_url}/checks/planned", without_key),
                ("ping", "POST", "/v1/ping:once", {"targetId": llm_id}),
            ]
        )


class Client(threading.Thread):
    def __init__(self, server, source, lock):
        super().__init__(daemon=True)
        self.server, self.source, self.lock = server, source, lock
        self.statuses, self.failure = collections.Counter(), None

    def run(self):
        try:
            while True:
                with self.lock:
                    kind, method, path, body = next(self.source)
                answer = Request(self.server.port, method, path, body, ROOT_TOKEN, timeout=TIMEOUT).answer()
                self.statuses[(kind, answer.status)] += 1
                if answer.status == 503:
                    answer.expect_unavailable()
                elif answer.status >= 500 and kind not in ("call", "ping"):
                    raise Failed(f"{method} {path}: {answer.status} {answer.body}")
        except StopIteration:
            pass
        except (OSError, Failed) as failure:
            self.failure = failure


def run_on(run, name, **settings):
    origins = [Origin(run, "a"), Origin(run, "b")]
    server = Server(run, f"server-{name}", **settings)
    ids = [server.create_llm(number) for number in range(CONFIGS)]
    # From the vendor's origin to one of the two.
    for number, llm_id in enumerate(ids):
        server.request("PUT", f"/v1/llms/{llm_id}", move_to(origins[0], number)).expect(200)
    source, lock = requests(origins, ids, range(CONFIGS, CONFIGS + REQUESTS)), threading.Lock()
    clients = [Client(server, source, lock) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
        if client.failure:
            raise Failed(str(client.failure))
    server.stop()
    received = collections.Counter()
    for origin in origins:
        for (method, key), count in origin.keys.items():
            if not origin.is_own(key):
                raise Failed(f"{origin.name} has received a key of the other origin: {key}")
            received[method] += count
    statuses = sum((client.statuses for client in clients), collections.Counter())
    if received["POST"] == 0 or statuses[("move", 200)] == 0:
        raise Failed(f"nothing was called or moved: {dict(statuses)}")
    kinds = collections.defaultdict(dict)
    for (kind, status), count in sorted(statuses.items()):
        kinds[kind][status] = count
    run.say(f"{name}: {dict(kinds)}; {sum(received.values())} calls received, each with a key of its origin")


def test(run):
    run_on(run, "SQLite")
    run_on(run, "PostgreSQL", database_url=Cluster(run).url())


main(test)

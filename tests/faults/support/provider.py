"""A provider of models on this machine, in the APIs of OpenAI and Anthropic. Keeps the calls it receives."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import answers


@dataclass
class Call:
    """A call that the provider has received. The text of the request is a marker and a number."""

    api: str
    marker: str
    number: int
    is_stream: bool
    # Of all headers in which a key can be.
    keys: list
    # The number of the connection that it came on.
    connection: int

    @property
    def text(self):
        return f"{self.marker} {self.number}"


def send_json(handler, status, content):
    """Responds to the request of a handler."""
    body = json.dumps(content).encode()
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def answer(exchange):
    """The usual script: answers at once."""
    if exchange.call.is_stream:
        exchange.begin()
        for frame in exchange.frames([exchange.call.text]):
            exchange.send(frame)
        exchange.finish()
    else:
        exchange.respond()


class Exchange:
    """One call and its answer, which a script writes."""

    def __init__(self, handler, call, with_usage):
        self.handler, self.call, self.with_usage = handler, call, with_usage

    def respond(self):
        send_json(self.handler, 200, answers.whole(self.call.api, self.call.text, self.call.number))

    def frames(self, parts):
        return answers.frames(self.call.api, parts, self.call.number, self.with_usage)

    def begin(self):
        self.handler.send_response(200)
        self.handler.send_header("content-type", "text/event-stream")
        self.handler.send_header("transfer-encoding", "chunked")
        self.handler.end_headers()

    def send(self, frame):
        self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(frame.encode()), frame.encode()))

    def cut(self):
        """Ends the connection in the middle of the stream."""
        self.handler.close_connection = True

    def finish(self):
        self.handler.wfile.write(b"0\r\n\r\n")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.number = self.server.count_connection()

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        api = answers.ANTHROPIC if self.path.endswith("/messages") else answers.OPENAI
        marker, number = body["messages"][0]["content"].split()
        headers = ("authorization", "x-api-key", "api-key", "x-goog-api-key")
        keys = [value.removeprefix("Bearer ") for name in headers for value in self.headers.get_all(name, [])]
        call = Call(api, marker, int(number), body.get("stream", False), keys, self.number)
        with self.server.lock:
            self.server.calls.append(call)
        with_usage = (body.get("stream_options") or {}).get("include_usage", False)
        self.server.script(Exchange(self, call, with_usage))

    def do_GET(self):
        """The models, which background checks list."""
        self.server.count_list()
        is_valid = self.headers["authorization"] == f"Bearer {self.server.valid_key}"
        send_json(self, 200 if is_valid else 401, answers.MODELS if is_valid else answers.WRONG_KEY)

    def log_message(self, *_):
        pass


class Provider(ThreadingHTTPServer):
    """The provider, which serves in threads of its own. `script` answers each call."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, run, script=answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.lock = threading.Lock()
        self.calls, self.connections = [], 0
        # The key with which the models are listed, and how often they were.
        self.valid_key, self.lists = None, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()
        run.undo.callback(self.shutdown)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def count_connection(self):
        with self.lock:
            self.connections += 1
            return self.connections

    def count_list(self):
        with self.lock:
            self.lists += 1

    def received(self, marker):
        """The numbers of the calls that it has received with this marker."""
        with self.lock:
            return [call.number for call in self.calls if call.marker == marker]

    def handle_error(self, *_):
        """A server that is killed, and a client that leaves, are no errors."""

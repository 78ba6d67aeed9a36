"""A scripted provider of models on this machine, with the APIs of OpenAI, Anthropic and Gemini.

As a program, prints its URL and serves until it is stopped. The model of a request selects what happens:

    cut                   the connection breaks after two frames of the stream
    eof                   the stream ends cleanly after two frames
    undone                OpenAI: the stream lacks `data: [DONE]`
    error-frame           the third frame of the stream is an error
    error-only            status 200 with nothing but an error
    gated-NAME            the stream stops after two frames until `POST /release/NAME`
    status-NNN            this status, with the vendor's form of an error
    bad-key, forbidden    the vendor's refusals of a key and of a model
    tools                 a call of a tool whose arguments look like frames

Every other model answers. Below `/v1` the provider takes any key or none, as Ollama does. `GET /recorded`
returns the requests, each with the bytes of its answer.
"""

import base64
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import answers

KEY = "sk-scripted-0123456789abcdef"
OPENAI, ANTHROPIC, GEMINI = "openai", "anthropic", "gemini"
KEY_HEADERS = {OPENAI: "authorization", ANTHROPIC: "x-api-key", GEMINI: "x-goog-api-key"}
LIMITS = {
    OPENAI: "x-ratelimit-remaining-requests",
    ANTHROPIC: "anthropic-ratelimit-requests-remaining",
    GEMINI: "x-ratelimit-remaining-requests",
}


def error_body(api, status, message="scripted", code=None):
    if api == ANTHROPIC:
        return {
            "type": "error",
            "error": {"type": code or "api_error", "message": message},
            "request_id": "req_1",
        }
    if api == GEMINI:
        error = {
            "code": status,
            "message": message,
            "status": "INVALID_ARGUMENT" if status == 400 else "UNAVAILABLE",
        }
        if code:
            info = {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": code,
                "domain": "googleapis.com",
            }
            error["details"] = [info]
        return {"error": error}
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


def refusal(api, model):
    """The status and the body of the error that a model stands for, or nothing."""
    if model == "bad-key":
        status, code = {
            OPENAI: (401, "invalid_api_key"),
            ANTHROPIC: (401, "authentication_error"),
            GEMINI: (400, "API_KEY_INVALID"),
        }[api]
        message = {
            OPENAI: "Incorrect API key provided.",
            ANTHROPIC: "invalid x-api-key",
            GEMINI: "API key not valid. Please pass a valid API key.",
        }[api]
        return status, error_body(api, status, message, code)
    if model == "forbidden":
        code = {OPENAI: "model_not_found", ANTHROPIC: "permission_error", GEMINI: None}[api]
        return 403, error_body(api, 403, "This project has no access to the model.", code)
    if model == "error-only":
        return 200, error_body(api, 503, "no capacity")
    if model.startswith("status-"):
        return int(model[7:]), error_body(api, int(model[7:]))
    return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.path == "/recorded":
            with self.server.lock:
                self.answer(200, json.dumps(self.server.recorded), {})
        else:
            self.record(b"")
            self.answer(404, "{}", {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path.startswith("/release/"):
            self.server.gate(self.path[9:]).set()
            return self.answer(200, "{}", {})
        self.record(body)
        url = urlsplit(self.path)
        api, kind, model = self.route(url.path, json.loads(body))
        if kind is None:
            return self.answer(404, json.dumps(error_body(OPENAI, 404, "unknown path")), {})
        key = self.headers.get(KEY_HEADERS[api], "").removeprefix("Bearer ")
        is_refused = key != KEY and not url.path.startswith("/v1/")
        refused = refusal(api, "bad-key" if is_refused else model)
        headers = {"x-request-id": "up-1", "request-id": "up-1", "set-cookie": "a=b", LIMITS[api]: "59"}
        if refused:
            status, error = refused
            if status == 429:
                headers["retry-after"] = "1"
            return self.answer(status, answers.dump(error), headers)
        answer = kind(model, json.loads(body))
        is_stream = "alt=sse" in url.query if api == GEMINI else json.loads(body).get("stream")
        if is_stream:
            self.stream(answer, model, headers)
        else:
            self.answer(200, answer.body, headers)

    @staticmethod
    def route(path, body):
        """The API, the function that answers, and the model of a request."""
        if path.startswith("/v1/messages"):
            return ANTHROPIC, answers.ANTHROPIC.get(path.removeprefix("/v1/")), body.get("model")
        if path.startswith("/v1/"):
            return OPENAI, answers.OPENAI.get(path.removeprefix("/v1/")), body.get("model")
        if path.startswith("/openai/v1/"):
            return OPENAI, answers.OPENAI.get(path.removeprefix("/openai/v1/")), body.get("model")
        if path.startswith("/anthropic/v1/"):
            return ANTHROPIC, answers.ANTHROPIC.get(path.removeprefix("/anthropic/v1/")), body.get("model")
        version, _, rest = path.removeprefix("/gemini/").partition("/models/")
        model, _, method = rest.rpartition(":")
        return GEMINI, answers.GEMINI.get(method) if version in ("v1", "v1beta") else None, unquote(model)

    def record(self, body):
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.entry = {
            "method": self.command,
            "path": self.path,
            "headers": headers,
            "body": body.decode(),
            "answer": "",
        }
        with self.server.changed:
            self.server.recorded.append(self.entry)
            self.server.changed.notify_all()

    def answer(self, status, text, headers):
        content = text.encode()
        if hasattr(self, "entry"):
            self.entry["answer"] = base64.b64encode(content).decode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def stream(self, answer, model, headers):
        self.send_response(200)
        for name, value in {"content-type": "text/event-stream; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        frames = answer.frames
        if model in ("cut", "eof"):
            frames = frames[:2]
        elif model == "undone":
            frames = [frame for frame in frames if "[DONE]" not in frame]
        elif model == "error-frame":
            frames = [*frames[:2], answer.error]
        for at, frame in enumerate(frames):
            if at == 2 and model.startswith("gated-"):
                self.server.gate(model[6:]).wait(60)
            self.chunk(frame.encode())
        if model == "cut":
            # Closes with a reset: no end of the body, and not even the end of the connection.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def chunk(self, content):
        self.entry["answer"] = base64.b64encode(base64.b64decode(self.entry["answer"]) + content).decode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))

    def log_message(self, *_):
        pass


class Provider(ThreadingHTTPServer):
    """The provider, which serves in threads of its own."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.recorded, self.gates, self.lock = [], {}, threading.Lock()
        self.changed = threading.Condition(self.lock)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def gate(self, name):
        with self.lock:
            return self.gates.setdefault(name, threading.Event())

    def wait_for(self, count):
        """Waits until there are so many requests."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.recorded) >= count, 60)

    def taken(self):
        """The requests since the last call, each with its `json` and the bytes of its `answer`."""
        with self.lock:
            taken, self.recorded[:] = list(self.recorded), []
        return [
            {
                **entry,
                "json": json.loads(entry["body"] or "null"),
                "answer": base64.b64decode(entry["answer"]),
            }
            for entry in taken
        ]

    def handle_error(self, *_):
        """Clients that have gone are no errors."""


if __name__ == "__main__":
    import sys

    print(Provider().url, flush=True)
    sys.stdin.read()

"""A provider with OpenAI's API, one key and one model. Prints its URL, then serves until it is stopped."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-conformance-0123456789"
MODEL = "conformance-model"


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, status: int, code: str, message: str) -> None:
        self.answer(status, {"error": {"message": message, "type": "invalid_request_error", "code": code}})

    def is_authorized(self) -> bool:
        if self.headers.get("authorization") == f"Bearer {KEY}":
            return True
        self.refuse(401, "invalid_api_key", "Incorrect API key provided.")
        return False

    def do_GET(self) -> None:
        if not self.is_authorized():
            return
        if self.path == "/v1/models":
            self.answer(200, {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "tests"}]})
        elif self.path == f"/v1/models/{MODEL}":
            self.answer(200, {"id": MODEL, "object": "model", "owned_by": "tests"})
        else:
            self.refuse(404, "model_not_found", "The model does not exist.")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        if not self.is_authorized():
            return
        if self.path != "/v1/chat/completions":
            self.refuse(404, "not_found", "Unknown request URL.")
            return
        message = {"role": "assistant", "content": "pong"}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        self.answer(200, {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": MODEL,
                          "choices": [choice], "usage": usage})

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that closes its connection early is no fault."""


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Provider)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()

"""A provider in a process of its own, which answers checks and calls with as little work as possible.

    python3 fast_provider.py HOST PORT DELAY

Waits DELAY seconds before each answer to a call. The text of an answer is the time in microseconds that the
provider itself has taken: from the last byte of the request to the first byte of the answer, of a stream to
the last one.
"""

import asyncio
import json
import sys
import time

# The beginning of the keys that it accepts.
KEY = b"Bearer sk-faults-"

MODELS = b'{"object":"list","data":[{"id":"gpt-4o-mini","object":"model","created":1,"owned_by":"us"}]}'

REFUSAL = b'{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}'

USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def whole(text):
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini"}
    return json.dumps({**answer, "choices": [choice], "usage": USAGE}).encode()


def chunk(delta, reason=None):
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    answer = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini"}
    return f"data: {json.dumps({**answer, 'choices': [choice]})}\n\n".encode()


class Exchange(asyncio.Protocol):
    """The requests of a connection, one after the other."""

    def __init__(self, delay):
        self.delay, self.received = delay, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, received):
        self.received += received
        head, end, rest = self.received.partition(b"\r\n\r\n")
        if not end:
            return
        at = head.lower().find(b"content-length: ")
        length = int(head[at + 16 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < length:
            return
        self.received = rest[length:]
        received_at = time.monotonic()
        if KEY not in head:
            self.respond(REFUSAL, b"401 Unauthorized")
        elif head.startswith(b"GET"):
            self.respond(MODELS)
        elif self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.answer, rest[:length], received_at)
        else:
            self.answer(rest[:length], received_at)

    def answer(self, body, received_at):
        def own_time():
            return str(round((time.monotonic() - received_at) * 1e6))

        if b'"stream": true' not in body and b'"stream":true' not in body:
            return self.respond(whole(own_time()))
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        frames = [
            chunk({"role": "assistant", "content": ""}),
            chunk({"content": own_time()}),
            chunk({}, "stop"),
        ]
        frames.append(b"data: [DONE]\n\n")
        self.transport.write(
            head + b"".join(b"%x\r\n%s\r\n" % (len(frame), frame) for frame in frames) + b"0\r\n\r\n"
        )

    def respond(self, body, status=b"200 OK"):
        head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (
            status,
            len(body),
        )
        self.transport.write(head + body)


async def serve(host, port, delay):
    server = await asyncio.get_running_loop().create_server(lambda: Exchange(delay), host, port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))

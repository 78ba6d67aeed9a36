"""Streams of models that last: their memory, and how soon the provider notices that a client has gone."""

import socket
import statistics
import threading
import time

import machine
from gateways import chat
from machine import Failed
from operations.calls import CALLS, gateways
from rows import judged
from server import TOKEN

STREAMS = 1000
# Above the number of streams that one token may hold by default.
LIMITS = {
    "LLM_CONFIG_CALLS_PER_TOKEN": "4000",
    "LLM_CONFIG_CALLS_PER_USER": "4000",
}
DEPARTURES = 200
# Between two events of a stream, in seconds. What is sent to a client shows whether it is still there.
PAUSE = 0.005
RESPONSE = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
EVENT = b'data: {"choices":[{"index":0,"delta":{"content":"lorem"},"finish_reason":null}]}\n\n'


def memory(bench):
    """C7: 1,000 streams that are silent, and 1,000 whose client reads nothing of what the provider floods."""
    states = (("bench-slow", "idle streams", 64, 32), ("bench-flood", "slow readers", 128, 96))
    for text, name, must, aim in states:
        with gateways(bench, environment=LIMITS) as (server, _):
            server.call("GET", "/v1/users/me")
            before = machine.pss_mib(server.process.pid)
            bench.progress.load("C7", "memory", f"{STREAMS:,} {name}")
            clients = [begun(server, text) for _ in range(STREAMS)]
            # Until what floods has filled the buffers of all sockets.
            time.sleep(5)
            each = (machine.pss_mib(server.process.pid) - before) * 1024 / STREAMS
            for client in clients:
                client.close()
            facts = {"more_is_better": False, "installation": server.installation}
            bench.record({"operation": "C7", "load": name, "database": "sqlite", "size": None, "kib": each})
            yield judged("C7", f"{STREAMS:,} {name}, each", each, "KiB", must, aim, **facts)


def begun(server, text):
    """The connection of a stream whose first event has arrived."""
    client = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(request(server.port, "bench-chat", text))
    received = b""
    while b"data: " not in received:
        part = client.recv(1024)
        if not part:
            raise Failed(f"no stream begins: {received[:300]!r}")
        received += part
    return client


def request(port, model, text=""):
    body = chat(stream=True, model=model, text=text).encode()
    head = f"POST {CALLS} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {TOKEN}\r\n"
    return f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


class Watcher(threading.Thread):
    """A provider that sends an event every few milliseconds and notes when the connection ends."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.ended = threading.Event()
        self.ended_at = 0.0

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                received = b""
                while b'"messages"' not in received:
                    received += connection.recv(65536)
                connection.sendall(RESPONSE)
                connection.settimeout(PAUSE)
                while True:
                    try:
                        connection.sendall(b"%x\r\n%s\r\n" % (len(EVENT), EVENT))
                        if not connection.recv(65536):
                            break
                    except TimeoutError:
                        pass
                    except OSError:
                        break
                self.ended_at = time.monotonic()
                self.ended.set()


def departures(bench):
    """C8: from the client's close to the close of the provider's connection."""
    with gateways(bench) as (server, programs):
        provider = Watcher()
        provider.start()
        programs.provider.port = provider.port
        programs.store("bench-watch")
        delays = []
        for _ in range(DEPARTURES):
            provider.ended.clear()
            client = socket.create_connection(("127.0.0.1", server.port), timeout=30)
            client.sendall(request(server.port, "bench-watch"))
            received = b""
            while EVENT[:40] not in received:
                received += client.recv(65536)
            left_at = time.monotonic()
            client.close()
            if not provider.ended.wait(10):
                raise Failed("the provider's connection stays open when the client has gone")
            delays.append((provider.ended_at - left_at) * 1e3)
        p99 = statistics.quantiles(delays, n=100)[98]
        note = f"p50 {statistics.median(delays):.1f} ms"
        facts = {"more_is_better": False, "installation": server.installation, "note": note}
        yield judged("C8", "client gone, provider's connection closed, p99", p99, "ms", 100, 20, **facts)

"""P8: memory of the server: idle, under load, and while a slow client reads a long list."""

import socket
import threading
import time
from contextlib import contextmanager

import machine
from machine import Failed
from operations.creates import create
from operations.reads import get
from rows import judged
from server import TOKEN

# How fast the slow client reads, in bytes a second, and how often.
SLOW = 1_000_000
STEP = 0.05


class Peak(threading.Thread):
    """Watches the memory of a process, and keeps the greatest value."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.most, self.is_over = process, 0.0, False

    def run(self):
        while not self.is_over:
            self.most = max(self.most, machine.pss_mib(self.process.pid))
            time.sleep(0.02)


@contextmanager
def peak(server):
    watch = Peak(server.process)
    watch.start()
    try:
        yield watch
    finally:
        watch.is_over = True
        watch.join()


def all_states(bench):
    """Each state on a server that has just been started, on the database nearest to 100,000."""
    size, seconds = bench.sizes.medium, bench.options.seconds
    with bench.server("sqlite", size) as server:
        time.sleep(1)
        yield row(bench, server, "idle after the start", machine.pss_mib(server.process.pid), 24, 16)
        loads = (
            ("GET load", get("GET, memory", server, 32, server.installation.ids), 48, 32),
            ("create load", create("create, memory", server, 32), 48, 32),
        )
        for name, load, must, aim in loads:
            bench.progress.load("P8", "memory", name)
            with peak(server) as watch:
                load.measure(bench, 2 * seconds)
            yield row(bench, server, name, watch.most, must, aim)
    with bench.server("sqlite", size) as server:
        server.call("GET", "/v1/users/me")
        before = machine.pss_mib(server.process.pid)
        bench.progress.load("P8", "memory", "list to a slow client")
        with peak(server) as watch:
            received, first = read_slowly(server, max(10, 2 * seconds))
        note = f"first byte after {first:.2f} s, {received / 1e6:.1f} MB read"
        yield row(bench, server, "unpaged list to a slow client, added", watch.most - before, 20, 8, note)


def read_slowly(server, seconds):
    """Reads an unpaged list for some seconds; returns the number of bytes and the time of the first one."""
    request = f"GET /v1/llms HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: {TOKEN}\r\n\r\n"
    started, received, first = time.monotonic(), 0, None
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        connection.sendall(request.encode())
        while first is None or time.monotonic() - started < first + seconds:
            part = connection.recv(int(SLOW * STEP))
            if first is None:
                first = time.monotonic() - started
                if not part.startswith(b"HTTP/1.1 200"):
                    raise Failed(f"the list answered {part[:200]!r}")
            if not part:
                break
            received += len(part)
            time.sleep(STEP)
    return received, first


def row(bench, server, name, mebibytes, must, aim, note=""):
    installation = server.installation
    bench.record(
        {
            "operation": "P8",
            "load": name,
            "database": installation.database,
            "size": installation.size,
            "pss_mib": mebibytes,
        }
    )
    return judged(
        "P8", name, mebibytes, "MiB", must, aim, more_is_better=False, installation=installation, note=note
    )

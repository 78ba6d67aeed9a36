"""H1: thousands of requests that a client sends ahead are parsed at once.

40 connections ask for documents that they do not read, and then send 120 KiB of the shortest requests. Checks:
the server keeps at most 1 MiB for each, and answers others.
"""

import socket
import time

from finding import Failed, Server, main

CONNECTIONS = 40

# Its responses fill the buffers of the connection.
UNREAD = b"GET /openapi/goodmem.json HTTP/1.1\nhost: a\n\n" * 60

SHORT = b"GET /health HTTP/1.1\nhost: a\n\n" * (120 * 1024 // 30)

# MiB that the server may keep for a connection.
MEMORY = 1


def send_ahead(server):
    """A connection with requests ahead."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(UNREAD)
    connection.settimeout(5)
    try:
        connection.sendall(SHORT)
    except TimeoutError:
        # The server reads no more.
        pass
    return connection


def test(run):
    server = Server(run)
    before = server.memory()
    held = [send_ahead(server) for _ in range(CONNECTIONS)]
    peak = 0.0
    for _ in range(10):
        time.sleep(0.5)
        peak = max(peak, server.memory() - before)
    is_answered = server.request("GET", "/health").status == 200
    for connection in held:
        connection.close()
    figures = f"{CONNECTIONS} connections with requests ahead: memory {peak:+.0f} MiB"
    if not is_answered or peak > MEMORY * CONNECTIONS:
        raise Failed(figures)
    return figures


main("H1", test)

"""A3: answers are kept in memory for as long as their readers do not read.

A USER stores 600 configurations of 25 KiB, and 20 connections ask for the whole list, 20 others for its largest
page, and read nothing, on SQLite and on PostgreSQL. Checks: the server keeps at most 8 MiB for each, half of the
list; it ends the connections after a minute; and meanwhile it answers others.
"""

import socket
import time
from pathlib import Path

from finding import Failed, in_threads, main, on_both_databases, request_text
from support import server as servers

# More than the 500 that a server reads at once.
CONFIGS = 600
READERS = 40
PATHS = ["/v1/llms", "/v1/llms?limit=500"]

# MiB that the server may keep for a reader; the whole list has about 15.
MEMORY = 8

# A connection whose reader takes nothing ends after 60 s; and what a busy machine adds.
SECONDS = 60 + 40


def large_llm(number):
    """A configuration with about 25 KiB beside its name."""
    labels = {f"label-{n}": "l" * 255 for n in range(18)}
    large = {"description": "d" * 4000, "clientConfig": {"text": "c" * 16_000}, "labels": labels}
    return {**servers.llm(number), **large}


def create_all(server, token, count):
    """Creates configurations by four clients."""
    clients = 4

    def create(client):
        for number in range(client, count, clients):
            # A busy machine makes writers wait until they are refused.
            while server.request("POST", "/v1/llms", large_llm(number), token).status == 503:
                pass

    threads, failures = in_threads(clients, create)
    for thread in threads:
        thread.join()
    for failure in filter(None, failures):
        raise failure


def kept(server, readers):
    """How many connections the server keeps open. To read from them would make the server go on."""
    ports = {reader.getsockname()[1] for reader in readers}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    # The server's end of each connection, if established.
    open_rows = [row for row in rows if row[3] == "01" and int(row[1].split(":")[1], 16) == server.port]
    return sum(int(row[2].split(":")[1], 16) in ports for row in open_rows)


def is_answered(server):
    try:
        return server.request("GET", "/v1/users/me", timeout=20).status == 200
    except (OSError, Failed):
        return False


def measure(server):
    """The figures of a server, and whether they are right."""
    token = server.create_user("greedy")
    create_all(server, token, CONFIGS)
    before = server.memory()
    readers = []
    for number in range(READERS):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(request_text("GET", PATHS[number % 2], token))
        readers.append(connection)
    started_at = time.monotonic()
    peak, closed_after, refused = 0.0, None, 0
    while closed_after is None and time.monotonic() - started_at < SECONDS:
        time.sleep(0.5)
        peak = max(peak, server.memory() - before)
        refused += not is_answered(server)
        if kept(server, readers) == 0:
            closed_after = time.monotonic() - started_at
    for connection in readers:
        connection.close()
    end = f"ended after {closed_after:.0f} s" if closed_after else f"open after {SECONDS} s"
    figures = f"{READERS} readers: {peak:+.0f} MiB, {end}, {refused} requests of others refused"
    return figures, peak <= MEMORY * READERS and closed_after and not refused


main("A3", lambda run: on_both_databases(run, measure))

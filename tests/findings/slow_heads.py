"""A1: clients without a token hold connections.

1,100 connections make a whole request and send one byte of the next, while the soft limit of open files is
1,024; then another client makes a request. Others drip the second head, or the body of a request, and 400
begin a head of 100 KiB. Checks: the other client is answered in time; each of the connections ends in time.
"""

import time

from finding import Failed, Server, connect, is_closed, main, open_files, request_text

HELD = 1100
BEGUN = 400

# A head may take ten seconds, a body thirty and five more to be read; and what a busy machine adds.
HEAD, BODY = 10 + 6, 30 + 5 + 6

WHOLE = request_text("GET", "/health")


def make_request(connection):
    connection.sendall(WHOLE)
    if not (received := connection.recv(4096)).startswith(b"HTTP/1.1 200"):
        raise Failed(f"a first request is not answered: {received!r}")


def hold_all(server):
    """Opens connections until the server takes no more of them: a whole request on each, and one byte."""
    held = []
    for _ in range(HELD):
        connection = connect(server)
        connection.settimeout(2)
        held.append(connection)
        try:
            make_request(connection)
            connection.sendall(WHOLE[:1])
        except (OSError, Failed):
            break
    return held


def drip(connections, byte, seconds, limits):
    """Sends a byte each second to those that are open; how long each of them stayed open."""
    started_at = time.monotonic()
    open_for = {}
    while time.monotonic() - started_at < max(limits.values()) and len(open_for) < len(connections):
        time.sleep(seconds)
        for name, connection in connections.items():
            if name in open_for:
                continue
            if is_closed(connection):
                open_for[name] = time.monotonic() - started_at
            elif name != "one byte":
                connection.setblocking(True)
                try:
                    connection.sendall(byte)
                except OSError:
                    open_for[name] = time.monotonic() - started_at
    return open_for


def test(run):
    # What most systems and systemd give a program.
    open_files(1024)
    server = Server(run)
    open_files(8192)
    before = server.memory()
    held = hold_all(server)
    try:
        waited = server.request("GET", "/v1/users/me", timeout=HEAD).expect(200) and "served"
    except (OSError, Failed):
        waited = f"not served within {HEAD} s"
    problems = [] if waited == "served" else [waited]
    for connection in held:
        connection.close()
    time.sleep(1)

    begun = []
    for _ in range(BEGUN):
        begun.append(connection := connect(server))
        make_request(connection)
        connection.sendall(request_text("GET", "/health", x_long="a" * 100_000)[:-2])
    slow = {name: connect(server) for name in ("head", "one byte", "body")}
    for name in ("head", "one byte"):
        make_request(slow[name])
        slow[name].sendall(WHOLE[:1])
    length = {"content_type": "application/json", "content_length": "1000"}
    slow["body"].sendall(request_text("POST", "/v1/llms", server.root_token, **length))
    limits = {"head": HEAD, "one byte": HEAD, "body": BODY}
    open_for = drip(slow, b"a", 1, limits)
    for name, limit in limits.items():
        if open_for.get(name, BODY + 1) > limit:
            problems.append(f"{name}: open for more than {limit} s")
    left = sum(not is_closed(connection) for connection in begun)
    grown = server.memory() - before
    if left:
        problems.append(f"{left} begun heads are kept")
    ends = [f"{name} {open_for[name]:.0f} s" if name in open_for else f"{name} for ever" for name in slow]
    figures = (
        f"with {len(held)} held connections another client is {waited}; open for {', '.join(ends)};"
        f" {BEGUN} begun heads of 100 KiB: {left} kept, memory {grown:+.0f} MiB"
    )
    if problems:
        raise Failed(figures)
    return figures


main("A1", test)

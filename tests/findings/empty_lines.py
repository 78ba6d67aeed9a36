"""H4: empty lines make the server parse the same bytes again and again.

A client without a token sends 128 KiB of empty lines before a request, and a body that is refused unread; a
USER sends bodies of 1 MB. Checks: each costs the server less than 0.3 s of processor time, ten times what other
bytes cost.
"""

import contextlib
import socket
import time

from finding import Failed, Server, main, request_text

# Seconds of processor time that the server may spend.
TIME = 0.3


def send(server, data):
    """Sends bytes, waits for the end of a response, and returns the processor time of the server."""
    before = server.cpu_seconds()
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.settimeout(30)
    # The server may end the connection before all is sent.
    with contextlib.suppress(OSError):
        connection.sendall(data)
        while connection.recv(65536):
            pass
    connection.close()
    time.sleep(0.2)
    return server.cpu_seconds() - before


def test(run):
    server = Server(run)
    token = server.create_user("greedy")
    chunked = request_text("POST", "/v1/llms", transfer_encoding="chunked")
    head = request_text("POST", "/v1/llms", token, connection="close", content_length=1_000_000)
    figures, passed = [], True
    for name, data in [
        ("lines before a head", b"\n" * 131_000),
        ("CRLF before a head", b"\r\n" * 65_000),
        ("an unread body of heads", chunked + b"100000\r\n" + b"a\n\n\n" * 250_000),
        ("a body of lines", head + b"\n" * 1_000_000),
        ("a body of heads", head + b"a\n\n\n" * 250_000),
    ]:
        seconds = send(server, data)
        figures.append(f"{name}: {seconds:.2f} s")
        passed = passed and seconds < TIME
    if not passed:
        raise Failed(", ".join(figures))
    return ", ".join(figures)


main("H4", test)

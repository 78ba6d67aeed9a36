"""A5: lookups of names that hang turn into false verdicts about the providers of others.

The server runs with a name server that answers for the names of one domain and is silent about all others. A
USER checks drafts at 40 such names. Meanwhile another caller checks a configuration at a name of the domain
that the operator has listed, and a third one checks drafts at further names of it, each at another one, so that
each needs a lookup. Checks: no check of the listed name says that the provider is unreachable, and the
configuration stays available; all checks of the other names find that the provider works. Needs root, because
only the server sees this name server: it has a namespace of its own for files.
"""

import collections
import shlex
import shutil
import socket
import struct
import threading
import time

from finding import Failed, Provider, Server, answer_well, in_threads, main
from support.server import llm

NAMES, CHECKS = 40, 6

# The name server's: port 53 of an address of this machine that nothing else uses.
ADDRESS = "127.0.53.53"

# The domain whose names have the address of this machine.
DOMAIN = "example.com"
LISTED = f"models.{DOMAIN}"


def serve_names(run):
    """Answers lookups of the domain's names; a response without an address to their IPv6 lookups."""
    name_server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    name_server.bind((ADDRESS, 53))
    run.undo.callback(name_server.close)

    def serve():
        while True:
            try:
                lookup, client = name_server.recvfrom(512)
            except OSError:
                return
            domain = b"".join(bytes([len(label)]) + label.encode() for label in DOMAIN.split(".")) + b"\0"
            question = lookup[12:]
            if (start := question.lower().find(domain)) < 0:
                continue
            end = start + len(domain) + 4
            is_ipv4 = question[end - 4 : end - 2] == b"\0\1"
            head = lookup[:2] + struct.pack("!HHHHH", 0x8180, 1, is_ipv4, 0, 0)
            record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + socket.inet_aton("127.0.0.1")
            name_server.sendto(head + question[:end] + (record if is_ipv4 else b""), client)

    threading.Thread(target=serve, daemon=True).start()


def use_name_server(run):
    """Makes the run start its servers with this name server instead of the machine's."""
    if not shutil.which("unshare"):
        raise Failed("unshare is missing")
    names = run.folder / "resolv.conf"
    names.write_text(f"nameserver {ADDRESS}\n")
    program = run.folder / "program"
    inner = (
        f'mount --bind {shlex.quote(str(names))} /etc/resolv.conf && exec {shlex.quote(str(run.binary))} "$@"'
    )
    program.write_text(f'#!/bin/sh\nexec unshare -m sh -c {shlex.quote(inner)} sh "$@"\n')
    program.chmod(0o755)
    run.binary = program


def check_draft(server, token, number, url):
    draft = {**llm(number), "endpointUrl": url}
    return server.request("POST", "/llm-config/v1/checks/goodmem", draft, token, timeout=60)


def hang(server, token, number):
    """A check of a draft at a name of which nothing is known."""
    return check_draft(server, token, number, f"https://name-{number}.example.org/v1")


def finding(answer):
    """What a check has found, or the status of its refusal."""
    return answer.body["reason"] if answer.status == 200 else answer.status


def test(run):
    serve_names(run)
    use_name_server(run)
    good = Provider(run, answer_well)
    port = good.server_address[1]
    endpoint = f"{LISTED}:{port}"
    # The names that are not listed have an address of the network.
    server = Server(run, allowed_hosts=endpoint, allowed_networks="127.0.0.0/8")
    greedy, other = server.create_user("greedy"), server.create_user("other")
    checked = server.create_ai_llm(f"http://{endpoint}/v1")
    if server.check(checked).expect(200)["usable"] != "yes":
        raise Failed("the configuration does not work at first")
    in_threads(NAMES, lambda number: hang(server, greedy, number))
    time.sleep(1)
    listed, unlisted = collections.Counter(), collections.Counter()
    fewest = server.available()
    for number in range(CHECKS):
        url = f"http://models-{number}.{DOMAIN}:{port}/v1"
        unlisted[finding(check_draft(server, other, NAMES + number, url))] += 1
        listed[finding(server.check(checked))] += 1
        fewest = min(fewest, server.available())
    figures = (
        f"{CHECKS} checks while {NAMES} lookups hang found {dict(listed)}, {fewest} of 1 stayed available;"
        f" {CHECKS} checks of names that are not listed found {dict(unlisted)}"
    )
    if set(listed) - {"ok", 429, 503} or fewest != 1 or set(unlisted) != {"ok"}:
        raise Failed(figures)
    return figures


main("A5", test)

"""A2: a provider's answer holds up the threads that serve requests.

Checks of a USER get 1 MiB of small JSON objects, and then pings get interim `103 Early Hints` heads without
end, while another client makes ordinary requests. Checks: the slowest of those is answered in two
seconds.
"""

import collections
import time

from finding import ROOT_TOKEN, Failed, Latency, Provider, Server, in_threads, main, respond
from support.hostile_providers import EARLY_HINTS, MAPS

# At once; one caller may have 12 at a host.
CHECKS, PINGS = 12, 8

# For how long the pings last.
SECONDS = 8

# Seconds for the slowest ordinary request: builds without optimisations on busy machines need some of them.
LIMIT = 2.0


def answer_with_maps(connection, _request):
    respond(connection, MAPS)


def hint_for_ever(connection, _request):
    """16 KiB of interim heads every 2 ms, 8 MB a second: less than a fast network carries."""
    while True:
        connection.sendall(EARLY_HINTS * 400)
        time.sleep(0.002)


def cpu(server):
    fields = open(f"/proc/{server.process.pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def measure(run, server, act):
    """The latency of ordinary requests while something is done; and what is used of the processor, in
    seconds."""
    used = cpu(server)
    latency = Latency(run, server, [("/health", None), ("/v1/users/me", ROOT_TOKEN)])
    act()
    return latency.end(), cpu(server) - used


def test(run):
    maps, hints = Provider(run, answer_with_maps), Provider(run, hint_for_ever)
    server = Server(run, allowed_hosts=f"{maps.host},{hints.host}")
    token = server.create_user("greedy")
    checked = [server.create_llm_at(maps.url, token, n) for n in range(CHECKS)]
    pinged = server.create_llm_at(hints.url, token)

    statuses = collections.Counter()

    def check_all():
        threads, answers = in_threads(CHECKS, lambda n: server.check(checked[n], token, timeout=120))
        for thread in threads:
            thread.join()
        statuses.update(getattr(answer, "status", "none") for answer in answers)

    def ping_all():
        in_threads(PINGS, lambda _: server.ping(pinged, token, SECONDS))
        time.sleep(SECONDS)

    idle = measure(run, server, lambda: time.sleep(1))
    by_maps = measure(run, server, check_all)
    by_hints = measure(run, server, ping_all)
    figures = "; ".join(
        f"{what}: worst ordinary request {latency.worst * 1000:.0f} ms,"
        f" median {latency.median * 1000:.0f} ms, {used:.1f} s of the processor"
        for what, (latency, used) in {
            "alone": idle,
            f"{CHECKS} checks with 1 MiB of maps ({maps.requests} answers)": by_maps,
            f"{PINGS} pings with endless 103": by_hints,
        }.items()
    )
    if statuses[200] == 0 or not hints.requests:
        raise Failed(f"the providers were not called, checks are {dict(statuses)}: {figures}")
    attacked = (by_maps[0], by_hints[0])
    if any(latency.worst > LIMIT or latency.refused for latency in attacked):
        raise Failed(figures)
    return figures


main("A2", test)

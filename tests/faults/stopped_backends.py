"""The processes of PostgreSQL that serve the server are suspended, and nothing else: new ones answer.

Checks: each request that waits for one of them gets a 503 with Retry-After in time; then the server works
again, with new connections, while the old ones still hang; nothing that was refused is stored later; and the
server stops in time although threads hang. `ROUNDS` sets how often this happens.
"""

import collections
import time

from support.backends import BACKENDS, resume, suspend
from support.postgres import Cluster
from support.run import Failed, main, number_from_environment, wait_until
from support.server import Request, Server, llm

ROUNDS = number_from_environment("ROUNDS", 2)

CONNECTIONS = 4

# How long a use case may wait for the database, and a request for a connection; and what a busy machine adds.
DEADLINE = 10 + 5 + 5


def requests(server, number):
    """Requests that need the database: creations, and lists."""
    for n in range(CONNECTIONS):
        yield Request(server.port, "POST", "/v1/llms", llm(1000 * (number + 1) + n), timeout=2 * DEADLINE)
    for _ in range(2 * CONNECTIONS):
        yield Request(server.port, "GET", "/v1/llms?limit=1", timeout=2 * DEADLINE)


def is_working(server, number):
    answers = [
        server.request("GET", "/v1/llms?limit=1", timeout=2 * DEADLINE),
        server.request("POST", "/v1/llms", llm(number), timeout=2 * DEADLINE),
        server.request("GET", "/ready", token=None, timeout=2 * DEADLINE),
    ]
    return all(answer.status < 300 for answer in answers)


def suspend_once(cluster, server, number):
    """Suspends the processes once. Returns their ids, the statuses, and how long the server did not work."""
    pids = suspend(cluster)
    stopped_at = time.monotonic()
    # Longer than anything is answered from memory.
    time.sleep(1.2)
    statuses = collections.Counter()
    for answer in [request.answer() for request in list(requests(server, number))]:
        statuses[answer.status] += 1
        if answer.status == 503:
            answer.expect_unavailable()
        else:
            answer.expect(200, 201)
        if answer.seconds > DEADLINE:
            raise Failed(f"a request was answered after {answer.seconds:.1f} s")
    wait_until(lambda: is_working(server, 2000 + number), DEADLINE, "the server works again")
    return pids, statuses, time.monotonic() - stopped_at


def names(cluster):
    return set(cluster.sql("SELECT name FROM llm_configs").splitlines())


def test(run):
    cluster = Cluster(run)
    server = Server(run, "server", database_url=cluster.url(), database_connections=CONNECTIONS)
    if not is_working(server, 1):
        raise Failed("the server does not work at first")
    stopped = []
    for number in range(ROUNDS):
        # So that every connection of the pool is open.
        for request in [Request(server.port, "GET", "/v1/llms?limit=1") for _ in range(4 * CONNECTIONS)]:
            request.answer().expect(200)
        pids, statuses, seconds = suspend_once(cluster, server, number)
        if not statuses[503]:
            raise Failed(f"no request has waited for a suspended process: {dict(statuses)}")
        stopped += pids
        run.say(f"{len(pids)} suspended processes: {dict(statuses)}; works again after {seconds:.1f} s")
    before = names(cluster)
    resume(stopped)
    alive = f"{BACKENDS} AND pid IN ({', '.join(map(str, stopped))})"
    wait_until(lambda: not cluster.sql(alive), DEADLINE, "the connections that were given up end")
    if names(cluster) - before:
        raise Failed(f"stored after a refusal: {names(cluster) - before}")
    suspend_once(cluster, server, ROUNDS)
    started = time.monotonic()
    server.stop()
    run.say(f"stops within {time.monotonic() - started:.1f} s while threads hang")


main(test)

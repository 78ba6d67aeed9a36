"""A6: a PostgreSQL that hangs takes the server for good.

The processes of PostgreSQL that serve the server are suspended, and nothing else: new ones answer. Checks:
each request that waits for one of them is answered in time, and the server works again while they still hang.
"""

import collections
import time

from finding import Failed, Server, in_threads, main
from support.backends import suspend
from support.postgres import Cluster
from support.server import llm

CONNECTIONS = 4

# A request waits for the database for ten seconds, and before that for a connection for five; and what a busy
# machine adds.
LIMIT = 10 + 5 + 5


def read_all(server, count):
    """Reads by many clients at once; the statuses. The reads of configurations that do not exist need the
    database in every version."""
    path = "/v1/llms/00000000-0000-4000-8000-00000000000{}"
    threads, answers = in_threads(
        count, lambda number: server.request("GET", path.format(number), timeout=LIMIT)
    )
    for thread in threads:
        thread.join()
    return collections.Counter(getattr(answer, "status", "no answer") for answer in answers)


def works(server):
    try:
        return server.request("POST", "/v1/llms", llm(time.monotonic_ns()), timeout=LIMIT).status == 201
    except (OSError, Failed):
        return False


def test(run):
    cluster = Cluster(run)
    server = Server(run, database_url=cluster.url(), database_connections=CONNECTIONS)
    read_all(server, 2 * CONNECTIONS)
    suspended = suspend(cluster)
    stopped_at = time.monotonic()
    # Longer than anything is answered from memory.
    time.sleep(1.2)
    statuses = read_all(server, 2 * CONNECTIONS)
    is_working = works(server)
    seconds = time.monotonic() - stopped_at
    state = "works again" if is_working else "does not work"
    figures = f"{len(suspended)} connections hang: {dict(statuses)}; the server {state} after {seconds:.0f} s"
    if "no answer" in statuses or not is_working:
        raise Failed(figures)
    return figures


main("A6", test)

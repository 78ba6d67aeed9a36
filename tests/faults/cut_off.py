"""A server loses every packet of its PostgreSQL server for some seconds.

Checks: reads are answered from memory for a second at most; then every answer is a 503 with Retry-After; the
server works again without a restart when packets arrive again. No request waits for the database longer than its
deadline. `OUTAGE` sets the seconds.
"""

import collections
import time

from support.postgres import Cluster
from support.proxy import Proxy
from support.reader import Reader, check_outage, end_reads, warm
from support.run import Failed, main, number_from_environment, wait_until
from support.server import ROOT_TOKEN, Server

OUTAGE = number_from_environment("OUTAGE", 12)

# How long a request may take: a use case may wait ten seconds for the database; a busy machine adds some.
DEADLINE = 10 + 10

# Of each kind.
READERS = 4


def check_answers(answers, stalled_at):
    """Checks those that were sent after the last packet, and returns a description of them."""
    during = [answer for answer in answers if answer.sent_at > stalled_at]
    served_for, slowest = check_outage(during, stalled_at)
    statuses = dict(collections.Counter(answer.status for answer in during))
    return f"{statuses}, from memory for {served_for:.2f} s, slowest answer {slowest:.1f} s"


def test(run):
    cluster = Cluster(run)
    proxy = Proxy(run, cluster.port)
    server = Server(run, "server", database_url=cluster.url(proxy.port))
    path = f"/v1/llms/{server.create_llm(1)}"
    _, token = server.issue_token()
    warm(server, path, token)

    # From memory, and from the database, so that connections are open and in use.
    reads = [(path, token), ("/v1/llms?limit=1", ROOT_TOKEN)] * READERS
    readers = [Reader(run, server, *read, timeout=DEADLINE) for read in reads]
    time.sleep(0.3)
    proxy.stall()
    stalled_at = time.monotonic()
    time.sleep(OUTAGE)
    server.request("GET", "/health", token=None).expect(200)
    so_far = check_answers([answer for reader in readers for answer in reader.answers], stalled_at)
    run.say(f"cut off for {OUTAGE} s: {so_far}")

    proxy.forward()
    until_read = wait_until(
        lambda: server.request("GET", path, token=token).status == 200, 30, "a read succeeds again"
    )
    answers = end_reads(readers)
    server.create_llm(2)
    server.stop()
    run.say(f"{len(answers)} reads, all answered; reads again after {until_read:.2f} s")


main(test)

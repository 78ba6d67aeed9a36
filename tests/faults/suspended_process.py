"""One of two servers on a PostgreSQL database is suspended while the other changes what it has in memory.

Checks: when it runs again, no request is answered from what it had in memory. `ROUNDS` sets the number of
rounds.
"""

import collections
import itertools
import signal
import time

from support.postgres import Cluster
from support.reader import warm
from support.run import Failed, main, number_from_environment
from support.server import ROOT_TOKEN, Request, Server

ROUNDS = number_from_environment("ROUNDS", 2)

# Longer than an entry may be used after a change.
SUSPENDED = 3

# How long requests follow the end of the suspension.
OBSERVED = 0.5


def suspend_and_read(writer, suspended, number):
    """Suspends one server once; returns how often each status was answered afterwards."""
    llm_id = writer.create_llm(number)
    token_id, token = writer.issue_token()
    path = f"/v1/llms/{llm_id}"
    warm(suspended, path, token)
    warm(suspended, path, ROOT_TOKEN)

    suspended.process.send_signal(signal.SIGSTOP)
    writer.request("DELETE", f"/v1/apikeys/{token_id}").expect(204)
    writer.request("PUT", path, {"displayName": "edited"}).expect(200)
    time.sleep(SUSPENDED)
    # The kernel accepts these, and they are the first work of the server.
    waiting = [Request(suspended.port, "GET", path, token=sent) for sent in (token, ROOT_TOKEN) * 4]
    suspended.process.send_signal(signal.SIGCONT)
    continued_at = time.monotonic()
    answers = [request.answer() for request in waiting]
    while time.monotonic() < continued_at + OBSERVED:
        answers += [suspended.request("GET", path, token=sent) for sent in (token, ROOT_TOKEN)]
    for is_revoked, answer in zip(itertools.cycle((True, False)), answers):
        check(answer, is_revoked, (answer.sent_at - continued_at) * 1000)
    return collections.Counter(answer.status for answer in answers)


def check(answer, is_revoked, milliseconds):
    """Fails if an answer, to a request sent this long after the suspension, shows what was before."""
    if answer.status == 503:
        answer.expect_unavailable()
    elif is_revoked and answer.status != 401:
        raise Failed(f"{milliseconds:.0f} ms after the suspension, a revoked token gets {answer.status}")
    elif not is_revoked and answer.expect(200)["displayName"] != "edited":
        raise Failed(f"{milliseconds:.0f} ms after the suspension, a read misses the edit")


def test(run):
    cluster = Cluster(run)
    writer = Server(run, "writer", database_url=cluster.url())
    suspended = Server(run, "suspended", database_url=cluster.url(), keyring_file=writer.keyring_file)
    statuses = collections.Counter()
    for number in range(ROUNDS):
        statuses += suspend_and_read(writer, suspended, number)
    writer.stop()
    suspended.stop()
    run.say(
        f"{ROUNDS} suspensions of {SUSPENDED} s; reads in the first {OBSERVED} s afterwards:"
        f" {dict(statuses)}, none of them old"
    )


main(test)

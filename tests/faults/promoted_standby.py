"""A server on PostgreSQL is led from the primary to its standby, which is promoted later.

The server loses the primary before a token is revoked through another server. Then it reaches the standby,
which has the revocation. Checks: from a second after the revocation on, the token is never accepted; a
standby in recovery is not used; after the promotion the server works without a restart, and still refuses the
token. `RECOVERY` sets how many seconds the standby stays in recovery.
"""

import collections
import time

from support.postgres import Cluster
from support.proxy import Proxy
from support.reader import Reader, end_reads, last_success, warm
from support.run import Failed, main, number_from_environment, wait_until
from support.server import Server

RECOVERY = number_from_environment("RECOVERY", 4)

# How long a server may answer with what was before.
BOUND = 1


def test(run):
    primary = Cluster(run, "primary")
    proxy = Proxy(run, primary.port)
    writer = Server(run, "writer", database_url=primary.url())
    url = primary.url(proxy.port)
    reader_server = Server(run, "reader", database_url=url, keyring_file=writer.keyring_file)
    path = f"/v1/llms/{writer.create_llm(1)}"
    revoked_id, revoked = writer.issue_token()
    _, valid = writer.issue_token()
    standby = Cluster(run, "standby", primary)
    warm(reader_server, path, revoked)
    warm(reader_server, path, valid)

    readers = {token: Reader(run, reader_server, path, token) for token in (revoked, valid)}
    proxy.stall()
    writer.request("DELETE", f"/v1/apikeys/{revoked_id}").expect(204)
    revoked_at = time.monotonic()
    replicated_after = primary.wait_for_replication(standby)
    proxy.switch(standby.port)
    switched_at = time.monotonic()
    time.sleep(RECOVERY)
    end_reads(readers.values())

    accepted_for = last_success(readers[revoked].answers, revoked_at)
    if accepted_for > BOUND:
        raise Failed(f"a revoked token is accepted {accepted_for:.2f} s after its revocation")
    used_for = last_success(readers[valid].answers, switched_at)
    if used_for > BOUND:
        raise Failed(f"a standby in recovery is read {used_for:.2f} s after the switch to it")
    statuses = {}
    for name, token in (("revoked", revoked), ("valid", valid)):
        after = [answer for answer in readers[token].answers if answer.sent_at > switched_at]
        for answer in after:
            if answer.status not in (200, 401):
                answer.expect_unavailable()
        statuses[name] = dict(collections.Counter(answer.status for answer in after))
    run.say(f"replicated after {replicated_after:.2f} s; {RECOVERY} s on the standby in recovery: {statuses}")

    writer.stop()
    primary.stop()
    standby.promote()
    until_read = wait_until(
        lambda: reader_server.request("GET", path, token=valid).status == 200, 10, "a read succeeds again"
    )
    reader_server.request("GET", path, token=revoked).expect(401)
    reader_server.create_llm(2)
    reader_server.stop()
    run.say(
        f"the revoked token was accepted for {accepted_for:.2f} s; reads and writes again"
        f" {until_read:.2f} s after the promotion"
    )


main(test)

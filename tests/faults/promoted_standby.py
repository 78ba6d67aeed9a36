"""Servers on PostgreSQL are led from the primary to its standby, which is promoted later.

One server is connected directly, the other one through PgBouncer, which pools transactions. They lose the
primary before a token is revoked through a third server. Then they reach the standby, which has the
revocation. Checks: from a second after the revocation on, the token is never accepted; a standby in recovery
is not used; after the promotion the servers work without a restart, and still refuse the token. `RECOVERY`
sets how many seconds the standby stays in recovery.
"""

import collections
import time

from support.pgbouncer import PgBouncer
from support.postgres import Cluster
from support.proxy import Proxy
from support.reader import Reader, end_reads, last_success, warm
from support.run import Failed, main, number_from_environment, wait_until
from support.server import Server

RECOVERY = number_from_environment("RECOVERY", 4)

# How long a server may answer with what was before.
BOUND = 1


def check_answers(readers, revoked_at, switched_at):
    """Checks the reads of one server, and returns a description of them."""
    accepted_for = last_success(readers["revoked"].answers, revoked_at)
    if accepted_for > BOUND:
        raise Failed(f"a revoked token is accepted {accepted_for:.2f} s after its revocation")
    used_for = last_success(readers["valid"].answers, switched_at)
    if used_for > BOUND:
        raise Failed(f"a standby in recovery is read {used_for:.2f} s after the switch to it")
    statuses = {}
    for name, reader in readers.items():
        after = [answer for answer in reader.answers if answer.sent_at > switched_at]
        for answer in after:
            if answer.status not in (200, 401):
                answer.expect_unavailable()
        statuses[name] = dict(collections.Counter(answer.status for answer in after))
    return f"the revoked token was accepted for {accepted_for:.2f} s; {RECOVERY} s in recovery: {statuses}"


def test(run):
    primary = Cluster(run, "primary")
    proxy = Proxy(run, primary.port)
    pgbouncer = PgBouncer(run, primary, registry=proxy.port)
    writer = Server(run, "writer", database_url=primary.url())
    urls = {"direct": primary.url(proxy.port), "pooled": pgbouncer.url("registry", "?pooler=transaction")}
    servers = {
        name: Server(run, name, database_url=url, keyring_file=writer.keyring_file)
        for name, url in urls.items()
    }
    path = f"/v1/llms/{writer.create_llm(1)}"
    revoked_id, revoked = writer.issue_token()
    tokens = {"revoked": revoked, "valid": writer.issue_token()[1]}
    standby = Cluster(run, "standby", primary)
    readers = {}
    for name, server in servers.items():
        for token in tokens.values():
            warm(server, path, token)
        readers[name] = {kind: Reader(run, server, path, token) for kind, token in tokens.items()}

    proxy.stall()
    writer.request("DELETE", f"/v1/apikeys/{revoked_id}").expect(204)
    revoked_at = time.monotonic()
    replicated_after = primary.wait_for_replication(standby)
    proxy.switch(standby.port)
    switched_at = time.monotonic()
    time.sleep(RECOVERY)
    end_reads([reader for of_server in readers.values() for reader in of_server.values()])
    run.say(f"the revocation is replicated after {replicated_after:.2f} s")
    for name, of_server in readers.items():
        run.say(f"{name}: {check_answers(of_server, revoked_at, switched_at)}")

    writer.stop()
    primary.stop()
    standby.promote()
    for name, server in servers.items():
        until_read = wait_until(
            lambda: server.request("GET", path, token=tokens["valid"]).status == 200,
            10,
            "a read succeeds again",
        )
        server.request("GET", path, token=revoked).expect(401)
        server.create_llm(f"2, {name}")
        server.stop()
        run.say(f"{name}: reads and writes again {until_read:.2f} s after the promotion")


main(test)

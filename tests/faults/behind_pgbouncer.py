"""Two servers reach one PostgreSQL database through PgBouncer, which pools transactions.

Checks: the same as of `two_servers`, where PgBouncer loses the database of one server, with fewer sessions
than connections; a server whose URL does not declare the pooler refuses to start, with one sentence, also
while other servers use it; one behind a pooler of sessions starts without the declaration. `LOAD` sets the
seconds of load.
"""

import os
import subprocess

from support.pgbouncer import SESSIONS, PgBouncer
from support.postgres import Cluster
from support.proxy import Proxy
from support.run import Failed, main, number_from_environment
from support.server import TIMEOUT, Server
from support.two_servers import check_two_servers

LOAD = number_from_environment("LOAD", 3)

DECLARED = "?pooler=transaction"

# Starts under load that must be refused.
STARTS = 10

# The exit status for a setting that is wrong.
WRONG_SETTING = 78


def check_refused(run, pgbouncer):
    """Starts a server whose URL does not declare the pooler."""
    environment = {
        "LLM_CONFIG_DATABASE_URL": pgbouncer.url("registry"),
        "LLM_CONFIG_DATA_DIR": str(run.folder / "undeclared"),
        "LLM_CONFIG_LISTEN": "127.0.0.1:0",
    }
    started = subprocess.run(
        [run.binary], env=os.environ | environment, capture_output=True, text=True, timeout=TIMEOUT
    )
    *_, sentence = (started.stderr.strip() or started.stdout.strip()).splitlines() or [""]
    if started.returncode != WRONG_SETTING or "add the parameter `pooler=transaction`" not in sentence:
        raise Failed(f"an undeclared pooler is not refused: status {started.returncode}, {started.stderr}")
    return sentence


def test(run):
    cluster = Cluster(run)
    proxy = Proxy(run, cluster.port)
    pgbouncer = PgBouncer(run, cluster, registry=cluster.port, cut=proxy.port)
    run.say(f"without a declaration: {check_refused(run, pgbouncer)}")
    if cluster.sql("SELECT to_regclass('installation') IS NULL") != "t":
        raise Failed("a refused start has created tables")

    def beside_load():
        for _ in range(STARTS):
            check_refused(run, pgbouncer)
        connections, sessions = (pgbouncer.count(what, "registry") for what in ("CLIENTS", "SERVERS"))
        if connections <= sessions or sessions > SESSIONS:
            raise Failed(f"{connections} connections have {sessions} sessions, so this test proves nothing")
        run.say(
            f"{connections} connections of the server share {sessions} sessions;"
            f" each of {STARTS} starts under load without a declaration is refused"
        )

    urls = [pgbouncer.url(name, DECLARED) for name in ("registry", "cut")]
    check_two_servers(run, cluster, urls, proxy, LOAD, beside_load)
    keyring_file = run.folder / "first" / "keyring"
    server = Server(run, "sessions", database_url=pgbouncer.url("sessions"), keyring_file=keyring_file)
    server.create_llm("through a pooler of sessions")
    server.stop()


main(test)

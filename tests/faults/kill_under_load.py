"""A server is killed at a random moment while clients write, and started again; several rounds.

On SQLite and on PostgreSQL, which goes on. Clients create, update and delete configurations, and issue and
revoke tokens. Checks: every acknowledged write is stored exactly once, none that a busy server has refused
is, and nothing is incomplete. `ROUNDS` sets the number of rounds on each database, `WRITES` how many writes
are acknowledged before each kill.
"""

import random
import signal
import time

from support.load import MIXED, Load, check_stored, check_tokens, stored_llms
from support.postgres import Cluster
from support.run import Failed, end, main, number_from_environment, wait_until
from support.server import Server

ROUNDS = number_from_environment("ROUNDS", 3)

WRITES = number_from_environment("WRITES", 100)

# The load has one owner.
NO_QUOTAS = {"max_configs_per_owner": 0, "max_tokens_per_user": 0}


def kill_during_load(server, load):
    enough = len(load.acknowledged) + WRITES
    load.start()
    try:
        wait_until(lambda: load.failure or len(load.acknowledged) >= enough, 900, "the clients have written")
        time.sleep(random.uniform(0, 0.3))
        server.check_running()
        load.is_kill_expected = True
        end(server.process, signal.SIGKILL)
    finally:
        load.end()


def check_complete(server, stored):
    """Fails unless a listed configuration can be read by its id and has its labels and its credential."""
    read = server.request("GET", f"/v1/llms/{stored['llmId']}").expect(200)
    number = read["displayName"].removeprefix("llm ")
    if not {"number": number, "env": "staging"}.items() <= read["labels"].items() or read != stored:
        raise Failed(f"a configuration is incomplete: {read}, listed as {stored}")
    credential = server.request("GET", f"/llm-config/v1/configs/{stored['llmId']}").expect(200)["credential"]
    if credential["source"] != "INLINE":
        raise Failed(f"a configuration has no credential: {read}")


def run_rounds(server):
    """Returns a description of what was written."""
    load = Load(server, MIXED)
    complete, taken_effect, slowest_start = set(), 0, 0
    for _ in range(ROUNDS):
        kill_during_load(server, load)
        slowest_start = max(slowest_start, server.start())
        taken_effect = check_stored(load)
        for stored in stored_llms(server):
            if stored["llmId"] not in complete:
                check_complete(server, stored)
                complete.add(stored["llmId"])
    tokens = check_tokens(load)
    server.stop()
    return (
        f"{len(load.acknowledged)} acknowledged writes are stored once, {taken_effect} of"
        f" {len(load.unanswered)} unanswered ones too, none of {len(load.refused)} refused;"
        f" {len(complete)} configurations complete, {tokens} tokens accepted; slowest start"
        f" {slowest_start:.2f} s"
    )


def test(run):
    for database, server in (
        ("SQLite", lambda: Server(run, "sqlite", **NO_QUOTAS)),
        ("PostgreSQL", lambda: Server(run, "postgresql", database_url=Cluster(run).url(), **NO_QUOTAS)),
    ):
        run.say(f"{ROUNDS} kills on {database}: {run_rounds(server())}")


main(test)

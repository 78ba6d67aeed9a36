"""The disk of PostgreSQL becomes full while clients write, and has space again later; twice.

The first time PostgreSQL cannot extend its tables. The second time it needs a new segment of its log and
crashes; it cannot recover on a full disk, so it ends, and is started when the disk has space. Checks: every
answer is a success or a clear 503; the server works again each time without a restart, and refuses nothing
more; everything acknowledged is stored once, and nothing refused. Only a write that was under way at the
crash may be either. `REFUSALS` sets how many writes are refused each time.
"""

import contextlib
import time

from support.disk import fill, mount_small_disk
from support.load import MIXED, Load, check_stored_for_good
from support.postgres import Cluster
from support.run import Failed, main, number_from_environment, wait_until
from support.server import Server

DISK_MIB = 128

REFUSALS = number_from_environment("REFUSALS", 20)

# How long the server may refuse after the database works: a request waits five seconds for a connection, and
# a busy machine adds some.
BOUND = 5 + 5


def crash(cluster):
    """Makes PostgreSQL begin segments of its log until it crashes."""
    with contextlib.suppress(Failed):
        while True:
            # A segment without a record is not ended.
            cluster.sql("SELECT pg_logical_emit_message(true, 'faults', 'record'), pg_switch_wal()")
    cluster.process.wait(30)


def wait_for_refusals(load, server):
    """Waits until writes are refused; returns the statuses of reads meanwhile."""
    enough = len(load.refused) + REFUSALS
    wait_until(lambda: load.failure or len(load.refused) >= enough, 300, "writes are refused")
    statuses = {}
    for path in ("/health", "/ready", "/v1/llms?limit=1"):
        answer = server.request("GET", path)
        if answer.status != 200:
            answer.expect_unavailable()
        statuses[path] = answer.status
    return statuses


def test(run):
    # Of PostgreSQL, which is why it crashes; not of our server.
    run.panics.remove("PANIC:")
    disk = mount_small_disk(run, DISK_MIB)
    cluster = Cluster(run, folder=disk / "postgres")
    quotas = {"max_configs_per_owner": 0, "max_tokens_per_user": 0}
    server = Server(run, "server", database_url=cluster.url(), **quotas)
    load = Load(server, MIXED)
    load.start()
    try:
        time.sleep(0.5)
        filler = fill(disk)
        statuses = wait_for_refusals(load, server)
        filler.unlink()
        first, last = load.wait_until_working(time.monotonic(), BOUND)
        run.say(f"full: {statuses}; with space, writes again after {first:.2f} s, last refusal {last:.2f} s")

        filler = fill(disk)
        begun_at = time.monotonic()
        crash(cluster)
        ended_at = time.monotonic()
        statuses = wait_for_refusals(load, server)
        filler.unlink()
        cluster.start()
        first, last = load.wait_until_working(time.monotonic(), BOUND)
        doubtful = load.doubt_refusals(begun_at, ended_at)
        run.say(f"crashed: {statuses}; started, writes again after {first:.2f} s, last refusal {last:.2f} s")
    finally:
        load.end()
    taken_effect, tokens = check_stored_for_good(load)
    run.say(
        f"{len(load.acknowledged)} acknowledged writes are stored once, {len(load.refused)} refused ones not,"
        f" {taken_effect} of {doubtful} with an unknown outcome are; {tokens} tokens accepted"
    )


main(test)

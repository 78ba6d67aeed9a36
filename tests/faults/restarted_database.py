"""PostgreSQL is stopped and started again under load, and ends the connections of a server; several rounds.

Each round stops it as `pg_ctl stop -m fast` and `-m immediate` do, and then terminates the backends of the
server. Clients write and read meanwhile. Checks: every answer is a success or a clear 503 with Retry-After;
the server works again without a restart, and soon refuses nothing more; everything acknowledged is stored
once; nothing that was refused is stored, also later. Only a write that was under way when connections broke
may be either. `ROUNDS` sets the number of rounds, `LONG_STOP` the seconds of the second stop.
"""

import collections
import time

from support.load import MIXED, Load, check_stored_for_good
from support.postgres import FAST, IMMEDIATE, Cluster
from support.reader import Reader, end_reads
from support.run import Failed, main, number_from_environment, wait_until
from support.server import ROOT_TOKEN, Server

ROUNDS = number_from_environment("ROUNDS", 1)

LONG_STOP = number_from_environment("LONG_STOP", 6)

# How long a server may refuse after the database is ready: the wait for a connection, and what a busy machine
# adds.
BOUND = 5 + 5

BACKENDS = "FROM pg_stat_activity WHERE application_name = 'llm-config'"


def restart(cluster, how, seconds):
    """Returns when all connections were broken."""
    cluster.stop(how)
    broken_at = time.monotonic()
    time.sleep(seconds)
    cluster.start()
    return broken_at


def terminate_backends(cluster):
    pids = cluster.sql(f"SELECT pid, pg_terminate_backend(pid) {BACKENDS}").splitlines()
    terminated = ", ".join(line.split("|")[0] for line in pids)
    left = f"SELECT count(*) {BACKENDS} AND pid IN ({terminated})"
    wait_until(lambda: cluster.sql(left) == "0", 10, "the backends end")
    return time.monotonic()


# What breaks the connections of the server. A request waits five seconds for a connection, so that clients do
# not notice a short stop, and are refused during a long one.
FAULTS = {
    "stopped fast for 1 s": lambda cluster: restart(cluster, FAST, 1),
    f"stopped at once for {LONG_STOP} s": lambda cluster: restart(cluster, IMMEDIATE, LONG_STOP),
    "backends terminated": terminate_backends,
}


def cause(fault, cluster, load):
    """Causes a fault once, and returns a description of the recovery."""
    refused, begun_at = len(load.refused), time.monotonic()
    broken_at = fault(cluster)
    first, last = load.wait_until_working(time.monotonic(), BOUND)
    refused = len(load.refused) - refused
    return (
        f"writes again {first:.2f} s after the database is ready, the last refusal after {last:.2f} s;"
        f" {refused} refused, of these {load.doubt_refusals(begun_at, broken_at)} with an unknown outcome"
    )


def check_reads(answers):
    """Fails unless every read succeeds or is refused clearly; returns a description."""
    for answer in answers:
        if answer.status != 200:
            answer.expect_unavailable()
    statuses = dict(collections.Counter(answer.status for answer in answers))
    return f"{statuses}, slowest {max(answer.seconds for answer in answers):.1f} s"


def test(run):
    cluster = Cluster(run)
    quotas = {"max_configs_per_owner": 0, "max_tokens_per_user": 0}
    server = Server(run, "server", database_url=cluster.url(), **quotas)
    load = Load(server, MIXED)
    path = f"/v1/llms/{load.create(0).expect(201)['llm']['llmId']}"
    reads = [(path, ROOT_TOKEN), ("/v1/llms?limit=1", ROOT_TOKEN), ("/ready", None)]
    readers = [Reader(run, server, *read) for read in reads]
    load.start()
    try:
        time.sleep(1)
        for name, fault in list(FAULTS.items()) * ROUNDS:
            run.say(f"{name}: {cause(fault, cluster, load)}")
    finally:
        load.end()
    reads = check_reads(end_reads(readers))
    taken_effect, tokens = check_stored_for_good(load)
    run.say(f"reads: {reads}; writes: {dict(load.statuses)}")
    run.say(
        f"{len(load.acknowledged)} acknowledged writes are stored once, {len(load.refused)} refused ones not,"
        f" {taken_effect} of {len(load.unanswered)} with an unknown outcome are; {tokens} tokens accepted"
    )


main(test)

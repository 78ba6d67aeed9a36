"""A server is killed at a random moment while clients call models, and started again; several rounds.

Case 57 of the gateway, on SQLite and on PostgreSQL. The provider keeps the calls and reports their tokens.
Checks: the calls and tokens that are counted after a restart are at most those that the provider has seen,
and at least those of all calls that were answered until shortly before the kill, because the server writes
every second. `ROUNDS` sets the number of rounds on each database.
"""

import random
import signal
import time

from support.calls import Clients, Counted, counted, create_config
from support.postgres import Cluster
from support.provider import Provider
from support.run import Failed, end, main, number_from_environment
from support.server import Server

ROUNDS = number_from_environment("ROUNDS", 2)

# Calls that ended this many seconds before a kill must be counted: one second between two writes, and half a
# second for a write on a busy machine.
BOUND = 1.5

CLIENTS = 8


def kill_during_calls(server, config):
    """Returns the time of the kill, and that of the answer to each call by its number."""
    clients = Clients(
        CLIENTS,
        [server],
        lambda caller, number: caller.call(config, number, is_stream=number // 2 % 2 == 0),
        is_kill_expected=True,
    )
    time.sleep(random.uniform(BOUND + 0.5, BOUND + 1.5))
    server.check_running()
    killed_at = time.monotonic()
    end(server.process, signal.SIGKILL)
    clients.join()
    return killed_at, clients.answered


def run_rounds(run, provider, database, server):
    """Returns a description of what was lost."""
    answered_calls, lost_calls, oldest_lost = 0, 0, 0
    for number in range(ROUNDS):
        config = create_config(server, provider, f"{database}-{number}")
        killed_at, answered = kill_during_calls(server, config)
        server.start()
        usage = counted(server, config)
        seen = Counted.of(provider.received(config.name))
        settled = Counted.of(call for call, at in answered.items() if at < killed_at - BOUND)
        if settled.calls == 0:
            raise Failed("no call was answered early enough")
        if not usage.is_at_most(seen):
            raise Failed(f"{usage} are counted, but the provider has seen only {seen}")
        if not settled.is_at_most(usage):
            raise Failed(f"{usage} are counted, but {settled} were answered {BOUND} s before the kill")
        lost = len(answered) - usage.calls
        if lost > 0:
            oldest_lost = max(oldest_lost, killed_at - sorted(answered.values())[usage.calls])
        answered_calls, lost_calls = answered_calls + len(answered), lost_calls + max(lost, 0)
    server.stop()
    return f"of {answered_calls} answered calls {lost_calls} are lost, the oldest {oldest_lost:.2f} s old"


def test(run):
    provider = Provider(run)
    for database, server in (
        ("SQLite", lambda: Server(run, "sqlite")),
        ("PostgreSQL", lambda: Server(run, "postgresql", database_url=Cluster(run).url())),
    ):
        lost = run_rounds(run, provider, database, server())
        run.say(f"{ROUNDS} kills on {database}: {lost}; none is counted that the provider has not seen")


main(test)

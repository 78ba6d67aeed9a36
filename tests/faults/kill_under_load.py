"""A server on SQLite is killed at a random moment while clients create, and started again; several rounds.

Checks: every acknowledged configuration is stored exactly once, and none is incomplete. `ROUNDS` sets the
number of rounds.
"""

import random
import signal
import time

from support.load import Load, check_stored, stored_llms
from support.run import Failed, end, main, number_from_environment
from support.server import Server

ROUNDS = number_from_environment("ROUNDS", 5)


def kill_during_load(server, load):
    load.start(is_kill_expected=True)
    time.sleep(random.uniform(0.3, 1))
    server.check_running()
    end(server.process, signal.SIGKILL)
    load.end()


def check_complete(server, stored):
    """Fails unless a listed configuration can be read by its id and has its labels and its credential."""
    read = server.request("GET", f"/v1/llms/{stored['llmId']}").expect(200)
    number = read["displayName"].removeprefix("llm ")
    if read["labels"] != {"number": number, "env": "staging"} or read != stored:
        raise Failed(f"a configuration is incomplete: {read}, listed as {stored}")


def test(run):
    server = Server(run, "server")
    load = Load(server)
    complete, killed_between, slowest_start = set(), 0, 0
    for _ in range(ROUNDS):
        kill_during_load(server, load)
        slowest_start = max(slowest_start, server.start())
        killed_between = check_stored(load)
        for stored in stored_llms(server):
            if stored["llmId"] not in complete:
                check_complete(server, stored)
                complete.add(stored["llmId"])
    server.stop()
    if load.refused:
        raise Failed(f"{len(load.refused)} creations were refused, although the server had space and time")
    run.say(
        f"{ROUNDS} rounds: {len(load.acknowledged)} acknowledged and stored once, {killed_between} of"
        f" {len(load.unanswered)} unanswered stored too, all complete; slowest start {slowest_start:.2f} s"
    )


main(test)

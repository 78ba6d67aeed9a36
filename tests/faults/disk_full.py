"""The disk becomes full while clients write to a server on SQLite, and has space again later.

Checks: every answer is a success or a clear 503; reads are answered meanwhile, and tokens are revoked although
clients still create; the server creates again when space returns, without a restart; after a restart, everything
acknowledged is stored, and nothing refused. `REFUSALS` sets how often creations are refused before space
returns, `TOKENS` how many tokens are revoked.
"""

import contextlib
import os
import sqlite3

from support.disk import mount_small_disk
from support.load import Load, check_stored
from support.run import Failed, main, number_from_environment, wait_until
from support.server import Server

DISK_MIB = 40

# What another program occupies and later deletes.
FILLER_MIB = 20

REFUSALS = number_from_environment("REFUSALS", 160)

TOKENS = number_from_environment("TOKENS", 20)


def create_until(load, is_done):
    """Creates with all clients until a condition is true; returns how many seconds that took."""
    load.start()
    try:
        return wait_until(lambda: load.failure or is_done(), 600, "the clients have created enough")
    finally:
        load.end()


def read_while_full(server, llm_id):
    """Returns the statuses of `/ready` and of reads, one of the cache and one of the database."""
    statuses = {}
    for path in ("/health", "/ready", f"/v1/llms/{llm_id}", "/v1/llms?limit=1"):
        answer = server.request("GET", path)
        if answer.status != 200:
            answer.expect_unavailable()
        statuses[path.split("?")[0].replace(llm_id, "{id}")] = answer.status
    if 200 not in statuses.values():
        raise Failed("no read is answered while the disk is full")
    return ", ".join(f"{path} {status}" for path, status in statuses.items())


def revoke_while_full(server, load, tokens):
    """Revokes tokens while clients create, which are refused."""
    refused = len(load.refused)
    load.start()
    try:
        for token_id, token in tokens:
            server.request("DELETE", f"/v1/apikeys/{token_id}").expect(204)
            server.request("GET", "/v1/users/me", token=token).expect(401)
    finally:
        load.end()
    if len(load.refused) == refused:
        raise Failed("no creation was refused, so the disk was not full")


def test(run):
    disk = mount_small_disk(run, DISK_MIB)
    filler = disk / "filler"
    filler.write_bytes(bytes(FILLER_MIB << 20))
    server = Server(run, "server", disk / "data")
    tokens = [server.issue_token() for _ in range(TOKENS)]
    load = Load(server)
    llm_id = load.create("first").expect(201)["llm"]["llmId"]

    seconds = create_until(load, lambda: len(load.refused) >= REFUSALS)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize // 1024
    run.say(f"{dict(load.statuses)} in {seconds:.1f} s until {free} KiB of {DISK_MIB} MiB are free")
    reads = read_while_full(server, llm_id)
    revoke_while_full(server, load, tokens)
    run.say(f"on the full disk: {reads}; {TOKENS} tokens are revoked while creations are refused")

    filler.unlink()
    numbers = iter(range(10**6, 2 * 10**6))
    until_created = wait_until(
        lambda: load.create(next(numbers)).status == 201, 15, "a creation succeeds again"
    )
    acknowledged, refused = len(load.acknowledged), len(load.refused)
    create_until(load, lambda: len(load.acknowledged) >= acknowledged + 100 or len(load.refused) > refused)
    if len(load.refused) > refused:
        raise Failed("creations are refused, although the disk has space again")

    server.stop()
    server.start()
    check_stored(load)
    for _, token in tokens:
        server.request("GET", "/v1/users/me", token=token).expect(401)
    server.stop()
    with contextlib.closing(sqlite3.connect(disk / "data" / "registry.db")) as database:
        [(result,)] = database.execute("PRAGMA integrity_check")
    if result != "ok":
        raise Failed(f"the database is damaged: {result}")
    run.say(
        f"with space again: a creation after {until_created * 1000:.0f} ms, then no refusal; after a restart"
        f" {len(load.acknowledged)} acknowledged are stored, {len(load.refused)} refused are not"
    )


main(test)

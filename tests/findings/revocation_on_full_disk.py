"""A3: on a full disk no token can be revoked.

A server on SQLite, whose disk another program fills. Checks: creations are refused with 503; the revocation
of a token succeeds, and the token is refused afterwards. Needs root, because it mounts a small disk.
"""

import os

from finding import Failed, Server, main
from support.disk import fill, mount_small_disk
from support.run import wait_until
from support.server import llm

DISK_MIB = 24


def test(run):
    disk = mount_small_disk(run, DISK_MIB)
    server = Server(run, data_folder=disk / "data")
    token_id, token = server.issue_token()
    numbers = iter(range(1000))
    server.request("POST", "/v1/llms", llm(next(numbers))).expect(201)
    fill(disk)

    def is_full():
        # What SQLite has allocated still takes some.
        return server.request("POST", "/v1/llms", llm(next(numbers))).status == 503

    wait_until(is_full, 60, "creations are refused")
    revoked = server.request("DELETE", f"/v1/apikeys/{token_id}").status
    used = server.request("GET", "/v1/users/me", token=token).status
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize // 1024
    figures = (
        f"{free} KiB free: a creation 503, the revocation of a token {revoked}, the token afterwards {used}"
    )
    if (revoked, used) != (204, 401):
        raise Failed(figures)
    return figures


main("A3", test)

"""M1: secrets can be read in a core file, and in memory by other programs of the server's user.

Checks: the limit of core files of the process is zero, and the system gives its memory to root only:
its files in `/proc` belong to root, although the process is another user's, and this user cannot read them.
Root starts the server as another user.
"""

import os
import pwd
import re
import resource
import shutil
import subprocess
from pathlib import Path

from finding import Failed, Server, main
from support.postgres import unprivileged_user
from support.run import identity, wait_until


class UnprivilegedServer(Server):
    """A server that a user without rights runs."""

    def start(self):
        self.user = unprivileged_user()
        if self.user:
            self.data_folder.mkdir(mode=0o700)
            for file in (self.data_folder, self.run.folder / "root-token"):
                os.chown(file, pwd.getpwnam(self.user).pw_uid, -1)
        self.process = self.run.start(self.name, [self.run.binary], self.environment, self.user)
        return wait_until(self.is_ready, 30, f"{self.name} is ready")


def test(run):
    # What a system may give: core files of any size.
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    # The folder of the build may be closed to other users.
    run.binary = Path(shutil.copy(run.binary, run.folder / "program"))
    server = UnprivilegedServer(run)
    process = Path(f"/proc/{server.process.pid}")
    core = re.search(r"^Max core file size +(\S+)", (process / "limits").read_text(), re.MULTILINE)[1]
    is_private = (process / "environ").stat().st_uid == 0
    command = ["cat", process / "environ"]
    is_read = subprocess.run(command, capture_output=True, **identity(server.user)).returncode == 0
    access = "can be read" if is_read else "cannot be read"
    owner = "root" if is_private else "its user"
    figures = f"core files: {core}, files of the process: of {owner}, its environment: {access} by its user"
    if core != "0" or not is_private or is_read:
        raise Failed(figures)
    return figures


main("M1", test)

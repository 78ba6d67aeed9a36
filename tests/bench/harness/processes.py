"""Processes that the run starts, pins to cores and ends."""

import os
import signal
import subprocess
import time
from pathlib import Path

from machine import Failed


class Processes:
    """All processes of the run; each is ended by its own id."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []

    def start(self, name, command, *, core, is_real_time, environment=None, user=None, log=None):
        """Starts a program on one core, with its output in a log file of the run."""
        log = log or self.folder / f"{name}.log"
        command = pinned(command, core, is_real_time, user)
        with open(log, "ab") as output:
            child = subprocess.Popen(
                [str(word) for word in command],
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
            )
        if not is_real_time:
            prefer(child.pid)
        process = Process(name, child, log, self)
        self.running.append(process)
        return process

    def adopt(self, name, child):
        """Makes sure that a client, which ends by itself, ends with the run."""
        self.running = [process for process in self.running if process.child.poll() is None or process.log]
        self.running.append(Process(name, child, None, self))

    def stop_all(self):
        for process in reversed(list(self.running)):
            process.stop()


class Process:
    """One started program."""

    def __init__(self, name, child, log, owner):
        self.name, self.child, self.log, self.owner = name, child, log, owner
        self.pid = child.pid

    def check(self):
        """Fails if the program has ended."""
        if self.child.poll() is not None:
            raise Failed(f"{self.name} has ended with status {self.child.returncode}:\n{self.last_lines()}")

    def last_lines(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])

    def stop(self, first=signal.SIGTERM):
        """Asks it to end, and kills it after twenty seconds."""
        for number, patience in ((first, 20), (signal.SIGKILL, 5)):
            if self.child.poll() is None:
                self.child.send_signal(number)
                try:
                    self.child.wait(patience)
                except subprocess.TimeoutExpired:
                    continue
        if self in self.owner.running:
            self.owner.running.remove(self)

    def wait_until(self, is_ready, patience=60):
        """Waits until the program is ready; fails if it ends, or is not ready in time."""
        end = time.monotonic() + patience
        while not is_ready():
            self.check()
            if time.monotonic() > end:
                raise Failed(f"{self.name} is not ready after {patience} s:\n{self.last_lines()}")
            time.sleep(0.02)


def prefer(pid):
    """Gives the session of a process, which it leads, the highest ordinary priority: where Linux groups the
    processes of a session, the priority of one process only counts within its group."""
    group = Path(f"/proc/{pid}/autogroup")
    if os.getuid() == 0 and group.exists():
        group.write_text("-19")


def pinned(command, core, is_real_time, user=None, rank=1):
    """The command on one core.

    In real time, only programs of a higher rank interrupt it, but the kernel takes a full core away from it
    for up to 50 ms in a second; else it has the highest ordinary priority.
    """
    ordinary = ["nice", "-n", "-19"] if os.getuid() == 0 else []
    priority = ["chrt", "-r", str(rank)] if is_real_time else ordinary
    identity = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
    return [*priority, "taskset", "-c", core, *identity, *command]

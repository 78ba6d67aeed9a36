"""One run of a fault test: its options, its folder and its processes, all of which it ends."""

import argparse
import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path


class Failed(Exception):
    """The test has failed; the message says why."""


class Run:
    """What a test starts, and what must be undone at its end."""

    def __init__(self, name, options, undo):
        self.name = name
        self.binary = options.binary.resolve()
        self.postgres = options.postgres
        self.undo = undo
        self.logs = []
        # The lines of logs that make the test fail.
        self.panics = ["panicked at", "PANIC:"]
        self.folder = Path(tempfile.mkdtemp(prefix=f"llm-config-{name}-", dir=temporary_folder()))
        undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
        # PostgreSQL runs as another user, who must be able to enter.
        self.folder.chmod(0o755)

    def say(self, text):
        print(f"{self.name}: {text}", flush=True)

    def start(self, name, command, environment=None, user=None):
        """Starts a program, with its output in a log file of the run."""
        log = self.folder / f"{name}.log"
        with open(log, "ab") as output:
            child = subprocess.Popen(
                [str(word) for word in command],
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                **identity(user),
            )
        if log not in self.logs:
            self.logs.append(log)
        self.undo.callback(end, child, signal.SIGQUIT)
        return child

    def check_logs(self):
        """Fails if a program has panicked, even if every answer was right."""
        for log in self.logs:
            for line in log.read_text(errors="replace").splitlines():
                if any(panic in line for panic in self.panics):
                    raise Failed(f"{log.name}: {line}")

    def print_logs(self):
        for log in self.logs:
            lines = log.read_text(errors="replace").splitlines()
            print(f"--- the last lines of {log.name}", *lines[-12:], sep="\n", file=sys.stderr)


def main(test):
    """Runs a test and ends the program with its status."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True, help="the server")
    parser.add_argument("--postgres", type=Path, required=True, help="the folder of PostgreSQL's programs")
    options = parser.parse_args()
    # So that the processes of the run end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as undo:
        run = Run(Path(sys.argv[0]).stem, options, undo)
        try:
            test(run)
            run.check_logs()
        except (Failed, OSError, http.client.HTTPException) as failure:
            run.print_logs()
            print(f"FAILED {run.name}: {failure}", file=sys.stderr)
            sys.exit(1)
    print(f"ok {run.name}", flush=True)


def identity(user):
    """The arguments that start a program as another user."""
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def end(child, number, patience=20):
    """Asks a process to end by a signal, and kills it if it does not. Returns its status."""
    for signal_number, seconds in ((number, patience), (signal.SIGKILL, 10)):
        if child.poll() is None:
            child.send_signal(signal_number)
            # A stopped process receives no signal but SIGKILL.
            child.send_signal(signal.SIGCONT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(seconds)
    return child.returncode


def wait_until(is_done, seconds, what, pause=0.02):
    """Waits for a condition and returns how long it took; fails if it does not come true in time."""
    started = time.monotonic()
    while not is_done():
        if time.monotonic() - started > seconds:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(pause)
    return time.monotonic() - started


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def number_from_environment(name, default):
    """A number that lengthens a test."""
    text = os.environ.get(name, "")
    if text and not text.isdigit():
        sys.exit(f"{name}: must be a whole number")
    return int(text) if text else default


def temporary_folder():
    """The folder for temporary files, unless only root can enter it: PostgreSQL runs as another user."""
    folder = Path(tempfile.gettempdir())
    is_open = all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))
    return folder if is_open or os.getuid() != 0 else "/tmp"

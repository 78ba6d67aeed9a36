"""The state of a run: options, processes, databases, results, progress."""

import contextlib
import fcntl
import json
import shutil
import sys
import time
from dataclasses import dataclass

from anchor import Registry
from installations import Installations
from machine import Failed
from postgres import Cluster
from processes import Processes
from server import Server

# About how long the creation of one configuration takes.
SECONDS_OF_A_SEED = {"sqlite": 0.0005, "postgres": 0.001}


@dataclass
class Sizes:
    """Which databases the operations use."""

    all: list

    @property
    def small(self):
        return self.all[0]

    @property
    def medium(self):
        """The one nearest to 100,000."""
        return min(self.all, key=lambda size: abs(size - 100_000))


class Bench:
    """Everything that operations share."""

    def __init__(self, options, plan):
        self.options = options
        self.folder = options.work
        self.is_real_time = options.is_real_time
        self.lock = self.only_run()
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        (self.folder / "run").mkdir(parents=True)
        self.processes = Processes(self.folder / "run")
        self.cluster = Cluster(self)
        self.installations = Installations(self)
        self.sizes = Sizes(options.sizes)
        self.progress = Progress(options, plan)
        self.results = []

    def only_run(self):
        """Refuses a second run in the same folder; the lock ends with this process."""
        lock = open(self.folder / "lock", "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(
                f"another run uses {self.folder}: wait for it, or name another folder with --work"
            ) from None
        return lock

    def record(self, sample):
        """Keeps a sample and writes it to the raw results."""
        self.results.append(sample)
        with open(self.options.out / "results.jsonl", "a") as file:
            file.write(json.dumps(sample) + "\n")

    @contextlib.contextmanager
    def installation(self, database, size):
        """A copy of a seeded database; deleted afterwards."""
        installation = self.installations.copy(database, size)
        try:
            yield installation
        finally:
            self.installations.remove(installation)

    @contextlib.contextmanager
    def started(self, installation, **options):
        """A server that runs for a while."""
        server = Server(self, installation, **options)
        try:
            yield server
        finally:
            server.stop()

    @contextlib.contextmanager
    def server(self, database, size, **options):
        """A server on a copy of a seeded database."""
        with self.installation(database, size) as installation:
            with self.started(installation, **options) as server:
                yield server

    @contextlib.contextmanager
    def registry(self):
        """The anchor on SQLite."""
        anchor = Registry(self)
        try:
            yield anchor
        finally:
            anchor.stop()

    @contextlib.contextmanager
    def without_real_time(self):
        """Programs that are started meanwhile do not run in real time, which distorts p99 on a full core."""
        before, self.is_real_time = self.is_real_time, False
        try:
            yield
        finally:
            self.is_real_time = before

    def end(self):
        self.processes.stop_all()
        shutil.rmtree(self.folder / "run", ignore_errors=True)


class Progress:
    """Says on standard error what runs, and how long the rest takes about."""

    def __init__(self, options, plan):
        self.options, self.plan = options, plan
        self.started = time.monotonic()
        self.done = 0.0
        # What the operation needs beyond its estimate, in seconds.
        self.extra = 0.0
        self.operation_started = self.started

    def begin(self, operation):
        self.operation_started, self.extra = time.monotonic(), 0.0
        self.note(f"{operation.id} begins")

    def finish(self, operation):
        self.done += operation.estimate(self.options)

    def seeding(self, database, size):
        self.extra += size * SECONDS_OF_A_SEED[database]
        self.note(f"creates {size:,} configurations on {database}; kept for later runs")

    def load(self, operation, step, name):
        self.note(f"{operation}  {step}  {name}")

    def note(self, text):
        now = time.monotonic()
        total = sum(operation.estimate(self.options) for operation in self.plan)
        rest = max(0, total + self.extra - self.done - (now - self.operation_started))
        print(f"[{clock(now - self.started)}, about {clock(rest)} left]  {text}", file=sys.stderr, flush=True)


def clock(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"

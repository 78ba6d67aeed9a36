"""A PostgreSQL cluster of the benchmark's own, at full durability, and pgbench."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import machine
from machine import Failed
from processes import pinned

SCRIPTS = Path(__file__).resolve().parent.parent / "pgbench"

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
fsync = on
synchronous_commit = on
lc_messages = 'C'
"""


class Cluster:
    """The server; it runs from the first use until the end of the run."""

    def __init__(self, bench):
        self.bench = bench
        self.programs = Path(bench.options.postgres)
        self.folder = bench.folder / "postgres"
        self.user = self.unprivileged_user()
        self.port = machine.free_port()
        self.process = None

    @staticmethod
    def unprivileged_user():
        """PostgreSQL refuses to run as root."""
        if os.getuid() != 0:
            return None
        if "postgres" not in {user.pw_name for user in pwd.getpwall()}:
            raise Failed("PostgreSQL does not run as root, and this machine has no user postgres")
        return "postgres"

    def start(self):
        if self.process:
            self.process.check()
            return self
        if not (self.folder / "PG_VERSION").exists():
            self.create()
        self.process = self.bench.processes.start(
            "postgres",
            [self.programs / "postgres", "-D", self.folder, "-p", str(self.port)],
            core=self.bench.options.server_core,
            is_real_time=self.bench.is_real_time,
            user=self.user,
        )
        self.process.wait_until(self.answers)
        # Copies of a run that was killed.
        for database in self.sql("SELECT datname FROM pg_database WHERE datname LIKE 'run\\_%'").split():
            self.drop(database)
        return self

    def stop(self):
        if self.process:
            self.process.stop(signal.SIGINT)
            self.process = None

    def create(self):
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            shutil.chown(self.folder, self.user, self.user)
            reachable = subprocess.run(
                ["runuser", "-u", self.user, "--", "test", "-x", self.folder], check=False
            )
            if reachable.returncode != 0:
                raise Failed(
                    f"the user {self.user} cannot enter {self.folder}: name another folder with --work"
                )
        command = [self.programs / "initdb", "-D", self.folder, "-U", "bench", "--auth=trust", "-E", "UTF8"]
        command += ["--locale=C"]
        run_as(self.user, command)
        with open(self.folder / "postgresql.conf", "a") as file:
            file.write(SETTINGS)

    def answers(self):
        ready = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def sql(self, statement, database="postgres"):
        """Runs SQL and returns its rows as text."""
        psql = [self.programs / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", self.url(database), "-c", statement]
        return run_as(None, psql).strip()

    def url(self, database):
        return f"postgres://bench@127.0.0.1:{self.port}/{database}"

    def has(self, database):
        return self.sql(f"SELECT count(*) FROM pg_database WHERE datname = '{database}'") == "1"

    def copy(self, template, database):
        """Creates a database with the content of another one, and writes both to the disk."""
        self.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        # Without the write-ahead log, which would have as many bytes as the database.
        is_known = int(self.sql("SHOW server_version_num")) >= 150000
        strategy = "STRATEGY file_copy" if is_known else ""
        self.sql(f'CREATE DATABASE "{database}" TEMPLATE "{template}" {strategy}')
        self.sql("CHECKPOINT")

    def transactions(self, installation):
        """The number of transactions that the database of an installation has ended."""
        # A backend reports its statistics when it is idle, at most once a second.
        time.sleep(1.1)
        database = installation.url.rpartition("/")[2]
        count = f"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{database}'"
        return int(self.sql(count))

    def drop(self, database):
        self.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def prepare_pgbench(self):
        """Creates the table that pgbench reads and writes."""
        if not self.has("pgbench"):
            self.sql("CREATE DATABASE pgbench")
        psql = [self.programs / "psql", "-qX", "-v", "ON_ERROR_STOP=1", self.url("pgbench")]
        run_as(None, [*psql, "-f", SCRIPTS / "schema.sql"])
        self.sql("CHECKPOINT")


class PgbenchLoad:
    """One transaction of pgbench, as a load beside those of wrk."""

    prepare = None

    def __init__(self, name, cluster, script, connections):
        self.name, self.cluster, self.script, self.connections = name, cluster, script, connections
        self.facts = {}

    def measure(self, bench, seconds):
        cluster, log = self.cluster, bench.folder / "run" / "pgbench"
        command = [cluster.programs / "pgbench", "-h", "127.0.0.1", "-p", cluster.port, "-U", "bench", "-n"]
        command += ["-M", "prepared", "-f", SCRIPTS / f"{self.script}.sql", "-c", self.connections, "-j", "1"]
        command += ["-T", seconds, "-l", f"--log-prefix={log}", "pgbench"]
        cpu = machine.cpu_seconds(cluster.process.pid)
        started = time.monotonic()
        output = run_as(None, pinned(command, bench.options.client_core, bench.is_real_time), seconds + 60)
        elapsed = time.monotonic() - started
        cpu = machine.cpu_seconds(cluster.process.pid) - cpu
        latencies = []
        for path in log.parent.glob("pgbench.*"):
            with open(path) as file:
                latencies += [int(line.split()[2]) for line in file]
            path.unlink()
        latencies.sort()
        rate = re.search(r"^tps = ([\d.]+)", output, re.M)
        if not (rate and latencies):
            raise Failed(f"pgbench printed no rate:\n{output}")
        return {
            "requests": len(latencies),
            "rps": float(rate[1]),
            "refused": 0,
            "socket_errors": 0,
            "p50_us": latencies[len(latencies) // 2],
            "p99_us": latencies[int(len(latencies) * 0.99)],
            "max_us": latencies[-1],
            "postgres_cpu_us": cpu * 1e6 / len(latencies),
            "cpu_us": None,
            "pss_mib": None,
            "server_cores": cpu / elapsed,
            "other_cores": None,
        }


def run_as(user, command, limit=600):
    """Runs a program to its end and returns its output; fails with the output of errors."""
    if user:
        command = ["runuser", "-u", user, "--", *command]
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=limit, cwd="/", check=False)
    except subprocess.TimeoutExpired:
        raise Failed(f"did not end within {limit} s: {' '.join(words)}") from None
    if done.returncode != 0:
        raise Failed(f"failed: {' '.join(words)}\n{(done.stderr or done.stdout)[-800:]}")
    return done.stdout

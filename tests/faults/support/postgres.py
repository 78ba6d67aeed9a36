"""Throw-away PostgreSQL servers: a primary, its standby, and sessions."""

import os
import pwd
import signal
import subprocess

from .run import Failed, end, free_port, identity, wait_until

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 32MB
max_wal_size = 128MB
# The files are thrown away.
fsync = off
lc_messages = 'C'
# Without the statements, which hide the errors.
log_min_error_statement = panic
"""


# How to stop a cluster: the signals that `pg_ctl stop -m fast` and `-m immediate` send.
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT


class Cluster:
    """A PostgreSQL server with an empty database, or a standby that follows another one."""

    def __init__(self, run, name="postgres", primary=None, folder=None):
        self.run, self.name = run, name
        self.folder = folder or run.folder / name
        self.user = unprivileged_user()
        if primary:
            command = ["pg_basebackup", "-D", self.folder, "-d", primary.url(), "-R", "--checkpoint=fast"]
        else:
            command = ["initdb", "-D", self.folder, "-U", "faults", "--auth=trust", "--no-sync"]
            command += ["-E", "UTF8", "--locale=C"]
        self.folder.mkdir(mode=0o700)
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        self.call(command)
        if not primary:
            with open(self.folder / "postgresql.conf", "a") as file:
                file.write(SETTINGS)
        # Late, because another program may take it meanwhile.
        self.port = free_port()
        self.start()

    def start(self):
        """Starts it on its files. Returns how long it took until it was ready."""
        program = [self.run.postgres / "postgres", "-D", self.folder, "-p", self.port]
        self.process = self.run.start(self.name, program, user=self.user)
        return wait_until(self.is_ready, 120, f"{self.name} is ready")

    def call(self, command):
        """Runs one of PostgreSQL's programs to its end."""
        program, *words = command
        command = [str(word) for word in (self.run.postgres / program, *words)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", **identity(self.user))
        if done.returncode != 0:
            raise Failed(f"{program} failed: {(done.stderr or done.stdout).strip()[-500:]}")
        return done.stdout.strip()

    def is_ready(self):
        if self.process.poll() is not None:
            raise Failed(f"{self.name} has ended with status {self.process.returncode}")
        return subprocess.run([self.run.postgres / "pg_isready", "-q", "-d", self.url()]).returncode == 0

    def url(self, port=None):
        """The address of the database, or of a proxy in front of it."""
        return f"postgres://faults@127.0.0.1:{port or self.port}/postgres"

    def sql(self, statement):
        return self.call(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", self.url(), "-c", statement])

    def wait_for_replication(self, standby):
        """Waits until the standby has applied everything that is committed here now."""
        position = self.sql("SELECT pg_current_wal_lsn()")
        query = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
        return wait_until(lambda: standby.sql(query) == "t", 20, "the standby has applied the change")

    def promote(self):
        self.call(["pg_ctl", "-D", self.folder, "-w", "-s", "promote"])

    def stop(self, how=IMMEDIATE):
        """Ends it; `IMMEDIATE` without a last checkpoint, as a crash of its machine does."""
        end(self.process, how)


class Session:
    """A connection whose transaction stays open between two calls."""

    def __init__(self, cluster):
        command = [cluster.run.postgres / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", cluster.url()]
        words = [str(word) for word in command]
        pipe = subprocess.PIPE
        self.child = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, bufsize=1)
        cluster.run.undo.callback(end, self.child, signal.SIGTERM)

    def run(self, statement):
        """Returns when the statement has been executed."""
        self.child.stdin.write(f"{statement};\nSELECT 'executed';\n")
        self.child.stdin.flush()
        if self.child.stdout.readline().strip() != "executed":
            raise Failed(f"the statement failed: {statement}")


def unprivileged_user():
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    users = {user.pw_name for user in pwd.getpwall()}
    # The second is the user without rights on every Linux.
    return "postgres" if "postgres" in users else pwd.getpwuid(65534).pw_name

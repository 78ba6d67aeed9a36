"""PgBouncer in front of a PostgreSQL server."""

import os
import shutil
import subprocess

from .run import Failed, free_port, wait_until

# Of one user in one database. Fewer than the connections of one server, so that these share sessions.
SESSIONS = 4

CONFIGURATION = """
[databases]
{databases}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
admin_users = faults
pool_mode = transaction
default_pool_size = {sessions}
max_client_conn = 200
server_login_retry = 1
log_connections = 0
log_disconnections = 0
"""


class PgBouncer:
    """A process of PgBouncer that pools transactions. `ports` has the port of PostgreSQL, or of a proxy in
    front of it, for each name of a database; each has sessions of its own. The database `sessions` pools
    sessions instead."""

    def __init__(self, run, cluster, **ports):
        # Debian installs it where the search path of most users does not lead.
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        if not program:
            raise Failed("pgbouncer is missing")
        self.cluster, self.port = cluster, free_port()
        target = "host=127.0.0.1 dbname=postgres"
        lines = [f"{name} = {target} port={port}" for name, port in ports.items()]
        lines.append(f"sessions = {target} port={cluster.port} pool_mode=session pool_size=20")
        folder = run.folder / "pgbouncer"
        folder.mkdir()
        users, file = folder / "users", folder / "pgbouncer.ini"
        users.write_text('"faults" ""\n')
        databases = "\n".join(lines)
        file.write_text(
            CONFIGURATION.format(databases=databases, port=self.port, users=users, sessions=SESSIONS)
        )
        self.process = run.start("pgbouncer", [program, file], user=cluster.user)
        wait_until(self.is_ready, 20, "PgBouncer is ready")

    def is_ready(self):
        if self.process.poll() is not None:
            raise Failed(f"PgBouncer has ended with status {self.process.returncode}")
        ready = [self.cluster.run.postgres / "pg_isready", "-q", "-d", self.url("pgbouncer")]
        return subprocess.run(ready).returncode == 0

    def url(self, database, parameters=""):
        return f"postgres://faults@127.0.0.1:{self.port}/{database}{parameters}"

    def count(self, what, database):
        """How many of its CLIENTS or SERVERS, which are sessions, belong to a database."""
        command = ["psql", "-qAtX", "-F", " ", self.url("pgbouncer"), "-c", f"SHOW {what}"]
        # The third column is the database, after the kind and the user.
        rows = [line.split(" ") for line in self.cluster.call(command).splitlines()]
        return sum(row[2] == database for row in rows)

"""Databases with a number of configurations: seeded once, and copied for each operation."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path

from machine import Failed
from server import TOKEN, Server

# Grows when the seeder writes other rows, so that older databases are not used again.
FORM = 1

# How many of the seeded configurations have an encrypted credential.
CREDENTIALS = 10_000

# The most seconds that the creation of one configuration may take.
SECONDS_OF_A_SEED = 0.01

# The most ids that are kept for reads, evenly spread over the database.
KEPT_IDS = 100_000


@dataclass
class Installation:
    """A data directory, and a database that belongs to its keyring."""

    folder: Path
    database: str
    url: str
    size: int

    @property
    def ids(self):
        """A file with ids of configurations, at most `KEPT_IDS`."""
        return self.folder / "ids"

    def environment(self):
        return {
            "LLM_CONFIG_DATA_DIR": str(self.folder / "data"),
            "LLM_CONFIG_DATABASE_URL": self.url,
            "LLM_CONFIG_BOOTSTRAP_TOKEN_FILE": str(self.folder / "token"),
            # One user creates more configurations than a quota would allow.
            "LLM_CONFIG_MAX_CONFIGS_PER_OWNER": "0",
            "LLM_CONFIG_MAX_TOKENS_PER_USER": "0",
            "LLM_CONFIG_MAX_TOTAL_CONFIGS": "0",
        }

    def some_ids(self, count):
        """A file with this many of the ids, evenly spread."""
        ids = self.ids.read_text().split()
        step = max(1, len(ids) // count)
        path = self.folder / f"ids-{count}"
        path.write_text("".join(f"{id}\n" for id in ids[::step][:count]))
        return path


class Installations:
    """Makes installations of each kind and size."""

    def __init__(self, bench):
        self.bench = bench
        self.number = 0
        self.schema = None

    def copy(self, database, size):
        """A new installation with `size` configurations."""
        template = self.template(database, size)
        self.number += 1
        folder = self.bench.folder / "run" / f"{database}-{size}-{self.number}"
        shutil.copytree(template.folder, folder)
        if database == "sqlite":
            return Installation(folder, database, f"sqlite://{folder}/data/registry.db", size)
        name = f"run_{self.number}"
        self.bench.cluster.copy(template_name(template.url), name)
        return Installation(folder, database, self.bench.cluster.url(name), size)

    def renew(self, installation):
        """Makes a copy, whose server does not run, equal to its template again."""
        template = self.template(installation.database, installation.size)
        if installation.database == "postgres":
            self.bench.cluster.copy(template_name(template.url), template_name(installation.url))
            return
        shutil.rmtree(installation.folder)
        shutil.copytree(template.folder, installation.folder)

    def remove(self, installation):
        """Deletes a copy."""
        shutil.rmtree(installation.folder)
        if installation.database == "postgres":
            self.bench.cluster.drop(template_name(installation.url))

    def template(self, database, size):
        """The seeded installation that is copied; made at the first use, and kept for later runs."""
        name = f"{database}_{size}_{self.schema_hash()}"
        folder = self.bench.folder / "seeded" / name
        if database == "postgres":
            url = self.bench.cluster.start().url(name)
        else:
            url = f"sqlite://{folder}/data/registry.db"
        installation = Installation(folder, database, url, size)
        # The file of ids is written last.
        if not installation.ids.exists() or (database == "postgres" and not self.bench.cluster.has(name)):
            shutil.rmtree(folder, ignore_errors=True)
            if database == "postgres":
                self.bench.cluster.drop(name)
                self.bench.cluster.sql(f'CREATE DATABASE "{name}"')
            self.seed(installation)
        return installation

    def schema_hash(self):
        """A hash of the tables that this binary creates: another schema needs other databases."""
        if self.schema is None:
            folder = self.bench.folder / "run" / "schema"
            installation = Installation(folder, "sqlite", f"sqlite://{folder}/data/registry.db", 0)
            self.initialise(installation)
            with sqlite3.connect(folder / "data" / "registry.db") as connection:
                rows = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
            connection.close()
            self.schema = hashlib.sha256(f"{FORM} {rows}".encode()).hexdigest()[:10]
            shutil.rmtree(folder)
        return self.schema

    def initialise(self, installation):
        """Starts and stops a server, which creates the tables, the keys and the root user."""
        data = installation.folder / "data"
        data.mkdir(parents=True, mode=0o700)
        token = installation.folder / "token"
        token.write_text(TOKEN + "\n")
        token.chmod(0o600)
        server = Server(self.bench, installation)
        server.call("GET", "/v1/users/me")
        server.stop()

    def seed(self, installation):
        size, database = installation.size, installation.database
        self.bench.progress.seeding(database, size)
        self.initialise(installation)
        command = [self.bench.options.seeder, "--database-url", installation.url]
        command += ["--keyring", installation.folder / "data" / "keyring", "--count", size]
        command += ["--credentials", min(size, CREDENTIALS), "--parallel", 1 if database == "sqlite" else 4]
        words, limit = [str(word) for word in command], 120 + size * SECONDS_OF_A_SEED
        try:
            done = subprocess.run(words, stdout=subprocess.PIPE, text=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            raise Failed(f"the seeder did not end within {limit:.0f} s") from None
        if done.returncode != 0:
            raise Failed(f"the seeder failed with status {done.returncode}")
        ids = done.stdout.split()
        if len(ids) != size:
            raise Failed(f"the seeder created {len(ids)} configurations in place of {size}")
        if database == "sqlite":
            with sqlite3.connect(installation.folder / "data" / "registry.db") as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
        else:
            self.bench.cluster.sql("VACUUM ANALYZE", template_name(installation.url))
        step = max(1, len(ids) // KEPT_IDS)
        temporary = installation.folder / "ids.new"
        temporary.write_text("".join(f"{id}\n" for id in ids[::step][:KEPT_IDS]))
        os.sync()
        temporary.rename(installation.ids)


def template_name(url):
    """The name of the database in a URL of PostgreSQL."""
    return url.rsplit("/", 1)[1]

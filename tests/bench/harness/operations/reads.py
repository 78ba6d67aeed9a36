"""`GET /v1/llms/{id}` beside the least that a read can cost."""

from anchor import Registry
from postgres import PgbenchLoad
from rounds import interleave
from rows import judged
from server import Server
from wrk import Load

# A cache of this size holds almost none of 100,000 configurations.
SMALL_CACHE = {"LLM_CONFIG_CACHE_ENTRIES": "64"}


def get(name, server, connections, ids):
    """Reads of random configurations of those in the file."""
    return Load(name, server.target(), "/v1/llms/{id}", connections, ids=ids)


def cached(bench):
    """P1: one configuration, again and again."""
    with bench.server("sqlite", bench.sizes.small) as server:
        anchor = Registry(bench)
        base, ours = anchor.get(32), get("GET", server, 32, server.installation.some_ids(1))
        figures = interleave(bench, "P1", server.installation, [anchor.token_only(32), base, ours])
        anchor.stop()
    yield judged(
        "P1",
        "GET, 32 connections",
        figures.ratio(ours, base),
        "%",
        0.8,
        1.5,
        more_is_better=True,
        installation=server.installation,
        baseline=base.name,
        note=figures.note(ours, base),
    )


def uncached(bench):
    """P1b: configurations at random, more than the cache holds."""
    with bench.server("sqlite", bench.sizes.medium, environment=SMALL_CACHE) as server:
        anchor = Registry(bench)
        base, ours = anchor.get(32), get("GET, cache too small", server, 32, server.installation.ids)
        figures = interleave(bench, "P1b", server.installation, [base, ours])
        anchor.stop()
    yield judged(
        "P1b",
        "GET at random, cache too small",
        figures.ratio(ours, base),
        "%",
        0.35,
        0.6,
        more_is_better=True,
        installation=server.installation,
        baseline=base.name,
        note=figures.note(ours, base),
    )


def one_connection(bench):
    """P2: the time of one request alone."""
    with bench.server("sqlite", bench.sizes.small) as server:
        anchor = Registry(bench)
        base, ours = anchor.get(1), get("GET", server, 1, server.installation.some_ids(1))
        figures = interleave(bench, "P2", server.installation, [base, ours])
        anchor.stop()
    yield judged(
        "P2",
        "GET, 1 connection, p50",
        figures.ratio(ours, base, "p50_us"),
        "x",
        1.3,
        1.0,
        more_is_better=False,
        installation=server.installation,
        baseline=base.name,
        note=figures.note(ours, base),
    )


def postgres(bench):
    """P5: on PostgreSQL, with the server on the client's core, where pgbench is."""
    core = bench.options.client_core
    with bench.server("postgres", bench.sizes.small, core=core) as server:
        bench.cluster.prepare_pgbench()
        base = PgbenchLoad("pgbench, SELECT", bench.cluster, "get", 8)
        ours = get("GET", server, 8, server.installation.ids)
        figures = interleave(bench, "P5", server.installation, [base, ours])
    yield judged(
        "P5",
        "GET, 8 connections",
        figures.ratio(ours, base),
        "%",
        1.0,
        2.0,
        more_is_better=True,
        installation=server.installation,
        baseline=base.name,
        note=figures.note(ours),
    )

"""`GET /v1/llms/{id}` beside the least that a read can cost."""

from postgres import PgbenchLoad
from rounds import compared, interleave
from wrk import Load

# A cache of this size holds almost none of 100,000 configurations. A server without a cache ignores it.
SMALL_CACHE = {"LLM_CONFIG_CACHE_ENTRIES": "64"}


def get(name, server, connections, ids):
    """Reads of random configurations of those in the file."""
    return Load(name, server.target(), "/v1/llms/{id}", connections, ids=ids)


def cached(bench):
    """P1: one configuration, again and again."""
    with bench.server("sqlite", bench.sizes.small) as server, bench.registry() as anchor:
        base, ours = anchor.get(32), get("GET", server, 32, server.installation.some_ids(1))
        figures = interleave(bench, "P1", server.installation, [anchor.token_only(32), base, ours])
        name = "GET, 32 connections"
        yield compared("P1", name, figures, ours, base, "rate", 0.8, 1.5, server.installation)


def uncached(bench):
    """P1b: configurations at random, more than the cache holds."""
    size = bench.sizes.medium
    with bench.server("sqlite", size, environment=SMALL_CACHE) as server, bench.registry() as anchor:
        base, ours = anchor.get(32), get("GET, cache too small", server, 32, server.installation.ids)
        figures = interleave(bench, "P1b", server.installation, [base, ours])
        name = "GET at random, cache too small"
        yield compared("P1b", name, figures, ours, base, "rate", 0.35, 0.6, server.installation)


def one_connection(bench):
    """P2: the time of one request alone."""
    with bench.server("sqlite", bench.sizes.small) as server, bench.registry() as anchor:
        base, ours = anchor.get(1), get("GET", server, 1, server.installation.some_ids(1))
        figures = interleave(bench, "P2", server.installation, [base, ours])
        name = "GET, 1 connection, p50"
        yield compared("P2", name, figures, ours, base, "p50", 1.3, 1.0, server.installation)


def postgres(bench):
    """P5: on PostgreSQL, with the server on the client's core, where pgbench is."""
    core = bench.options.client_core
    with bench.server("postgres", bench.sizes.small, core=core) as server:
        bench.cluster.prepare_pgbench()
        base = PgbenchLoad("pgbench, SELECT", bench.cluster, "get", 8)
        ours = get("GET", server, 8, server.installation.ids)
        figures = interleave(bench, "P5", server.installation, [base, ours])
        name = "GET, 8 connections"
        yield compared("P5", name, figures, ours, base, "rate", 1.0, 2.0, server.installation)

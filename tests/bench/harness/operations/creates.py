"""`POST /v1/llms` beside the least that a create at full durability can cost."""

from postgres import PgbenchLoad
from rounds import compared, interleave
from rows import judged
from server import CREATE
from wrk import Load


def create(name, server, connections):
    """Creates of configurations with a credential, each with another key."""
    return Load(name, server.target(), "/v1/llms", connections, "POST", CREATE)


def sqlite(bench):
    """P3, P3b: 32 connections on SQLite."""
    with bench.server("sqlite", bench.sizes.small) as server, bench.registry() as anchor:
        base, ours = anchor.create(32), create("create", server, 32)
        figures = interleave(bench, "P3", server.installation, [base, ours])
        name = "create, 32 connections"
        yield compared("P3", name, figures, ours, base, "rate", 1.5, 3.0, server.installation)
    with bench.without_real_time(), bench.server("sqlite", bench.sizes.small) as server:
        ours = create("create, not in real time", server, 32)
        figures = interleave(bench, "P3b", server.installation, [ours])
    facts = {"more_is_better": False, "installation": server.installation}
    slowest = figures.most(ours, "max_us") / 1e3
    yield judged("P3b", "create, slowest request", slowest, "ms", 1000, None, **facts)
    yield judged("P3b", "create, refused requests", figures.failures(ours), "", 0, 0, **facts)
    yield judged("P3b", "create, p99 / p50", figures.spread(ours), "x", None, 5, **facts)


def postgres(bench):
    """P4: 8 and 32 connections on PostgreSQL, with the server on the client's core, where pgbench is."""
    core = bench.options.client_core
    with bench.server("postgres", bench.sizes.small, core=core) as server:
        bench.cluster.prepare_pgbench()
        pairs = [
            (
                PgbenchLoad(f"pgbench, create, {connections} clients", bench.cluster, "create", connections),
                create(f"create, {connections} connections", server, connections),
            )
            for connections in (8, 32)
        ]
        figures = interleave(bench, "P4", server.installation, [load for pair in pairs for load in pair])
        for base, ours in pairs:
            yield compared("P4", ours.name, figures, ours, base, "rate", 0.5, 0.7, server.installation)

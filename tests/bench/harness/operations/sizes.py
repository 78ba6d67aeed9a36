"""The same requests on the smallest database and on larger ones: time must not grow with the number of rows."""

from contextlib import ExitStack

from operations.creates import create
from operations.reads import get
from rounds import interleave
from rows import judged, skipped
from wrk import Load

# Reads take their ids from this many configurations of each database, so that only the size differs.
WORKING_SET = 1000

LISTS = (
    ("label on 1 in 10", "/v1/llms?label=env%3Dprod&limit=20", (1.5, 1.1)),
    ("label on 1 in 10,000", "/v1/llms?label=tier%3Drare&limit=20", (None, None)),
)


def lists(bench):
    """P6: a page of twenty configurations with one label."""
    for database in bench.options.databases:
        yield from lists_of(bench, database)


def lists_of(bench, database):
    with ExitStack() as stack:
        servers = [stack.enter_context(bench.server(database, size)) for size in bench.sizes.all]
        for title, path, (must, aim) in LISTS:
            status, answer = servers[0].request("GET", path)
            if status == 400:
                reason = "this server knows no `limit`"
                yield skipped("P6", f"list of 20, {title}", servers[0].installation, reason)
                continue
            if status != 200 or len(answer["llms"]) > 20:
                reason = f"the list answered {status} with more than 20 configurations"
                yield skipped("P6", f"list of 20, {title}", servers[0].installation, reason)
                continue
            loads = [Load(f"list, {title}, {server.installation.size:,}", server.target(), path, 1) for server in servers]
            loads = with_sizes(loads, servers)
            figures = interleave(bench, "P6", servers[0].installation, loads)
            for load, server in list(zip(loads, servers, strict=True))[1:]:
                yield judged(
                    "P6",
                    f"list of 20, {title}, p50",
                    figures.ratio(load, loads[0], "p50_us"),
                    "x",
                    must,
                    aim,
                    more_is_better=False,
                    installation=server.installation,
                    baseline=f"the same at {servers[0].installation.size:,}",
                    note=figures.note(load, loads[0]),
                )


def gets_and_creates(bench):
    """P7: reads and creates, 32 connections, time per request."""
    for database in bench.options.databases:
        yield from gets_of(bench, database)
        yield from creates_of(bench, database)


def gets_of(bench, database):
    with ExitStack() as stack:
        servers = [stack.enter_context(bench.server(database, size)) for size in bench.sizes.all]
        loads = [
            get(f"GET, {server.installation.size:,}", server, 32, server.installation.some_ids(WORKING_SET))
            for server in servers
        ]
        loads = with_sizes(loads, servers)
        figures = interleave(bench, "P7", servers[0].installation, loads)
        yield from grown(figures, loads, servers, "GET")


def creates_of(bench, database):
    """Creates make a database grow, so each measurement begins with a new copy of the smallest one."""
    with ExitStack() as stack:
        servers = [stack.enter_context(bench.server(database, size)) for size in bench.sizes.all]
        loads = [create(f"create, {server.installation.size:,}", server, 32) for server in servers]
        loads = with_sizes(loads, servers)

        def renew():
            servers[0].stop()
            bench.installations.renew(servers[0].installation)
            servers[0].start()
            loads[0].target = servers[0].target()

        loads[0].prepare = renew
        figures = interleave(bench, "P7", servers[0].installation, loads)
        yield from grown(figures, loads, servers, "create")


def with_sizes(loads, servers):
    for load, server in zip(loads, servers, strict=True):
        load.facts["size"] = server.installation.size
    return loads


def grown(figures, loads, servers, name):
    for load, server in list(zip(loads, servers, strict=True))[1:]:
        yield judged(
            "P7",
            f"{name}, 32 connections, time per request",
            1 / figures.ratio(load, loads[0]),
            "x",
            1.3,
            1.1,
            more_is_better=False,
            installation=server.installation,
            baseline=f"the same at {servers[0].installation.size:,}",
            note=figures.note(load, loads[0]),
        )

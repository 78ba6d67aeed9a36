"""The same requests on the smallest database and on larger ones: time must not grow with the rows."""

from contextlib import ExitStack
from functools import partial

from operations.creates import create
from operations.reads import get
from rounds import compared, interleave
from rows import skipped
from wrk import Load

# Reads take their ids from this many configurations of each database, so that only the size differs.
WORKING_SET = 1000

LISTS = (
    ("label on 1 in 10", "/v1/llms?label=env%3Dprod&limit=20", 1.5, 1.1),
    # A short page at the smallest size, so it has no target.
    ("label on 1 in 10,000", "/v1/llms?label=tier%3Drare&limit=20", None, None),
)


def lists(bench):
    """P6: a page of at most twenty configurations with one label, at one connection."""
    for database in bench.options.databases:
        with ExitStack() as stack:
            servers = [stack.enter_context(bench.server(database, size)) for size in bench.sizes.all]
            for title, path, must, aim in LISTS:
                reason = refusal(servers[0], path)
                if reason:
                    yield skipped("P6", f"list of 20, {title}", servers[0].installation, reason)
                    continue
                loads = [Load(title, server.target(), path, 1) for server in servers]
                sized(loads, servers)
                figures = interleave(bench, "P6", servers[0].installation, loads)
                yield from grown("P6", f"list of 20, {title}, p50", figures, loads, servers, "p50", must, aim)


def refusal(server, path):
    """Why the list cannot be measured; none if it can."""
    status, answer = server.request("GET", path)
    if status == 400:
        return "this server knows no `limit`"
    if status != 200 or len(answer["llms"]) > 20:
        return f"the server answers {status} and does not keep to `limit`"
    return None


def gets_and_creates(bench):
    """P7: reads and creates, 32 connections, time per request."""
    for database in bench.options.databases:
        with ExitStack() as stack:
            servers = [stack.enter_context(bench.server(database, size)) for size in bench.sizes.all]
            loads = [get("GET", server, 32, server.installation.some_ids(WORKING_SET)) for server in servers]
            yield from gets_or_creates(bench, "GET", loads, servers)
            loads = [create("create", server, 32) for server in servers]
            loads[0].prepare = partial(renew, bench, servers[0], loads[0])
            yield from gets_or_creates(bench, "create", loads, servers)


def gets_or_creates(bench, name, loads, servers):
    sized(loads, servers)
    figures = interleave(bench, "P7", servers[0].installation, loads)
    title = f"{name}, 32 connections, time per request"
    yield from grown("P7", title, figures, loads, servers, "time", 1.3, 1.1)


def renew(bench, server, load):
    """Creates make the smallest database grow, so each measurement begins with a new copy."""
    server.stop()
    bench.installations.renew(server.installation)
    server.start()
    load.target = server.target()


def sized(loads, servers):
    """The raw results name the size of each."""
    for load, server in zip(loads, servers, strict=True):
        load.facts["size"] = server.installation.size


def grown(id, title, figures, loads, servers, quantity, must, aim):
    """One row for each size but the smallest."""
    for load, server in list(zip(loads, servers, strict=True))[1:]:
        row = compared(id, title, figures, load, loads[0], quantity, must, aim, server.installation)
        row.baseline = f"the same at {servers[0].installation.size:,}"
        yield row

"""Calls of models through two servers on one PostgreSQL database, and through one on SQLite.

Case 55 of the gateway. Checks: once they are written, and again after a restart, the calls and tokens of each
configuration are exactly those that the provider has answered and reported, with streams and without, in both
APIs that show them and in each way of grouping. `CALLS` sets the number of calls on each database.
"""

from support import answers
from support.calls import Clients, Counted, counted, create_config, usage_of
from support.postgres import Cluster
from support.provider import Provider
from support.run import Failed, main, number_from_environment, wait_until
from support.server import Server

CALLS = number_from_environment("CALLS", 1000)

CLIENTS = 8


def make_calls(servers, configs):
    """Makes all calls, through all servers, half of them streams; returns how long that took."""

    def call(caller, number):
        config = configs[number // 4 % len(configs)]
        caller.call(config, number, is_stream=number // 2 % 2 == 0, at=number % 3 % len(servers))

    clients = Clients(CLIENTS, servers, call, range(CALLS))
    clients.join()
    return max(clients.answered.values()) - min(clients.answered.values())


def check_groupings(server, expected):
    """Fails unless the sums over all rows are the same, by whatever the rows are grouped."""
    for grouping in ("config", "token", "model", "workspace", "hour"):
        report = server.request("GET", f"/llm-config/v1/usage?groupBy={grouping}").expect(200)
        for name, value in (
            ("calls", expected.calls),
            ("ok", expected.calls),
            ("inputTokens", expected.prompt),
            ("cachedTokens", expected.cached),
            ("outputTokens", expected.completion),
        ):
            found = sum(row[name] for row in report["rows"])
            if found != value:
                raise Failed(f"by {grouping}, {name} is {found} instead of {value}")


def check_database(run, provider, database, servers):
    configs = [
        create_config(servers[0], provider, f"{database}-{api}", api)
        for api in (answers.OPENAI, answers.ANTHROPIC)
    ]
    seconds = make_calls(servers, configs)
    expected = {config: Counted.of(provider.received(config.name)) for config in configs}
    calls = sum(each.calls for each in expected.values())
    if calls != CALLS:
        raise Failed(f"the provider has received {calls} calls instead of {CALLS}")

    def is_counted():
        return sum(usage_of(servers[-1], config).calls for config in configs) >= CALLS

    until_counted = wait_until(is_counted, 10, "all calls are counted")
    for is_restarted in (False, True):
        for config in configs:
            usage = counted(servers[0], config)
            if usage != expected[config]:
                raise Failed(f"{usage} are counted of {config.name} instead of {expected[config]}")
        check_groupings(servers[0], Counted.of(range(CALLS)))
        for server in servers:
            server.stop()
        if not is_restarted:
            servers[0].start()
            servers = servers[:1]
    run.say(
        f"{CALLS} calls on {database} in {seconds:.1f} s: counted {until_counted:.1f} s later, and after a"
        f" restart: {Counted.of(range(CALLS))}"
    )


def test(run):
    provider = Provider(run)
    check_database(run, provider, "SQLite", [Server(run, "sqlite")])
    url = Cluster(run).url()
    first = Server(run, "first", database_url=url)
    second = Server(run, "second", database_url=url, keyring_file=first.keyring_file)
    check_database(run, provider, "PostgreSQL", [first, second])


main(test)

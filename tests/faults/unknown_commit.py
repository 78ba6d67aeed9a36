"""The connection to PostgreSQL is cut at commits of usage, so that the server does not learn their outcome.

Case 56 of the gateway. Connections are cut before the commit, after it, and again when the server repeats
it, while clients call models. Checks: all calls are answered; they and their tokens are counted exactly once,
also after a restart. `ROUNDS` sets how often the cuts are repeated.
"""

from support.calls import Clients, Counted, counted, create_config, usage_of
from support.commit_proxy import CommitProxy, Cut
from support.postgres import Cluster
from support.provider import Provider
from support.run import Failed, main, number_from_environment, wait_until
from support.server import Server

ROUNDS = number_from_environment("ROUNDS", 1)

# Each is made at the next commit, so the second and third of the last ones meet repetitions.
CUTS = [
    [Cut.AFTER_COMMIT],
    [Cut.BEFORE_COMMIT],
    [Cut.AFTER_COMMIT, Cut.AFTER_COMMIT, Cut.BEFORE_COMMIT],
]

CLIENTS = 4


def test(run):
    provider = Provider(run)
    cluster = Cluster(run)
    proxy = CommitProxy(run, cluster.port, "INSERT INTO usage_batches")
    server = Server(run, "server", database_url=cluster.url(proxy.port))
    config = create_config(server, provider, "counted")
    clients = Clients(
        CLIENTS,
        [server],
        lambda caller, number: caller.call(config, number, is_stream=number // 2 % 2 == 0),
    )
    made = 0
    for cuts in CUTS * ROUNDS:
        made += len(cuts)
        proxy.planned.extend(cuts)
        wait_until(lambda: len(proxy.done) == made or clients.is_ended.is_set(), 20, "the commits are cut")
    clients.is_ended.set()
    clients.join()

    expected = Counted.of(provider.received(config.name))
    wait_until(lambda: usage_of(server, config).calls >= expected.calls, 10, "all calls are counted")
    server.stop()
    server.start()
    usage = counted(server, config)
    server.stop()
    if usage != expected:
        raise Failed(f"{usage} are counted instead of {expected}")
    described = ", ".join(f"{proxy.done.count(cut)} {cut.value}" for cut in Cut)
    run.say(f"connections cut: {described}; all of {expected.calls} calls are counted once: {usage}")


main(test)

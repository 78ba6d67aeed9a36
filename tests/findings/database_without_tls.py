"""I5: a remote PostgreSQL server without TLS is used silently: libpq prefers TLS, and goes on without it.

PostgreSQL without TLS is reached at 0.0.0.0, which is this machine, and no loopback address. Checks: the
server refuses it and names `sslmode`; it starts with `sslmode=disable`.
"""

from finding import Failed, Server, main
from support.postgres import Cluster


def test(run):
    cluster = Cluster(run)
    remote = cluster.url().replace("127.0.0.1", "0.0.0.0")
    # Of the same data directory, because the keys of the database are in it.
    data = run.folder / "data"
    Server(run, "first", data_folder=data, database_url=f"{remote}?sslmode=disable").stop()
    try:
        Server(run, "second", data_folder=data, database_url=remote)
    except Failed:
        printed = (run.folder / "second.log").read_text().strip()
    else:
        raise Failed("a server without TLS is used without a word")
    if "sslmode" not in printed:
        raise Failed(f"the refusal does not name sslmode: {printed}")
    return f"refused: {printed.splitlines()[-1]}"


main("I5", test)

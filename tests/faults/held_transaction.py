"""A transaction stays open for some seconds after its changes, while two servers read and others commit.

Checks: until the commit, both servers read the old rows; a second after it, both apply the new role of a user
and refuse a token that is switched off, although later transactions have committed before. `HELD` sets the
seconds.
"""

import collections
import itertools
import time

from support.load import Load
from support.postgres import Cluster, Session
from support.reader import Reader, end_reads, last_success, warm
from support.run import Failed, main, number_from_environment
from support.server import Server

HELD = number_from_environment("HELD", 5)

# How long after a commit a server may answer with what was before.
BOUND = 1

ADMINISTRATORS = 254


def create_user(server, cluster, name):
    """A user with every right and a token: the id of the user, that of the token, and the token."""
    lock_of_root = "SELECT hashtext(id) & 1023 FROM users WHERE email = 'root@localhost'"
    for number in itertools.count():
        email = f"{name}{number}@example.com"
        body = {"email": email, "firstName": name, "lastName": "Example", "orgRole": ADMINISTRATORS}
        user = server.request("POST", "/organization/users", body).expect(200)["data"]["id"]
        # A change of rights holds one of 1024 locks, and the writes of a user with the same lock wait for it.
        if cluster.sql(f"SELECT hashtext('{user}') & 1023 = ({lock_of_root})") == "f":
            return (user, *server.issue_token(user))


def test(run):
    cluster = Cluster(run)
    first = Server(run, "first", database_url=cluster.url())
    second = Server(run, "second", database_url=cluster.url(), keyring_file=first.keyring_file)
    path = f"/v1/llms/{first.create_llm('of root')}"
    lowered_user, _, lowered = create_user(first, cluster, "ada")
    _, inactive_id, inactive = create_user(first, cluster, "bob")
    readers = {}
    for server in (first, second):
        for change, token in (("role", lowered), ("token", inactive)):
            warm(server, path, token)
            readers[server.name, change] = Reader(run, server, path, token)

    session = Session(cluster)
    session.run("BEGIN")
    session.run(f"UPDATE users SET org_role = 'USER' WHERE id = '{lowered_user}'")
    session.run(f"UPDATE tokens SET status = 'INACTIVE' WHERE id = '{inactive_id}'")
    others = Load(first)
    numbers = iter(range(10**6))
    held_until = time.monotonic() + HELD
    while time.monotonic() < held_until:
        others.create(next(numbers))
        time.sleep(0.02)
    committed_meanwhile = len(others.acknowledged)
    if committed_meanwhile == 0:
        raise Failed("no other transaction has committed meanwhile")
    committing_at = time.monotonic()
    session.run("COMMIT")
    committed_at = time.monotonic()
    while time.monotonic() < committed_at + 2 * BOUND:
        others.create(next(numbers))
    end_reads(readers.values())

    delays = {}
    for (server, change), reader in readers.items():
        statuses = collections.Counter(answer.status for answer in reader.answers)
        new = 401 if change == "token" else 403
        if statuses.keys() != {200, new}:
            raise Failed(f"{server}, {change}: expected 200 and then {new}, got {dict(statuses)}")
        received = [answer.sent_at + answer.seconds for answer in reader.answers if answer.status == new]
        if min(received) < committing_at:
            raise Failed(f"{server}, {change}: the change is seen before its commit")
        delay = last_success(reader.answers, committed_at)
        if delay > BOUND:
            raise Failed(f"{server}, {change}: a read that was sent {delay:.2f} s after the commit is old")
        delays[f"{server} server, {change}"] = f"{delay * 1000:.0f} ms"
    for server in (first, second):
        server.stop()
    described = "; ".join(f"{name} {delay}" for name, delay in delays.items())
    reads = sum(len(reader.answers) for reader in readers.values())
    run.say(f"held for {HELD} s while {committed_meanwhile} others committed; {reads} reads")
    run.say(f"the last old answer was to a request sent after the commit by: {described}")


main(test)

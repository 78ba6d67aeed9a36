"""What holds for two servers on one PostgreSQL: uniqueness, rights, leases, and the loss of the database."""

import collections
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .load import Load, stored_editions
from .provider import send_json
from .reader import BOUND, Reader, check_outage, end_reads, last_success, warm
from .run import Failed, wait_until
from .server import ROOT_TOKEN, TIMEOUT, Server, llm

# How long a request may take: a use case may wait ten seconds for the database; a busy machine adds some.
DEADLINE = 10 + 10

# Clients that create the same at each server, and how often.
CREATORS, CREATIONS = 3, 15

# Seconds between two background checks of a configuration, and how many configurations are checked.
CHECK_EVERY, CHECKED = 1, 6

# The roles that see everything, and those that see what is theirs.
ADMINISTRATORS, USER = 254, 0


class CheckedProvider(ThreadingHTTPServer):
    """A provider that answers every check after a while, and notes keys that are checked twice at once."""

    daemon_threads = True

    def __init__(self, run):
        super().__init__(("127.0.0.1", 0), CheckHandler)
        self.lock = threading.Lock()
        self.running, self.overlapping = collections.Counter(), set()
        threading.Thread(target=self.serve_forever, daemon=True).start()
        run.undo.callback(self.shutdown)

    def body(self, name):
        """A configuration at this provider with a key of its own."""
        endpoint = f"http://127.0.0.1:{self.server_port}/v1"
        return llm(name) | {"endpointUrl": endpoint}

    def handle_error(self, *_):
        """A client that leaves is no error."""


class CheckHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        key, server = self.headers.get("authorization"), self.server
        with server.lock:
            server.running[key] += 1
            if server.running[key] > 1:
                server.overlapping.add(key)
        time.sleep(0.1)
        with server.lock:
            server.running[key] -= 1
        send_json(self, 200, {"object": "list", "data": [{"id": "gpt-4o-mini", "object": "model"}]})

    def log_message(self, *_):
        pass


def create_at_once(servers, path, bodies, duplicate):
    """Creates each body several times at all servers at the same time. Fails unless one creation of each
    succeeds and the others are refused with this status."""
    clients = [server for server in servers for _ in range(CREATORS)]
    barrier = threading.Barrier(len(clients), timeout=TIMEOUT)

    def create(server):
        answers = []
        for body in bodies:
            barrier.wait()
            answers.append(server.request("POST", path, body))
        return answers

    with ThreadPoolExecutor(len(clients)) as threads:
        answers = list(threads.map(create, clients))
    winners = collections.Counter()
    for number, of_body in enumerate(zip(*answers)):
        created = [client for client, answer in zip(clients, of_body) if answer.status in (200, 201)]
        if len(created) != 1:
            raise Failed(f"POST {path}: {len(created)} of the same creations have succeeded")
        winners[created[0].name] += 1
        for answer in of_body:
            answer.expect(200, 201, duplicate)
            if answer.status == duplicate and "already" not in json.dumps(answer.body):
                raise Failed(f"POST {path}, body {number}: refused for another reason: {answer.body}")
    return winners


def check_uniqueness(run, servers):
    first = servers[0]
    workspace = first.request("POST", "/workspace", {"name": "shared"}).expect(200, 201)["workspace"]["id"]
    endpoint = {"aiType": "OPENAI", "endpoint": "https://api.openai.com/v1", "workspaceId": workspace}
    named = [{"name": f"name {n}", "secret": f"sk-{n}-0123456789", **endpoint} for n in range(CREATIONS)]
    names = create_at_once(servers, "/ai/llm", named, 400)
    fingerprints = create_at_once(servers, "/v1/llms", [llm(f"same {n}") for n in range(CREATIONS)], 409)
    run.say(
        f"{2 * CREATIONS} configurations, created by {len(servers) * CREATORS} clients at once: one each,"
        f" names {dict(names)}, fingerprints {dict(fingerprints)}"
    )


@dataclass(eq=False)
class Change:
    """A request at one server that takes rights away from a token."""

    server: Server
    kind: str
    token: str
    request: tuple
    # The status of requests with the token afterwards.
    refusal: int


def planned_changes(servers):
    """At each server, a role to lower and a token to revoke."""
    for number, server in enumerate(servers):
        body = {"firstName": "Ada", "lastName": "Example", "orgRole": ADMINISTRATORS}
        body["email"] = f"ada{number}@example.com"
        user = server.request("POST", "/organization/users", body).expect(200)["data"]["id"]
        _, lowered = server.issue_token(user)
        revoked_id, revoked = server.issue_token()
        yield Change(server, "role", lowered, ("PUT", f"/organization/users/{user}", {"orgRole": USER}), 403)
        yield Change(server, "token", revoked, ("DELETE", f"/v1/apikeys/{revoked_id}"), 401)


def check_rights(run, servers, path):
    """Takes rights away at each server, and reads with them at both."""
    changes = list(planned_changes(servers))
    readers = {}
    for change in changes:
        for server in servers:
            warm(server, path, change.token, 0.1)
            readers[change, server] = Reader(run, server, path, change.token)
    moments = {}
    for change in changes:
        change.server.request(*change.request).expect(200, 204)
        moments[change] = time.monotonic()
        # A write is decided by the rights in the database.
        for server in servers:
            server.request("DELETE", path, token=change.token).expect(change.refusal)
    time.sleep(1.2 * BOUND)
    end_reads(readers.values())
    slowest = collections.Counter()
    for (change, server), reader in readers.items():
        name = f"{change.kind} changed at {change.server.name}, read at {server.name}"
        statuses = collections.Counter(answer.status for answer in reader.answers)
        if statuses.keys() != {200, change.refusal}:
            raise Failed(f"{name}: expected 200 and then {change.refusal}, got {dict(statuses)}")
        old_for = last_success(reader.answers, moments[change])
        if old_for > (0 if server == change.server else BOUND):
            raise Failed(f"{name}: a read that was sent {old_for:.2f} s after the change is old")
        slowest[change.kind] = max(slowest[change.kind], old_for)
    reads = sum(len(reader.answers) for reader in readers.values())
    described = ", ".join(f"{kind} {seconds * 1000:.0f} ms" for kind, seconds in slowest.items())
    run.say(f"{reads} reads; last old answer after a change at the other server: {described}; no old write")


class Checkers:
    """Two more servers, which run background checks of all configurations."""

    def __init__(self, run, cluster, provider, url, keyring_file):
        self.run, self.cluster, self.provider = run, cluster, provider
        settings = {"database_url": url, "keyring_file": keyring_file, "check_every": f"{CHECK_EVERY}s"}
        settings["allowed_hosts"] = f"127.0.0.1:{provider.server_port}"
        self.servers = [Server(run, f"checker{number}", **settings) for number in (1, 2)]
        self.holders = set()

    def has_checked(self):
        """Whether both have run checks, and each configuration was checked several times."""
        holders = self.cluster.sql("SELECT DISTINCT holder FROM check_schedule WHERE holder IS NOT NULL")
        self.holders.update(holders.split())
        counts = [len(times) for times in self.times().values()]
        return len(self.holders) == 2 and len(counts) == CHECKED and min(counts) >= 3

    def times(self):
        """When each configuration was checked, in microseconds."""
        of_schedule = "SELECT config_id, at FROM config_checks WHERE trigger = 'BACKGROUND' ORDER BY at"
        times = collections.defaultdict(list)
        for line in self.cluster.sql(of_schedule).splitlines():
            config, at = line.split("|")
            times[config].append(int(at))
        return times

    def check(self):
        """A configuration is due again an interval after its check, whichever server has run it."""
        wait_until(self.has_checked, DEADLINE, "both servers have run background checks")
        for server in self.servers:
            server.stop()
        times = self.times().values()
        gap = min(later - earlier for of_one in times for earlier, later in zip(of_one, of_one[1:])) / 1e6
        if gap < CHECK_EVERY:
            raise Failed(f"a configuration was checked twice within {gap:.2f} s")
        if self.provider.overlapping:
            raise Failed("a configuration was checked by both servers at once")
        self.run.say(
            f"{sum(map(len, times))} background checks of {len(times)} configurations by two servers: the"
            f" shortest time between two of one is {gap:.2f} s of {CHECK_EVERY} s"
        )


def check_cut_off(run, servers, proxy, path, meanwhile):
    """Stalls the proxy between the second server and the database."""
    first, second = servers
    revoked_id, revoked = first.issue_token()
    readers = {token: Reader(run, second, path, token, timeout=DEADLINE) for token in (ROOT_TOKEN, revoked)}
    for token in readers:
        warm(second, path, token, 0.1)
    proxy.stall()
    stalled_at = time.monotonic()
    first.request("DELETE", f"/v1/apikeys/{revoked_id}").expect(204)
    revoked_at = time.monotonic()
    meanwhile()

    def has_refused():
        return all(any(answer.status == 503 for answer in reader.answers) for reader in readers.values())

    wait_until(has_refused, DEADLINE, "the server that is cut off refuses")
    forwarded_at = time.monotonic()
    proxy.forward()
    until_read = wait_until(lambda: second.request("GET", path).status == 200, 30, "a read succeeds again")
    end_reads(readers.values())
    second.request("GET", path, token=revoked).expect(401)
    accepted_for = last_success(readers[revoked].answers, revoked_at)
    if accepted_for > BOUND:
        raise Failed(f"the server that is cut off accepts a token {accepted_for:.2f} s after its revocation")
    answers = [answer for reader in readers.values() for answer in reader.answers]
    during = [a for a in answers if a.sent_at > stalled_at and a.sent_at + a.seconds < forwarded_at]
    served_for, slowest = check_outage(during, stalled_at)
    run.say(
        f"cut off for {forwarded_at - stalled_at:.1f} s: from memory for {served_for:.2f} s, then 503 after"
        f" {slowest:.1f} s at most; reads again after {until_read:.2f} s"
    )


def check_load(run, server, seconds, beside_load):
    """Writes at one server; every write must succeed and be stored once."""
    load = Load(server)
    load.start()
    ends_at = time.monotonic() + seconds
    try:
        beside_load()
        time.sleep(max(0, ends_at - time.monotonic()))
    finally:
        load.end()
    if load.refused:
        raise Failed(f"{len(load.refused)} writes were refused: {dict(load.statuses)}")
    stored = stored_editions(server)
    for name, item in load.items.items():
        editions = stored.get(name) or [None]
        if len(editions) != 1 or editions[0] not in item.possible:
            raise Failed(f"{name} is stored as {editions} instead of {item.possible}")
    run.say(f"{len(load.acknowledged)} writes by 16 clients in {seconds} s, none refused, all stored once")


def check_two_servers(run, cluster, urls, proxy, seconds_of_load, beside_load=lambda: None):
    """Runs all checks with one server at each URL, of which the second leads through the proxy."""
    first = Server(run, "first", database_url=urls[0])
    second = Server(run, "second", database_url=urls[1], keyring_file=first.keyring_file)
    servers = (first, second)
    # Background checks call no others.
    provider = CheckedProvider(run)
    bodies = [provider.body(f"checked {number}") for number in range(CHECKED)]
    created = [first.request("POST", "/v1/llms", body).expect(201)["llm"] for body in bodies]
    path = f"/v1/llms/{created[0]['llmId']}"
    check_rights(run, servers, path)

    def meanwhile():
        Checkers(run, cluster, provider, urls[0], first.keyring_file).check()
        check_load(run, first, seconds_of_load, beside_load)

    check_cut_off(run, servers, proxy, path, meanwhile)
    check_uniqueness(run, servers)
    for server in servers:
        server.stop()

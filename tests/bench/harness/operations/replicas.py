"""P12: a change at one server, until another server on the same PostgreSQL shows it."""

import http.client
import statistics
import time

from machine import Failed
from rows import judged
from server import exchange

TIMES = 20
POLL = 0.005
LIMIT = 30

ADMINISTRATORS, USER = 254, 0


class Replicas:
    """Two servers; what is changed at the first is watched at the second."""

    def __init__(self, first, second):
        self.first, self.second = first, second
        self.connection = http.client.HTTPConnection("127.0.0.1", second.port, timeout=30)

    def watch(self, path, token=None):
        arguments = {"token": token} if token else {}
        return exchange(self.connection, "GET", path, **arguments)

    def delay(self, path, change, is_shown, token=None):
        """The seconds from the answer to the change until the second server shows it."""
        # The second server has read it before, so it may be in a cache there.
        for _ in range(3):
            if is_shown(*self.watch(path, token)):
                raise Failed(f"GET {path} shows a change before it was made")
        change()
        changed = time.monotonic()
        while not is_shown(*self.watch(path, token)):
            if time.monotonic() - changed > LIMIT:
                raise Failed(f"GET {path} does not show a change after {LIMIT} s")
            time.sleep(POLL)
        return time.monotonic() - changed

    def config(self, number):
        body = {
            "displayName": f"Replica {number}",
            "providerType": "VLLM",
            "endpointUrl": f"http://replica-{number}.example.com:8000/v1",
            "modelIdentifier": "qwen3",
        }
        return "/v1/llms/" + self.first.call("POST", "/v1/llms", body)["llm"]["llmId"]

    def user(self, number, role):
        body = {"email": f"user-{number}@example.com", "firstName": "Ada", "lastName": "L", "orgRole": role}
        return self.first.call("POST", "/organization/users", body)["data"]["id"]

    def token(self, holder=None):
        body = {"subjectPrincipalId": holder} if holder else {}
        created = self.first.call("POST", "/v1/apikeys", body)
        return created["apiKeyMetadata"]["apiKeyId"], created["rawApiKey"]

    def edit(self, number):
        path = self.config(f"edit-{number}")

        def change():
            self.first.call("PUT", path, {"displayName": "Changed"})

        return self.delay(path, change, lambda status, body: body.get("displayName") == "Changed")

    def delete(self, number):
        path = self.config(f"delete-{number}")
        return self.delay(path, lambda: self.first.call("DELETE", path), lambda status, _: status == 404)

    def revoke(self, _number):
        id, token = self.token()
        change = lambda: self.first.call("DELETE", f"/v1/apikeys/{id}")  # noqa: E731
        return self.delay("/v1/users/me", change, lambda status, _: status == 401, token)

    def lower_role(self, number):
        path, user = self.config(f"role-{number}"), self.user(number, ADMINISTRATORS)
        _, token = self.token(user)

        def change():
            self.first.call("PUT", f"/organization/users/{user}", {"orgRole": USER})

        return self.delay(path, change, lambda status, _: status in (403, 404), token)


def changes(bench):
    core = bench.options.client_core
    with (
        bench.without_real_time(),
        bench.server("postgres", bench.sizes.small) as first,
        bench.started(first.installation, core=core) as second,
    ):
        replicas = Replicas(first, second)
        for name, change in (
            ("revoke a token", replicas.revoke),
            ("lower a role", replicas.lower_role),
            ("edit a configuration", replicas.edit),
            ("delete a configuration", replicas.delete),
        ):
            bench.progress.load("P12", f"{TIMES} times", name)
            times = [change(number) for number in range(TIMES)]
            yield row(bench, first.installation, name, times)


def row(bench, installation, name, times):
    p50, most = statistics.median(times) * 1e3, max(times) * 1e3
    bench.record(
        {
            "operation": "P12",
            "load": name,
            "database": installation.database,
            "size": installation.size,
            "p50_us": p50 * 1e3,
            "max_us": most * 1e3,
        }
    )
    return judged(
        "P12",
        f"{name}, until the other server shows it, slowest of {TIMES}",
        most,
        "ms",
        1000,
        100,
        more_is_better=False,
        installation=installation,
        note=f"p50 {p50:.1f} ms",
    )

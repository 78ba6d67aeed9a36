"""The wall clock of a running server jumps a day forth, back, a day behind, and back again.

On SQLite, and on PostgreSQL with a second server whose clock stays right. Checks after each jump: tokens and
a browser session end and live by the clock, and tokens that are valid for longer always work; background
checks go on, and the last check is the one that was made last, with `available` and the history by it; new
configurations and tokens are the last ones of lists; a revocation and an update apply within a second.
`ROUNDS` sets how often the clock jumps so.
"""

import http.client
import itertools
import time
from typing import NamedTuple
from urllib.parse import urlencode

from support.calls import create_config
from support.clock import Clock
from support.postgres import Cluster
from support.provider import Provider
from support.reader import Reader, end_reads, last_success, warm
from support.run import Failed, main, number_from_environment, wait_until
from support.server import ROOT_TOKEN, Server

ROUNDS = number_from_environment("ROUNDS", 1)

HOUR, DAY = 3600, 86400

KEY = "sk-faults-0123456789abcdef"

# How long a server may answer with what was before a change.
BOUND = 1

# How long the next background checks may take, which are made every second, on a busy machine.
CHECKED = 15


class Jump(NamedTuple):
    """A jump of the clock to so many seconds after the right time, and whether the provider accepts the key
    from then on."""

    name: str
    offset: int
    is_key_valid: bool


JUMPS = [
    Jump("a day forth", DAY, False),
    Jump("back", 0, True),
    Jump("a day behind", -DAY, False),
    Jump("back again", 0, True),
]


class Scene:
    """A server whose clock jumps, another one for changes, and what is stored. It may be the same one."""

    def __init__(self, run, clock, server, writer, provider):
        self.run, self.clock, self.server, self.writer, self.provider = run, clock, server, writer, provider
        provider.valid_key = KEY
        self.config = create_config(server, provider, f"checked by {server.name}", key=KEY)
        self.numbers = itertools.count()
        # The lists are those of one user.
        self.llms, self.keys = [server.create_llm(next(self.numbers))], []
        self.tokens = {span: self.issue(span) for span in (HOUR, 365 * DAY, None)}
        self.cookie = ""
        self.cookie = self.sign_in()
        self.wait_for_checks(True)

    def issue(self, seconds=None):
        """A token that is valid for this long from now on, by the clock of the server."""
        body = {"labels": {"number": str(len(self.keys))}}
        if seconds:
            body["expiresAt"] = int((time.time() + self.clock.offset + seconds) * 1000)
        issued = self.server.request("POST", "/v1/apikeys", body).expect(201)
        self.keys.append(issued["apiKeyMetadata"]["apiKeyId"])
        return issued["rawApiKey"]

    def sign_in(self):
        response = self.page("POST", "/console/login", urlencode({"token": ROOT_TOKEN}))
        cookie = response.headers.get("set-cookie", "")
        if response.status != 303 or not cookie:
            raise Failed(f"the sign-in got {response.status}")
        return cookie.partition(";")[0]

    def page(self, method, path, form=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        headers = {"origin": f"http://127.0.0.1:{self.server.port}", "cookie": self.cookie}
        if form:
            headers["content-type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, form, headers)
            response = connection.getresponse()
            response.read()
            return response
        finally:
            connection.close()

    def check_ends(self, jump):
        """The session has a lifetime of twelve hours. Activity that is a day ahead proves nothing."""
        for span, token in self.tokens.items():
            is_over = span is not None and jump.offset >= span
            self.server.request("GET", "/v1/users/me", token=token).expect(401 if is_over else 200)
        status = self.page("GET", "/console/sessions").status
        if (status == 200) != (abs(jump.offset) < DAY / 2):
            raise Failed(f"{jump.name}: a page with the session got {status}")

    def wait_for_checks(self, is_key_valid):
        """Waits until a background check has found whether the key is valid, and the next one is made.
        Returns how long the first took."""
        self.provider.valid_key = KEY if is_key_valid else "another"
        found = wait_until(lambda: self.is_available() == is_key_valid, CHECKED, "a check finds the change")
        lists = self.provider.lists
        wait_until(lambda: self.provider.lists > lists, CHECKED, "background checks go on")
        return found

    def is_available(self):
        available = self.server.request("GET", "/ai/llm/available").expect(200)
        return self.config.id in [llm["id"] for llm in available["aiLlms"]]

    def check_history(self, is_key_valid):
        path = f"/llm-config/v1/configs/{self.config.id}"
        newest = self.server.request("GET", f"{path}/checks").expect(200)["checks"][0]
        last = self.server.request("GET", path).expect(200)["lastCheck"]
        if newest["works"] is not is_key_valid or newest["trigger"] != "BACKGROUND":
            raise Failed(f"the newest check in the history is {newest}")
        if last["usable"] != ("yes" if is_key_valid else "no"):
            raise Failed(f"the last check is {last}")

    def check_order(self, jump):
        self.llms.append(self.server.create_llm(next(self.numbers)))
        self.issue()
        llms = self.server.request("GET", "/v1/llms").expect(200)["llms"]
        configs = self.server.request("GET", "/llm-config/v1/configs").expect(200)["configs"]
        keys = self.server.request("GET", "/v1/apikeys").expect(200)["keys"]
        moved = llms[-1]["createdAt"] / 1000 - time.time()
        if abs(moved - jump.offset) > 60:
            raise Failed(f"{jump.name}: the clock of the server is {moved:.0f} s from the right time")
        for listed, expected in (
            ([llm["llmId"] for llm in llms], self.llms),
            ([config["id"] for config in configs], [self.config.id, *self.llms]),
            ([key["apiKeyId"] for key in keys if "number" in key["labels"]], self.keys),
        ):
            if listed != expected:
                raise Failed(f"{jump.name}: a list has the order {listed} instead of {expected}")

    def check_coherence(self):
        """Returns how long after a revocation and an update requests got the last old answers."""
        path = f"/v1/llms/{self.llms[0]}"
        token_id, token = self.writer.issue_token()
        warm(self.server, path, token)
        reader = Reader(self.run, self.server, path, token)
        self.writer.request("DELETE", f"/v1/apikeys/{token_id}").expect(204)
        revoked_at = time.monotonic()
        name = f"edited at {revoked_at}"
        self.writer.request("PUT", path, {"displayName": name}).expect(200)
        updated_at, old_for = time.monotonic(), 0
        # One server alone never answers with what was before.
        bound = 0 if self.writer is self.server else BOUND
        while time.monotonic() < updated_at + bound + 0.3:
            read = self.server.request("GET", path)
            if read.expect(200)["displayName"] != name:
                old_for = read.sent_at - updated_at
        accepted_for = last_success(end_reads([reader]), revoked_at)
        if max(accepted_for, old_for) > bound:
            raise Failed(f"a revoked token was accepted for {accepted_for} s, an old read for {old_for} s")
        return accepted_for, old_for


def check(run, clock, database, server, writer, provider):
    scene = Scene(run, clock, server, writer, provider)
    for jump in JUMPS * ROUNDS:
        clock.move_to(jump.offset)
        scene.check_ends(jump)
        checked = scene.wait_for_checks(jump.is_key_valid)
        scene.check_history(jump.is_key_valid)
        scene.check_order(jump)
        accepted_for, old_for = scene.check_coherence()
        run.say(
            f"{database}, {jump.name}: a background check finds a change after {checked:.1f} s; after a"
            f" revocation the token is accepted for {accepted_for * 1000:.0f} ms, and old reads for"
            f" {old_for * 1000:.0f} ms"
        )
    for stopped in {server, writer}:
        stopped.stop()


def test(run):
    provider, clock = Provider(run), Clock(run)
    settings = {"check_every": "1s", "allowed_hosts": f"127.0.0.1:{provider.server_port}"}
    sqlite = Server(run, "sqlite", environment=clock.environment, **settings)
    check(run, clock, "SQLite", sqlite, sqlite, provider)

    settings["database_url"] = Cluster(run).url()
    right = Server(run, "right", **settings)
    settings["keyring_file"] = right.keyring_file
    jumping = Server(run, "jumping", environment=clock.environment, **settings)
    check(run, clock, "PostgreSQL", jumping, right, provider)


main(test)

"""Concurrent clients that create configurations, and whether what is stored is what they were answered."""

import collections
import http.client
import itertools
import threading

from .run import Failed
from .server import TIMEOUT, Request, llm

CLIENTS = 16

# How many configurations one request for a list returns.
PAGE = 100


class Load:
    """What clients have sent to a server, and what it has answered."""

    def __init__(self, server):
        self.server = server
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        # Ids of the created configurations, by their names.
        self.acknowledged = {}
        self.refused = set()
        # Sent, but not answered.
        self.unanswered = set()
        # How often each status was answered.
        self.statuses = collections.Counter()
        self.failure = None
        self.is_ended = threading.Event()

    def start(self, is_kill_expected=False):
        """Starts the clients, which create until `end`."""
        self.is_ended.clear()
        self.clients = []
        for _ in range(CLIENTS):
            client = threading.Thread(target=self.create_until_end, args=(is_kill_expected,))
            client.start()
            self.clients.append(client)

    def end(self):
        """Ends the clients after their current request; fails if one of them has received a wrong answer."""
        self.is_ended.set()
        for client in self.clients:
            client.join()
        if self.failure:
            raise Failed(self.failure)

    def create_until_end(self, is_kill_expected):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=TIMEOUT)
        try:
            while not self.is_ended.is_set():
                with self.lock:
                    number = next(self.numbers)
                    self.unanswered.add(f"llm {number}")
                self.create(number, connection)
        except (OSError, http.client.HTTPException) as error:
            # A server that is killed answers nothing.
            if not is_kill_expected:
                self.failure = f"a client lost its connection: {error!r}"
        except Failed as failure:
            self.failure = str(failure)
        finally:
            connection.close()

    def create(self, number, connection=None):
        """Creates one configuration and notes the answer."""
        body = llm(number)
        name = body["displayName"]
        answer = Request(self.server.port, "POST", "/v1/llms", body, connection=connection).answer()
        with self.lock:
            self.statuses[answer.status] += 1
            if answer.status == 201:
                self.acknowledged[name] = answer.body["llm"]["llmId"]
            else:
                self.refused.add(name)
            self.unanswered.discard(name)
        if answer.status != 201:
            answer.expect_unavailable()
        return answer


def stored_llms(server):
    """All configurations of the list, in pages."""
    found, cursor = [], ""
    while cursor is not None:
        page = server.request("GET", f"/v1/llms?limit={PAGE}{cursor}").expect(200)
        if page.get("unreadable"):
            raise Failed(f"configurations cannot be read: {page['unreadable']}")
        found += page["llms"]
        cursor = f"&cursor={page['nextCursor']}" if page.get("nextCursor") else None
    return found


def check_stored(load):
    """Compares all answers of a load with what the server stores now. Returns how many configurations are
    stored although their creation was not answered, which is no fault."""
    listed = collections.Counter(stored["displayName"] for stored in stored_llms(load.server))
    for fault, names in {
        "acknowledged and missing": load.acknowledged.keys() - listed.keys(),
        "refused and stored": load.refused & listed.keys(),
        "stored more than once": {name for name, count in listed.items() if count > 1},
        "stored and never sent": listed.keys() - load.acknowledged.keys() - load.refused - load.unanswered,
    }.items():
        if names:
            raise Failed(f"{len(names)} configurations are {fault}: {', '.join(sorted(names)[:5])}")
    return len(load.unanswered & listed.keys())

"""Concurrent clients that write configurations and tokens, and whether all that they were told is stored."""

import collections
import http.client
import itertools
import threading
import time
from dataclasses import dataclass

from .run import Failed, wait_until
from .server import llm

CLIENTS = 16

# How many configurations one request for a list returns.
PAGE = 100

# How long a client waits after a refusal.
PAUSE = 0.02


class Item:
    """A configuration or a token that one client writes. After a write that is not acknowledged, the client
    leaves it alone, so that what may be stored of it stays known."""

    def __init__(self, name):
        self.name, self.id = name, None
        # The editions of which one is stored. None: it is not stored.
        self.possible = {None}


class Config(Item):
    # By their editions.
    DESCRIPTIONS = [llm(0)["description"], "Replaced by an update."]

    def __init__(self, number):
        self.body = llm(number)
        super().__init__(self.body["displayName"])

    def create(self):
        return Write(self, 0, "POST", "/v1/llms", self.body)

    def update(self):
        body = {"description": self.DESCRIPTIONS[1], "mergeLabels": {"edition": "1"}}
        return Write(self, 1, "PUT", f"/v1/llms/{self.id}", body)

    def delete(self):
        return Write(self, None, "DELETE", f"/v1/llms/{self.id}")

    def note_created(self, body):
        self.id = body["llm"]["llmId"]

    @classmethod
    def edition(cls, stored):
        """The edition of a stored one; fails if an update is stored in part."""
        edition = int(stored["labels"].get("edition", 0))
        if stored["description"] != cls.DESCRIPTIONS[edition]:
            raise Failed(f"an update is stored in part: {stored}")
        return edition


class Token(Item):
    def __init__(self, number):
        self.number, self.text = number, None
        super().__init__(f"token {number}")

    def create(self):
        return Write(self, 0, "POST", "/v1/apikeys", {"labels": {"number": str(self.number)}})

    def delete(self):
        return Write(self, None, "DELETE", f"/v1/apikeys/{self.id}")

    def note_created(self, body):
        self.id, self.text = body["apiKeyMetadata"]["apiKeyId"], body["rawApiKey"]


@dataclass(eq=False)
class Write:
    """A request that changes an item to an edition, or deletes it."""

    item: Item
    edition: int | None
    method: str
    path: str
    body: dict | None = None
    # By the monotonic clock.
    sent_at: float | None = None
    answered_at: float | None = None


# What clients write to one item after the other, by turns.
CREATIONS = [(Config, [Config.create])]
MIXED = [
    *CREATIONS,
    (Config, [Config.create, Config.update]),
    (Token, [Token.create, Token.delete]),
    (Config, [Config.create, Config.update, Config.delete]),
    (Token, [Token.create]),
]


class Load:
    """What clients have sent to a server, and what it has answered."""

    def __init__(self, server, lives=CREATIONS):
        self.server, self.lives = server, lives
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        # By their names.
        self.items = {}
        # The writes, by their answers.
        self.acknowledged, self.refused, self.unanswered = [], [], set()
        # How often each status was answered.
        self.statuses = collections.Counter()
        self.failure = None
        self.is_ended = threading.Event()

    def start(self):
        """Starts the clients, which write until `end`."""
        self.is_ended.clear()
        # Whether the server may answer nothing more.
        self.is_kill_expected = False
        self.clients = []
        for _ in range(CLIENTS):
            client = threading.Thread(target=self.write_until_end)
            client.start()
            self.clients.append(client)

    def end(self):
        """Ends the clients after their current request; fails if one of them has received a wrong answer."""
        self.is_ended.set()
        for client in self.clients:
            client.join()
        if self.failure:
            raise Failed(self.failure)

    def write_until_end(self):
        try:
            while not self.is_ended.is_set():
                self.write_one()
        except (OSError, http.client.HTTPException) as error:
            if not self.is_kill_expected:
                self.failure = f"a client lost its connection: {error!r}"
        except Failed as failure:
            self.failure = str(failure)

    def write_one(self):
        """All writes of one item, until one is refused."""
        with self.lock:
            number = next(self.numbers)
        kind, writes = self.lives[number % len(self.lives)]
        item = kind(number)
        for write in writes:
            if self.is_ended.is_set():
                return
            if self.send(write(item)).status == 503:
                time.sleep(PAUSE)
                return

    def create(self, number):
        """Creates one configuration and notes the answer."""
        return self.send(Config(number).create())

    def send(self, write):
        item, before = write.item, write.item.possible
        with self.lock:
            self.items[item.name] = item
            self.unanswered.add(write)
            item.possible = before | {write.edition}
        write.sent_at = time.monotonic()
        # On a connection of its own: the server ends a kept one that a busy machine leaves unused.
        answer = self.server.request(write.method, write.path, write.body)
        write.answered_at = time.monotonic()
        with self.lock:
            self.statuses[answer.status] += 1
            self.unanswered.discard(write)
            if answer.status < 300:
                item.possible = {write.edition}
                self.acknowledged.append(write)
            else:
                item.possible = before
                self.refused.append(write)
        if answer.status >= 300:
            answer.expect_unavailable()
        elif write.method == "POST":
            item.note_created(answer.body)
        return answer

    def wait_until_working(self, ready_at, bound):
        """Waits until writes succeed and none has been refused for a second. Returns how long after
        `ready_at` the first one succeeded and the last one was refused; fails if that was later than `bound`
        seconds.
        """

        def refused_at():
            return max([ready_at, *(write.answered_at for write in self.refused[-CLIENTS:])])

        def is_working():
            is_written = self.acknowledged and self.acknowledged[-1].sent_at > ready_at
            return self.failure or (is_written and time.monotonic() > refused_at() + 1)

        wait_until(is_working, bound + 1, "writes succeed again, and none is refused")
        written = (write.answered_at for write in self.acknowledged if write.sent_at > ready_at)
        return next(written, ready_at) - ready_at, refused_at() - ready_at

    def doubt_refusals(self, begin, end):
        """Notes that connections to the database broke in this time: a write that was under way and was
        refused may be stored, because the server has not learned the outcome of its commit."""
        with self.lock:
            was_under_way = lambda write: write.sent_at <= end and write.answered_at >= begin
            doubtful = set(filter(was_under_way, self.refused))
            self.refused = [write for write in self.refused if write not in doubtful]
            self.unanswered |= doubtful
            for write in doubtful:
                write.item.possible = write.item.possible | {write.edition}
        return len(doubtful)


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


def stored_editions(server):
    """The editions of all configurations, and of all tokens of clients, by their names."""
    editions = collections.defaultdict(list)
    for stored in stored_llms(server):
        editions[stored["displayName"]].append(Config.edition(stored))
    for key in server.request("GET", "/v1/apikeys").expect(200)["keys"]:
        if number := key["labels"].get("number"):
            editions[f"token {number}"].append(0)
    return editions


def check_stored(load):
    """Compares all answers of a load with what the server stores now. Returns how many writes that were not
    answered have taken effect, which is no fault."""
    editions = stored_editions(load.server)
    stored = {name: editions[name][0] if name in editions else None for name in load.items}
    for fault, names in {
        "stored more than once": [name for name, found in editions.items() if len(found) > 1],
        "stored and never sent": editions.keys() - load.items.keys(),
        "not stored as they were acknowledged": [
            f"{name} ({stored[name]} instead of {item.possible})"
            for name, item in load.items.items()
            if stored[name] not in item.possible
        ],
    }.items():
        if names:
            raise Failed(f"{len(names)} items are {fault}: {', '.join(sorted(names)[:5])}")
    return sum(stored[write.item.name] == write.edition for write in load.unanswered)


def check_stored_for_good(load):
    """Compares all answers of a load with what is stored, before a restart of the server and after it, and stops
    the server. Returns how many writes with an unknown outcome have taken effect, and how many tokens are
    accepted."""
    taken_effect = check_stored(load)
    load.server.stop()
    load.server.start()
    if check_stored(load) != taken_effect:
        raise Failed("a write that was refused is stored later")
    accepted = check_tokens(load)
    load.server.stop()
    return taken_effect, accepted


def check_tokens(load):
    """Fails unless every token that is stored authenticates, and no other one does, which is 429 above the limit of
    invalid tokens. Returns how many do."""
    accepted = 0
    for item in load.items.values():
        if isinstance(item, Token) and item.text:
            statuses = set().union(*({401, 429} if edition is None else {200} for edition in item.possible))
            answer = load.server.request("GET", "/v1/users/me", token=item.text)
            answer.expect(*statuses)
            accepted += answer.status == 200
    return accepted

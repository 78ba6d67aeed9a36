"""A proxy in front of PostgreSQL that cuts connections at commits: clients do not know their outcome."""

import collections
import enum
import struct

from .proxy import Proxy


class Cut(enum.Enum):
    """When a connection is cut."""

    # Nothing is committed.
    BEFORE_COMMIT = "before the commit"
    # The transaction is committed, and its client does not learn it.
    AFTER_COMMIT = "after the commit"


class CommitProxy(Proxy):
    """Cuts connections at commits of transactions in which a statement has a text."""

    def __init__(self, run, port, text):
        self.text = text.encode()
        # Those of the next commits, and those that are done.
        self.planned, self.done = collections.deque(), []
        super().__init__(run, port)

    def filters(self):
        connection = Connection(self)
        return connection.filter_requests, connection.filter_responses


class Connection:
    """One connection, by the messages of its client.
    https://www.postgresql.org/docs/current/protocol-message-formats.html
    """

    def __init__(self, proxy):
        self.proxy = proxy
        self.received = b""
        # The first messages have no type.
        self.is_starting = True
        self.has_text = False
        # Set when the commit has been sent whose response is withheld.
        self.withheld = None

    def filter_requests(self, received):
        self.received += received
        for message in iter(self.take_message, None):
            if self.is_starting:
                # Requests for encryption come before it, which the server refuses.
                self.is_starting = b"user\0" not in message
                continue
            self.has_text = self.has_text or self.proxy.text in message
            if message.startswith(b"Q") and b"COMMIT" in message:
                if self.has_text and self.proxy.planned:
                    cut = self.proxy.planned.popleft()
                    if cut is Cut.BEFORE_COMMIT:
                        self.proxy.done.append(cut)
                        return None
                    self.withheld = b""
                self.has_text = False
        return received

    def take_message(self):
        """The next whole message, or None."""
        at = 0 if self.is_starting else 1
        if len(self.received) < at + 4:
            return None
        (length,) = struct.unpack_from("!i", self.received, at)
        if len(self.received) < at + length:
            return None
        message, self.received = self.received[: at + length], self.received[at + length :]
        return message

    def filter_responses(self, received):
        if self.withheld is None:
            return received
        self.withheld += received
        # A CommandComplete: only now it is certain that the transaction is committed.
        if b"COMMIT\0" in self.withheld:
            self.proxy.done.append(Cut.AFTER_COMMIT)
            return None
        return b""

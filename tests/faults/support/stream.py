"""A stream that a client reads while it arrives."""

import http.client
import threading

from .run import Failed
from .server import ROOT_TOKEN, TIMEOUT, Request


class Stream:
    """A call with a stream, whose text a thread of its own reads piece by piece."""

    def __init__(self, port, path, body, token=ROOT_TOKEN, timeout=TIMEOUT):
        self.text, self.status, self.headers = "", None, {}
        # Whether the HTTP body has come to its end, and not only the connection; `None` before either.
        self.is_whole = None
        self.changed = threading.Condition()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        Request(port, "POST", path, body, token, connection=self.connection)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        is_whole = False
        try:
            response = self.connection.getresponse()
            self.status, self.headers = response.status, response.headers
            while piece := response.read1():
                self.add(piece.decode())
            is_whole = True
        except (OSError, http.client.HTTPException):
            # The connection has ended before the body.
            pass
        finally:
            self.connection.close()
            with self.changed:
                self.is_whole = is_whole
                self.changed.notify_all()

    def add(self, piece):
        with self.changed:
            self.text += piece
            self.changed.notify_all()

    def wait_for(self, text, seconds=TIMEOUT):
        """Waits until a text has arrived; fails if it does not in time, or if the stream ends without it."""

        def is_decided():
            return text in self.text or self.is_whole is not None

        with self.changed:
            self.changed.wait_for(is_decided, seconds)
            if text not in self.text:
                raise Failed(f"the client has not received {text!r}, only {self.text[-200:]!r}")

    def end(self, seconds=TIMEOUT):
        """Waits for the end; returns whether the body is whole."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.is_whole is not None, seconds):
                raise Failed(f"the stream has not ended within {seconds} s: {self.text[-200:]!r}")
            return self.is_whole

"""Expectations, each of which prints a line."""

import sys
import threading

from answers import TEXT


def expect(what, condition):
    if not condition:
        sys.exit(f"failed: {what}")
    print(f"ok: {what}", flush=True)


def expect_error(what, errors, call, **attributes):
    """Expects an exception with these attributes, and returns it."""
    try:
        call()
    except errors as error:
        differs = [
            f"{name} is {getattr(error, name, None)!r}"
            for name, value in attributes.items()
            if getattr(error, name, None) != value
        ]
        expect(f"{what}: {type(error).__name__}{''.join(f'; {it}' for it in differs)}", not differs)
        return error
    sys.exit(f"failed: {what}: no exception")


class CommentWatch:
    """A stream of a client that runs beside the other checks; `read` returns the texts of the stream."""

    def __init__(self, what, read):
        self.what, self.read, self.outcome = what, read, None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            self.outcome = "".join(self.read())
        except Exception as error:
            self.outcome = repr(error)

    def finish(self):
        self.thread.join(60)
        expect(f"{self.what}: {'whole' if self.outcome == TEXT else self.outcome}", self.outcome == TEXT)

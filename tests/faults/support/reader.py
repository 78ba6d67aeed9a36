"""Repeated reads, whose answers are kept."""

import threading
import time

from .run import Failed
from .server import TIMEOUT

# How long an entry may be used after the last poll of changes, in seconds.
BOUND = 1


class Reader:
    """Sends the same read again and again, in a thread of its own, and keeps every answer."""

    def __init__(self, run, server, path, token, pause=0.02, timeout=TIMEOUT):
        self.server, self.path, self.token = server, path, token
        self.pause, self.timeout = pause, timeout
        self.answers = []
        # When the reads were sent that were not answered in time.
        self.unanswered = []
        self.is_ended = threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        run.undo.callback(self.is_ended.set)

    def read(self):
        while not self.is_ended.wait(self.pause):
            sent_at = time.monotonic()
            try:
                answer = self.server.request("GET", self.path, token=self.token, timeout=self.timeout)
            except (OSError, Failed):
                self.unanswered.append(sent_at)
            else:
                # A long test keeps many of them.
                answer.body = None if answer.status == 200 else answer.body
                self.answers.append(answer)


def end_reads(readers):
    """Ends the reads and returns all answers; fails if a read was not answered."""
    for reader in readers:
        reader.is_ended.set()
    for reader in readers:
        reader.thread.join()
    unanswered = sum(len(reader.unanswered) for reader in readers)
    if unanswered:
        seconds = max(reader.timeout for reader in readers)
        reads = unanswered + sum(len(reader.answers) for reader in readers)
        raise Failed(f"{unanswered} of {reads} reads were not answered within {seconds} s")
    return [answer for reader in readers for answer in reader.answers]


def warm(server, path, token, seconds=0.3):
    """Reads until the answer comes from memory: the first read puts it there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        server.request("GET", path, token=token).expect(200)


def check_outage(answers, stalled_at):
    """Checks the answers to reads that were sent after the last packet: from memory for a second at most, then
    503. Returns how many seconds they came from memory, and how long the slowest took."""
    served_for = last_success(answers, stalled_at)
    if served_for > BOUND:
        raise Failed(f"a read that was sent {served_for:.2f} s after the last packet is answered from memory")
    for answer in answers:
        if answer.status != 200:
            answer.expect_unavailable()
    return served_for, max((answer.seconds for answer in answers), default=0)


def last_success(answers, since):
    """How many seconds after a moment the last request was sent that has succeeded; 0 if none was."""
    return max([0, *(answer.sent_at - since for answer in answers if answer.status == 200)])

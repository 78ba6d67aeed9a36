"""How long the events of streams are on the way: figures of events in place of those of requests."""

import json
import os
from functools import partial

from wrk import Load, start_client

# In the text of a call: before each event of the answer is a pause, and each says when it was written.
PACED = "bench-paced"


class EventDelays(Load):
    """Streams that are read for the length of a measurement."""

    def measure(self, bench, seconds):
        authorization = self.target.headers.get("authorization", "")
        command = [bench.options.anchors, "delays", self.target.address + self.path, authorization]
        command += [self.body, self.connections, seconds]
        # The client precedes the provider on their core: otherwise an event waits until the provider has
        # written those of other streams.
        run = start_client(command, os.environ, self, bench, seconds, partial(parse, seconds), rank=2)
        return run.result()


def delays(load):
    """The delays of events in place of whole streams; the calls of the load have `PACED` in their text."""
    name = f"{load.name}, delay of events"
    return EventDelays(name, load.target, load.path, load.connections, load.method, load.body)


def parse(seconds, output):
    figures = json.loads(output)
    events = figures.pop("events")
    return {"requests": events, "rps": events / seconds, "refused": 0, "socket_errors": 0, **figures}

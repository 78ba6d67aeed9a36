"""nginx, which buffers responses by default, is in front of the server.

Case 65 of the gateway, with the settings that our page recommends and with nginx's defaults. The provider
sends the next part of its stream only after the client has received the one before. Checks: every part
arrives, in two APIs; the streams are whole. One that breaks off has its error and no clean end.
"""

import threading
import time

from support import answers
from support.calls import create_config
from support.nginx import Nginx
from support.provider import Provider
from support.run import Failed, main
from support.server import TIMEOUT, Server
from support.stream import Stream

PARTS = [f"part-{number};" for number in range(50)]

WHOLE, BROKEN = 0, 1


class Script:
    """Sends each part of a stream after the one before has arrived, or breaks off after the first."""

    def __init__(self):
        # When the last part was sent, and whether the client has it.
        self.sent_at, self.has_arrived = 0, threading.Semaphore(0)

    def __call__(self, exchange):
        exchange.begin()
        first, *parts, last = exchange.frames(PARTS)
        exchange.send(first)
        for part in parts:
            self.sent_at = time.monotonic()
            exchange.send(part)
            if exchange.call.number == BROKEN or not self.has_arrived.acquire(timeout=TIMEOUT):
                return exchange.cut()
        exchange.send(last)
        exchange.finish()


def follow(script, config, port):
    """Confirms each part of a stream; returns the longest time from the provider to the client."""
    stream = Stream(port, *config.request(WHOLE, is_stream=True))
    slowest = 0
    for text in PARTS:
        stream.wait_for(text)
        slowest = max(slowest, time.monotonic() - script.sent_at)
        script.has_arrived.release()
    if not stream.end() or answers.text_of(config.api, stream.text) != "".join(PARTS):
        raise Failed(f"the stream is not whole: {stream.text[-500:]!r}")
    if "nginx" not in stream.headers.get("server", ""):
        raise Failed("the response does not come from nginx")
    return slowest


def test(run):
    script = Script()
    provider = Provider(run, script)
    # Behind a proxy, programs on the server's machine are called only if their address is listed.
    server = Server(run, "server", allowed_hosts=f"127.0.0.1:{provider.server_port}")
    configs = [create_config(server, provider, api, api) for api in answers.PATHS]
    nginx = Nginx(run, server)
    slowest = {}
    for port, settings in ((nginx.port, "recommended settings"), (nginx.bare_port, "default settings")):
        slowest[settings] = max(follow(script, config, port) for config in configs)
        for config in configs:
            broken = Stream(port, *config.request(BROKEN, is_stream=True))
            if broken.end():
                raise Failed(f"a stream that broke off has a clean end: {broken.text!r}")
            if PARTS[0] not in broken.text or '"error"' not in broken.text:
                raise Failed(f"a stream that broke off has no error: {broken.text!r}")
    server.stop()
    described = ", ".join(f"{seconds * 1000:.0f} ms with {name}" for name, seconds in slowest.items())
    run.say(
        f"{2 * len(configs)} streams of {len(PARTS)} parts, each received before the next was sent, the"
        f" slowest after {described}; those that break off end with an error"
    )


main(test)

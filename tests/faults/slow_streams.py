"""Providers are silent for a while between the parts of their streams.

Case 45 of the gateway. Checks: streams whose silences are shorter than the limit arrive whole, though they
last several times as long as the limit, in two APIs; one with a longer silence ends after the limit with an
error and without a clean end. `GAP` sets the seconds of each silence; above 1, the limit of the long streams
is the default. `GAPS` sets the number of silences.
"""

import time

from support import answers
from support.calls import create_config
from support.provider import Provider
from support.run import Failed, main, number_from_environment
from support.server import TIMEOUT, Server
from support.stream import Stream

GAP = number_from_environment("GAP", 1)

GAPS = number_from_environment("GAPS", 8)

# The limit of silence in seconds, where it is not the default.
LIMIT = 3

# The silence after which the server sends a comment.
KEEP_ALIVE = 15

SLOW, SILENT = 0, 1

PARTS = [f"part-{number};" for number in range(GAPS + 1)]


def answer_slowly(exchange):
    exchange.begin()
    first, *parts, last = exchange.frames(PARTS)
    exchange.send(first + parts[0])
    if exchange.call.number == SILENT:
        # Until the server ends the connection.
        exchange.handler.rfile.read(1)
        return exchange.cut()
    for part in parts[1:]:
        time.sleep(GAP)
        exchange.send(part)
    exchange.send(last)
    exchange.finish()


def limit_silence(server, config):
    path = f"/llm-config/v1/configs/{config.id}/gateway"
    server.request("PUT", path, {"silenceSeconds": LIMIT}).expect(200)


def check_whole(stream, api):
    if not stream.end(GAP * GAPS + TIMEOUT) or answers.text_of(api, stream.text) != "".join(PARTS):
        raise Failed(f"a stream that is never silent for long is not whole: {stream.text[-500:]!r}")
    if GAP > KEEP_ALIVE and stream.text.count(": keep-alive\n\n") < GAPS:
        raise Failed(f"a silent stream lacks comments: {stream.text[-500:]!r}")


def test(run):
    provider = Provider(run, answer_slowly)
    server = Server(run, "server")
    slow = [create_config(server, provider, api, api) for api in answers.PATHS]
    silent = [create_config(server, provider, f"silent-{api}", api) for api in answers.PATHS]
    for config in silent + (slow if GAP <= 1 else []):
        limit_silence(server, config)
    started_at = time.monotonic()
    timeout = GAP + TIMEOUT
    slow_streams = [Stream(server.port, *config.request(SLOW, True), timeout=timeout) for config in slow]
    silent_streams = [Stream(server.port, *config.request(SILENT, True)) for config in silent]

    for stream in silent_streams:
        is_whole = stream.end()
        cut_after = time.monotonic() - started_at
        if is_whole or cut_after < LIMIT or PARTS[0] not in stream.text or '"error"' not in stream.text:
            raise Failed(f"a silent stream has ended after {cut_after:.1f} s: {is_whole} {stream.text!r}")
    for config, stream in zip(slow, slow_streams):
        check_whole(stream, config.api)
    lasted = time.monotonic() - started_at
    server.stop()
    run.say(
        f"a silence of {cut_after:.1f} s is cut; {len(slow)} streams with {GAPS} silences of {GAP} s are"
        f" whole after {lasted:.0f} s"
    )


main(test)

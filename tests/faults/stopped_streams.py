"""A server is told to stop by SIGTERM while models answer, with streams and without.

Case 62 of the gateway. Checks: until the listener closes, `/ready` answers 503 and calls are still answered;
then new calls are refused. Calls that end within the time for running requests are whole. Of those that do
not, streams get an error in the form of their API and no end of the HTTP body, and the others a 503 that says
not to repeat them. The process ends in time with status 0. After a restart, each of these calls is counted,
and so are calls that ended right before the signal.
"""

import json
import threading
import time

from support import answers
from support.calls import Caller, create_config
from support.provider import Provider, answer
from support.run import Failed, main, wait_until
from support.server import Server
from support.stream import Stream

DELAY, TIMEOUT = 1, 4

# How long the process may take beyond its own limits, on a busy machine.
PATIENCE = 5

FINISHED, ENDLESS = 100, 101


class Script:
    """Calls with one of the numbers above wait in the middle of their answer; other calls are answered at
    once."""

    def __init__(self):
        self.gates = {number: threading.Event() for number in (FINISHED, ENDLESS)}

    def __call__(self, exchange):
        gate = self.gates.get(exchange.call.number)
        if gate is None:
            return answer(exchange)
        if not exchange.call.is_stream:
            gate.wait()
            return exchange.respond()
        exchange.begin()
        first, begun, rest, last = exchange.frames(["begun ", "ended"])
        exchange.send(first + begun)
        gate.wait()
        exchange.send(rest)
        exchange.send(last)
        exchange.finish()


def check_whole(call, config, is_stream):
    if not call.end() or call.status != 200:
        raise Failed(f"a call that ended in time got {call.status} {call.text!r}")
    expected = "begun ended" if is_stream else f"{config.name} {FINISHED}"
    if answers.text_of(config.api, call.text if is_stream else json.loads(call.text)) != expected:
        raise Failed(f"a call that ended in time is not whole: {call.text!r}")


def check_not_to_be_repeated(call):
    """Fails unless a call without a stream got an error that says not to repeat it."""
    is_whole = call.end(TIMEOUT + PATIENCE)
    if not is_whole or (call.status, call.headers.get("x-should-retry")) != (503, "false"):
        raise Failed(f"a call that was cut got {call.status} {call.text!r}")


def check_fault(stream, api):
    """Fails unless a cut stream has all that was sent, and then an error of the API."""
    if stream.end(TIMEOUT + PATIENCE):
        raise Failed(f"a stream that was cut has a clean end: {stream.text!r}")
    *_, last, rest = stream.text.split("\n\n")
    head = "event: error\ndata: " if api == answers.ANTHROPIC else "data: "
    error = json.loads(last.removeprefix(head)) if last.startswith(head) else {}
    if rest or not error.get("error", {}).get("message") or "[DONE]" in stream.text:
        raise Failed(f"a stream that was cut does not end with an error: {stream.text!r}")
    if answers.text_of(api, stream.text.removesuffix(last + "\n\n")) != "begun ":
        raise Failed(f"a stream that was cut lacks what the provider has sent: {stream.text!r}")


def check_refused(server, config, connection=None):
    """Fails if a new call is answered by the provider."""
    try:
        server.request("POST", *config.request(0, is_stream=False), connection=connection).expect(503)
    except ConnectionError:
        return "no connection"
    return "503"


def check_usage(server, config, expected):
    report = server.request("GET", "/llm-config/v1/usage").expect(200)
    [row] = [row for row in report["rows"] if row["key"] == config.id]
    found = {name: row[name] for name in expected}
    if found != expected:
        raise Failed(f"{config.name}: {found} are counted instead of {expected}")


def test(run):
    script = Script()
    run.undo.callback(script.gates[ENDLESS].set)
    provider = Provider(run, script)
    settings = {"shutdown_delay": f"{DELAY}s", "shutdown_timeout": f"{TIMEOUT}s"}
    server = Server(run, "server", **settings)
    configs = [create_config(server, provider, api, api) for api in (answers.OPENAI, answers.ANTHROPIC)]
    running = {
        (config, number, is_stream): Stream(server.port, *config.request(number, is_stream))
        for config in configs
        for number in (FINISHED, ENDLESS)
        for is_stream in (True, False)
    }
    for (_, _, is_stream), call in running.items():
        if is_stream:
            call.wait_for("begun")
    wait_until(lambda: len(provider.calls) == len(running), 20, "the provider has all calls")
    caller = Caller(server)
    for config in configs:
        caller.call(config, 1, is_stream=True)

    server.process.terminate()
    terminated_at = time.monotonic()
    wait_until(lambda: server.request("GET", "/ready", token=None).status == 503, DELAY, "/ready answers 503")
    for config in configs:
        caller.call(config, 2, is_stream=False)
    if time.monotonic() > terminated_at + DELAY:
        raise Failed("the machine is too busy: the delay has passed already")
    wait_until(lambda: not is_listening(server), DELAY + PATIENCE, "the listener is closed")
    closed_after = time.monotonic() - terminated_at
    refused = [check_refused(server, configs[0], kept) for kept in (None, caller.connections[0])]
    script.gates[FINISHED].set()
    for (config, number, is_stream), call in running.items():
        if number == FINISHED:
            check_whole(call, config, is_stream)
        elif is_stream:
            check_fault(call, config.api)
        else:
            check_not_to_be_repeated(call)
    status = server.process.wait(TIMEOUT + PATIENCE)
    ended_after = time.monotonic() - terminated_at
    if status != 0 or ended_after > DELAY + TIMEOUT + PATIENCE:
        raise Failed(f"the server has ended with status {status} after {ended_after:.1f} s")

    server.environment["LLM_CONFIG_SHUTDOWN_DELAY"] = "0s"
    server.start()
    for config in configs:
        check_usage(server, config, {"calls": 6, "ok": 4, "faults": 2, "clientGone": 0, "upstreamErrors": 0})
    caller = Caller(server)
    for number in range(10):
        caller.call(configs[0], number, is_stream=False)
    caller.close()
    server.stop()
    server.start()
    check_usage(server, configs[0], {"calls": 16, "ok": 14})
    server.stop()
    run.say(
        f"after SIGTERM the listener closed in {closed_after:.1f} s, new calls got {' and '.join(refused)},"
        f" the process ended in {ended_after:.1f} s; of 12 calls 8 were whole and 4 got an error, all counted"
    )


def is_listening(server):
    try:
        server.request("GET", "/ready", token=None)
    except ConnectionError:
        return False
    return True


main(test)

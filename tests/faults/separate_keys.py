"""Concurrent calls of four configurations with a key each, at one origin and through one pool of connections.

Case 64 of the gateway. Each call has the name of its configuration in its text. Checks: the provider gets the
key of this configuration and no other, in every call, with streams and without, in two APIs; each client gets
the answer to its own call, though others leave in the middle of theirs. Fails if no connection has carried
several keys, because then the pool is not shared. `CALLS` sets the number of calls.
"""

import collections
import contextlib
import http.client
import threading

from support import answers
from support.calls import Clients, create_config
from support.provider import Provider, answer
from support.run import Failed, main, number_from_environment
from support.server import ROOT_TOKEN, TIMEOUT, Request, Server

CALLS = number_from_environment("CALLS", 1000)

CLIENTS = 16


def key_of(name):
    return f"sk-of-{name}-0123456789abcdef"


def is_left(number):
    """Whether the client of this call leaves in the middle of the stream."""
    return number % 19 == 0


class Script:
    """Answers at once, but goes on with a stream whose client leaves only after it has left."""

    def __init__(self):
        self.left = {number: threading.Event() for number in range(CALLS) if is_left(number)}

    def __call__(self, exchange):
        if not is_left(exchange.call.number):
            return answer(exchange)
        exchange.begin()
        first, *rest = exchange.frames([exchange.call.text])
        exchange.send(first)
        self.left[exchange.call.number].wait()
        for frame in rest:
            exchange.send(frame)
        exchange.finish()

    def leave(self, server, config, number):
        """Begins a call with a stream, and closes the connection after the head of the response."""
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
        with contextlib.closing(connection):
            path, body = config.request(number, is_stream=True)
            Request(server.port, "POST", path, body, ROOT_TOKEN, connection=connection)
            connection.getresponse()
        self.left[number].set()


def test(run):
    script = Script()
    provider = Provider(run, script)
    server = Server(run, "server")
    configs = [
        create_config(server, provider, name, api, key_of(name))
        for name, api in (
            ("chat-a", answers.OPENAI),
            ("chat-b", answers.OPENAI),
            ("claude-a", answers.ANTHROPIC),
            ("claude-b", answers.ANTHROPIC),
        )
    ]

    def call(caller, number):
        config = configs[number // 8 % len(configs)]
        if is_left(number):
            script.leave(server, config, number)
        else:
            caller.call(config, number, is_stream=number // 2 % 2 == 0)

    Clients(CLIENTS, [server], call, range(CALLS)).join()
    server.stop()
    keys_of_connections = collections.defaultdict(set)
    for received in provider.calls:
        if received.keys != [key_of(received.marker)]:
            raise Failed(f"a call of {received.marker} has the keys {received.keys}")
        keys_of_connections[received.connection].update(received.keys)
    if len(provider.calls) != CALLS:
        raise Failed(f"the provider has received {len(provider.calls)} calls instead of {CALLS}")
    shared = sum(len(keys) > 1 for keys in keys_of_connections.values())
    if shared == 0:
        raise Failed("no connection has carried several keys, so this test proves nothing")
    run.say(
        f"{CALLS} calls with {len(configs)} keys on {len(keys_of_connections)} connections, of which {shared}"
        " have carried several keys: every call had its own key"
    )


main(test)

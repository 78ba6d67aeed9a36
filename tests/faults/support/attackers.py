"""Attackers of a server in one process: connections that do nothing or drip, readers that do not read, and a
USER who uses everything as fast as they may. They come from 127.0.0.2 to 127.0.0.9.

    python3 attackers.py FILE

FILE is JSON: the `port` of the server, the `token` of the USER, the ids `llms` of the configurations at
hostile providers, and the numbers of `connections` and `readers`. Prints a line of JSON when it is ended by
SIGTERM: how often it was answered with each status, and how many connections the server has ended.
"""

import asyncio
import collections
import itertools
import json
import os
import random
import signal
import socket
import sys
from pathlib import Path

from raw_http import Connection, request_bytes

SOURCES = [f"127.0.0.{last}" for last in range(2, 10)]

# How many of its requests the USER makes at once, by their kinds.
CREATIONS, LISTS, PINGS, CHECKS, CALLS = 4, 4, 32, 16, 32

# After which a call is given up.
CALL_SECONDS = 20

# After a refusal; so that the attack does not become one on its own process.
PAUSE = 0.1


class Attack:
    def __init__(self, port, token, llms, connections, readers):
        self.port, self.token, self.llms = port, token, llms
        self.counts = collections.Counter()
        self.ended = 0
        self.names = itertools.count()
        # What a held connection begins with, and whether single bytes follow.
        body = (
            f"POST /v1/llms HTTP/1.1\r\nhost: a\r\nx-api-key: {token}\r\ncontent-type: application/json\r\n"
        )
        self.beginnings = (
            (b"", False),
            (request_bytes("GET", "/health"), False),
            (b"GET /v1/llms HTTP/1.1\r\nhost: a\r\nx-drip: ", True),
            (f"{body}content-length: 100000\r\n\r\n".encode(), True),
        )
        self.tasks = [self.hold(number) for number in range(connections)]
        self.tasks += [self.do_not_read(number) for number in range(readers)]
        kinds = {
            self.create: CREATIONS,
            self.list: LISTS,
            self.ping: PINGS,
            self.check: CHECKS,
            self.call: CALLS,
        }
        # Without configurations, the USER does nothing.
        for act, count in kinds.items() if llms else ():
            self.tasks += [self.repeat(act, number) for number in range(count)]

    async def hold(self, number):
        """Keeps a connection open, and opens it again when the server has ended it."""
        await asyncio.sleep(random.random() * 3)
        first, is_dripping = self.beginnings[number % len(self.beginnings)]
        while True:
            try:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", self.port, local_addr=(SOURCES[number % len(SOURCES)], 0)
                )
            except OSError:
                await asyncio.sleep(1)
                continue
            drip = None
            try:
                writer.write(first)
                drip = asyncio.create_task(self.drip(writer)) if is_dripping else None
                while await reader.read(4096):
                    pass
            except OSError:
                pass
            finally:
                if drip:
                    drip.cancel()
                writer.transport.abort()
            self.ended += 1
            await asyncio.sleep(0.5)

    async def drip(self, writer):
        while True:
            await asyncio.sleep(2)
            writer.write(b"a")

    async def do_not_read(self, number):
        """Asks for the whole list, and reads nothing; again after a while, on another connection."""
        loop = asyncio.get_running_loop()
        while True:
            with socket.socket() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.bind((SOURCES[number % len(SOURCES)], 0))
                connection.setblocking(False)
                await loop.sock_connect(connection, ("127.0.0.1", self.port))
                await loop.sock_sendall(connection, request_bytes("GET", "/v1/llms", self.token))
                await asyncio.sleep(70)

    async def repeat(self, act, number):
        """Does something without a pause, but after a refusal."""
        connection = Connection(self.port, SOURCES[number % len(SOURCES)])
        while True:
            try:
                status = await act(connection)
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                connection.close()
                status = type(error).__name__
            self.counts[f"{act.__name__} {status}"] += 1
            if status != 200 and status != 201:
                await asyncio.sleep(PAUSE)

    async def send(self, connection, method, path, body=None):
        status, _ = await connection.request(request_bytes(method, path, self.token, body))
        return status

    async def create(self, connection):
        number = next(self.names)
        key = {"inlineSecret": f"sk-faults-{number}-0123456789"}
        body = {"displayName": f"greedy {number}", "providerType": "OPENAI", "modelIdentifier": "gpt-4o-mini"}
        body |= {"endpointUrl": "https://api.openai.com/v1", "clientConfig": {"text": "c" * 15_000}}
        body["credentials"] = {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": key}
        return await self.send(connection, "POST", "/v1/llms", body)

    async def list(self, connection):
        return await self.send(connection, "GET", "/v1/llms")

    async def ping(self, connection):
        body = {"targetId": random.choice(self.llms), "timeoutMs": 60_000}
        return await self.send(connection, "POST", "/v1/ping:once", body)

    async def check(self, connection):
        return await self.send(
            connection, "POST", f"/llm-config/v1/configs/{random.choice(self.llms)}/checks", {}
        )

    async def call(self, connection):
        path = f"/llm-config/v1/configs/{random.choice(self.llms)}/openai/v1/chat/completions"
        message = {"role": "user", "content": "hello"}
        body = {"model": "gpt-4o-mini", "messages": [message], "stream": random.random() < 0.5}
        connection.close()
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, local_addr=(connection.source, 0)
        )
        writer.write(request_bytes("POST", path, self.token, body))
        try:
            async with asyncio.timeout(CALL_SECONDS):
                status = int((await reader.readexactly(12))[9:])
                # Answers without end are thrown away unread: each of their chunks would cost time.
                while await reader.read(1 << 20):
                    pass
                return status
        except TimeoutError:
            return "given up"
        finally:
            writer.transport.abort()


async def main(options):
    attack = Attack(**options)
    tasks = [asyncio.create_task(task) for task in attack.tasks]
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    failed = [repr(task.exception()) for task in tasks if task.done()]
    print(json.dumps({"counts": attack.counts, "ended": attack.ended, "failed": failed[:3]}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    # They are on other machines in earnest, and take nothing from the server there.
    os.nice(10)
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))

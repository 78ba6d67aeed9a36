"""A mix of requests, as fast as they are answered, in a process of its own.

    python3 mixed_load.py FILE

FILE is JSON: the `port` of the server, the number of `requests`, the seed, and of each user a `token` and the
ids of its `llms`. Prints the number of requests made so far a few times each second, and at the end, as JSON,
how often each kind of request was answered with each status.
"""

import asyncio
import collections
import json
import random
import sys
import time
from pathlib import Path

from raw_http import Connection, request_bytes

CLIENTS = 8

# How often each kind comes in a hundred requests. A creation is followed by a deletion.
MIX = {
    "read": 30,
    "list": 8,
    "create": 8,
    "token": 2,
    "check": 2,
    "call": 14,
    "stream": 10,
    "wrong_token": 10,
    "wrong_body": 10,
    "wrong_path": 6,
}

# The statuses that each kind may have. Checks are limited in number, so that most are refused.
EXPECTED = {
    "create": {201, 204},
    "token": {201, 204},
    "check": {200, 429},
    # 429 above the limit of an address.
    "wrong_token": {401, 429},
    "wrong_body": {400},
    "wrong_path": {404, 405},
}


class Load:
    def __init__(self, port, requests, seed, users):
        self.port, self.left, self.users = port, requests, users
        self.requests = requests
        self.random = random.Random(seed)
        self.counts = collections.Counter()
        self.unexpected = []
        self.kinds, self.weights = list(MIX), list(MIX.values())

    async def client(self):
        connection = Connection(self.port)
        while self.left > 0:
            [kind] = self.random.choices(self.kinds, self.weights)
            await getattr(self, kind)(connection, self.random.choice(self.users))
        connection.close()

    async def send(self, kind, connection, method, path, token, body=None):
        self.left -= 1
        status, text = await connection.request(request_bytes(method, path, token, body))
        self.counts[f"{kind} {status}"] += 1
        if status not in EXPECTED.get(kind, {200}):
            self.unexpected.append(f"{kind}, {method} {path}: {status} {text[:200].decode(errors='replace')}")
        return json.loads(text) if status == 201 else None

    async def read(self, connection, user):
        await self.send(
            "read", connection, "GET", f"/v1/llms/{self.random.choice(user['llms'])}", user["token"]
        )

    async def list(self, connection, user):
        path = self.random.choice(
            ("/v1/llms", "/v1/llms?limit=20", "/llm-config/v1/configs?limit=20", "/v1/apikeys")
        )
        await self.send("list", connection, "GET", path, user["token"])

    async def create(self, connection, user):
        number = self.random.getrandbits(64)
        body = {"displayName": f"mixed {number}", "providerType": "OPENAI", "modelIdentifier": "gpt-4o-mini"}
        body["endpointUrl"] = "https://api.openai.com/v1"
        key = {"inlineSecret": f"sk-faults-{number}"}
        body["credentials"] = {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": key}
        if created := await self.send("create", connection, "POST", "/v1/llms", user["token"], body):
            await self.send(
                "create", connection, "DELETE", f"/v1/llms/{created['llm']['llmId']}", user["token"]
            )

    async def token(self, connection, user):
        """Issues a token, and revokes it."""
        if issued := await self.send("token", connection, "POST", "/v1/apikeys", user["token"], {}):
            path = f"/v1/apikeys/{issued['apiKeyMetadata']['apiKeyId']}"
            await self.send("token", connection, "DELETE", path, user["token"])

    async def check(self, connection, user):
        path = f"/llm-config/v1/configs/{self.random.choice(user['llms'])}/checks"
        await self.send("check", connection, "POST", path, user["token"], {})

    async def call(self, connection, user, kind="call"):
        path = f"/llm-config/v1/configs/{self.random.choice(user['llms'])}/openai/v1/chat/completions"
        message = {"role": "user", "content": "hello" * self.random.randrange(200)}
        body = {"model": "gpt-4o-mini", "messages": [message], "stream": kind == "stream"}
        await self.send(kind, connection, "POST", path, user["token"], body)

    async def stream(self, connection, user):
        await self.call(connection, user, "stream")

    async def wrong_token(self, connection, _user):
        letters = self.random.choices("abcdefghijklmnopqrstuvwxyz234567", k=52)
        await self.send("wrong_token", connection, "GET", "/v1/users/me", f"gm_{''.join(letters)}")

    async def wrong_body(self, connection, user):
        body = self.random.choice(
            (b"{", b'{"displayName":1}', b'{"unknown":"' + b"a" * 5000 + b'"}', b"[" * 500)
        )
        await self.send("wrong_body", connection, "POST", "/v1/llms", user["token"], body)

    async def wrong_path(self, connection, user):
        number = self.random.getrandbits(64)
        path = self.random.choice(
            (f"/v1/nothing/{number}", f"/nothing?{number}", "/v1/llms/018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a")
        )
        await self.send("wrong_path", connection, "GET", path, user["token"])

    async def report(self):
        while True:
            print(self.requests - self.left, flush=True)
            await asyncio.sleep(0.1)


async def main(options):
    load = Load(**options)
    reports = asyncio.create_task(load.report())
    started_at = time.monotonic()
    await asyncio.gather(*(load.client() for _ in range(CLIENTS)))
    reports.cancel()
    seconds = time.monotonic() - started_at
    print(
        json.dumps({"counts": load.counts, "unexpected": load.unexpected[:5], "seconds": seconds}), flush=True
    )


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))

"""All attacks on the availability of a server at once, while a user works.

From 127.0.0.2 to 127.0.0.9: 2,000 connections that are idle or drip, 20 readers that do not read, and one
USER who creates, lists, checks, pings and calls 64 hostile providers as fast as they may. A user at 127.0.0.1
reads, creates, updates, deletes, lists and checks, and calls a model at a provider that works. Checks:
nothing of theirs is refused, and the slowest hundredth of each kind takes less than `LIMIT_MS`; of a call,
what the server adds to the time of the provider counts. `DURATION` sets the seconds. Without `LIMIT_MS`, nothing
may stall: a build without optimisations, on a machine with other work, says nothing about the time itself.

The attackers, the hostile providers and the one that works are a process each, by asyncio. The first two have
a low priority and are paced: their work would be done by other machines.
"""

import asyncio
import json
import random
import signal
import sys
import time
from pathlib import Path

from support.raw_http import Connection, request_bytes
from support.run import Failed, end, free_port, main, number_from_environment, wait_until
from support.server import Server, llm

DURATION = number_from_environment("DURATION", 15)
LIMIT_MS = number_from_environment("LIMIT_MS", 8000)

# For how long the user works before the attack.
ALONE = 4

# How long the attack lasts before anything counts.
BEFORE = 3

CONNECTIONS, READERS, PROVIDERS = 2000, 20, 64

SUPPORT = Path(__file__).parent / "support"

# The provider's own time for a call, in seconds.
DELAY = 0.05

# The configurations of the user: one of them may be checked every six seconds.
CONFIGS = 12

# Each kind of work and the pause after it, in seconds.
PAUSES = {
    "read": 0.02,
    "read, new connection": 0.05,
    "create": 0.1,
    "update": 0.1,
    "delete": 0.1,
    "list": 0.1,
    "check": 1.1,
    "call": 0.05,
    "streamed call": 0.05,
}


class User:
    """The user who works, at 127.0.0.1."""

    def __init__(self, server, token, configs):
        self.port, self.token, self.configs = server.port, token, configs
        self.number = 10**6
        self.created, self.refused = [], []
        self.seconds = {}

    def work(self, seconds):
        """Works for some seconds; the sorted times by kind, in milliseconds."""
        self.seconds = {kind: [] for kind in PAUSES}
        asyncio.run(self.work_until(time.monotonic() + seconds))
        return {kind: sorted(times) for kind, times in self.seconds.items()}

    async def work_until(self, until):
        acts = {
            "read": self.read,
            "read, new connection": self.read_anew,
            "create": self.create,
            "update": self.update,
            "delete": self.delete,
            "list": self.list,
            "check": self.check,
            "call": self.call,
            "streamed call": self.stream,
        }
        await asyncio.gather(*(self.repeat(kind, act, until) for kind, act in acts.items()))

    async def repeat(self, kind, act, until):
        connection = Connection(self.port)
        while time.monotonic() < until:
            started_at = time.monotonic()
            # The parts that are not the server's.
            others = await act(connection) or 0
            self.seconds[kind].append((time.monotonic() - started_at - others) * 1000)
            await asyncio.sleep(PAUSES[kind])
        connection.close()

    async def send(self, connection, method, path, body=None):
        """Sends a request that must succeed."""
        try:
            status, text = await asyncio.wait_for(
                connection.request(request_bytes(method, path, self.token, body)), timeout=20
            )
        except (OSError, asyncio.IncompleteReadError) as error:
            connection.close()
            status, text = type(error).__name__, b""
        if status not in (200, 201, 204):
            self.refused.append(f"{method} {path}: {status} {text.decode()[:200]}")
        return text

    async def read(self, connection):
        await self.send(connection, "GET", f"/v1/llms/{random.choice(self.configs)}")

    async def read_anew(self, connection):
        connection.close()
        await self.read(connection)

    async def create(self, connection):
        self.number += 1
        created = await self.send(connection, "POST", "/v1/llms", llm(self.number))
        if created:
            self.created.append(json.loads(created)["llm"]["llmId"])

    async def update(self, connection):
        self.number += 1
        path = f"/v1/llms/{random.choice(self.configs)}"
        await self.send(connection, "PUT", path, {"description": f"change {self.number}"})

    async def delete(self, connection):
        started_at = time.monotonic()
        if not self.created:
            await self.create(connection)
        others = time.monotonic() - started_at
        if self.created:
            await self.send(connection, "DELETE", f"/v1/llms/{self.created.pop()}")
        return others

    async def list(self, connection):
        await self.send(connection, "GET", "/v1/llms?limit=50")

    async def check(self, connection):
        self.number += 1
        config = self.configs[self.number % len(self.configs)]
        found = await self.send(connection, "POST", f"/llm-config/v1/configs/{config}/checks", {})
        if found and json.loads(found)["usable"] != "yes":
            self.refused.append(f"a check found {found.decode()[:300]}")

    async def call(self, connection, is_stream=False):
        """Calls a model; returns the provider's own time."""
        path = f"/llm-config/v1/configs/{random.choice(self.configs)}/openai/v1/chat/completions"
        body = {
            "model": "gpt-4o-mini",
            "messages": [{"role": "user", "content": "hello"}],
            "stream": is_stream,
        }
        answer = await self.send(connection, "POST", path, body)
        if not answer:
            return 0
        if is_stream:
            events = [json.loads(line[6:]) for line in answer.splitlines() if line.startswith(b"data: {")]
            text = "".join(event["choices"][0]["delta"].get("content", "") for event in events)
        else:
            text = json.loads(answer)["choices"][0]["message"]["content"]
        return int(text) / 1e6

    async def stream(self, connection):
        return await self.call(connection, is_stream=True)


def percentile(times, part):
    return times[min(len(times) - 1, int(len(times) * part))]


def start_providers(run):
    """Starts the provider that works and the hostile ones; their hosts with their ports."""
    good, port = f"127.0.0.1:{free_port()}", free_port()
    run.start("good", [sys.executable, SUPPORT / "fast_provider.py", *good.split(":"), DELAY])
    run.start("hostile", [sys.executable, SUPPORT / "hostile_providers.py", 1, PROVIDERS, port])
    return good, [f"127.0.1.{number}:{port}" for number in range(1, PROVIDERS + 1)]


def create_user(server, name):
    """A user with the role USER: the token."""
    body = {"email": f"{name}@example.com", "firstName": name, "lastName": "Tester"}
    user = server.request("POST", "/organization/users", body).expect(200)["data"]["id"]
    return server.issue_token(user)[1]


def create_llms(server, token, hosts):
    """A configuration of a user for each host; their ids."""
    bodies = [{**llm(number), "endpointUrl": f"http://{host}/v1"} for number, host in enumerate(hosts)]
    return [server.request("POST", "/v1/llms", body, token).expect(201)["llm"]["llmId"] for body in bodies]


def connections(server):
    """How many connections the server has open from the addresses of the attackers."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = f"0100007F:{server.port:04X}"
    return sum(row[1] == ours and row[3] == "01" and row[2][:8] != "0100007F" for row in rows)


def start_attackers(run, server, name, **options):
    options = {"port": server.port, "llms": [], "connections": 0, "readers": 0, **options}
    file = run.folder / f"{name}.json"
    file.write_text(json.dumps(options))
    return run.start(name, [sys.executable, SUPPORT / "attackers.py", file])


def attack(run, server, token, llms):
    """Starts the attackers, and waits until they have half of their connections; the processes by their
    names."""
    processes = {
        "holders": start_attackers(
            run, server, "holders", token=token, connections=CONNECTIONS, readers=READERS
        ),
        "greedy": start_attackers(run, server, "greedy", token=token, llms=llms),
    }
    wait_until(lambda: connections(server) > CONNECTIONS // 2, 60, "the attackers have connected", pause=0.5)
    time.sleep(BEFORE)
    return processes


def attacked(run, attackers):
    """What the attackers have done, as text; fails if it was no attack."""
    done = {}
    for name, process in attackers.items():
        end(process, signal.SIGTERM)
        done[name] = json.loads((run.folder / f"{name}.log").read_text().strip().splitlines()[-1])
        if done[name]["failed"]:
            raise Failed(f"an attacker has failed: {done[name]['failed']}")
    counts, ended = done["greedy"]["counts"], done["holders"]["ended"]
    if not ended or not all(counts.get(kind) for kind in ("create 201", "list 200", "check 200", "ping 200")):
        raise Failed(f"the attack was none: {done}")
    return f"{ended} were ended; the USER's requests: {counts}"


def test(run):
    good, hostile = start_providers(run)
    server = Server(run, "server", allowed_hosts=",".join([good, *hostile]))
    greedy = create_user(server, "greedy")
    token = create_user(server, "worker")
    user = User(server, token, create_llms(server, token, [good] * CONFIGS))
    llms = create_llms(server, greedy, hostile)
    alone = user.work(ALONE)
    attackers = attack(run, server, greedy, llms)
    under_attack = user.work(DURATION)
    held = connections(server)
    done = attacked(run, attackers)

    run.say(f"{held} connections of attackers were open, {done}")
    run.say("milliseconds:             alone p50    p99 |  attacked p50    p99    max  count")
    for kind, times in under_attack.items():
        before = alone[kind]
        run.say(
            f"{kind:24} {percentile(before, 0.5):10.1f} {percentile(before, 0.99):6.0f} |"
            f" {percentile(times, 0.5):13.1f} {percentile(times, 0.99):6.0f} {times[-1]:6.0f} {len(times):6}"
        )
    if user.refused:
        raise Failed(f"{len(user.refused)} requests of the user failed: {user.refused[:3]}")
    slow = [kind for kind, times in under_attack.items() if percentile(times, 0.99) > LIMIT_MS]
    if slow:
        raise Failed(f"the slowest hundredth takes more than {LIMIT_MS} ms: {', '.join(slow)}")


main(test)

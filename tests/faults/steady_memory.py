"""The memory of a server stays the same under mixed traffic.

Several users read, list, create and delete, issue and revoke tokens, check, and call a model at a loopback
provider with streams and without; unknown tokens, wrong bodies and wrong paths come between. Checks: every
request is answered as it should be; the memory of the process, without the files that it shares, is in the
last quarter of the requests not above that of the second quarter by more than `BOUND`. `REQUESTS` sets their
number.

Two processes make the requests, by asyncio, and a third one is the provider; they share the machine with the
server.
"""

import collections
import json
import re
import statistics
import sys
import time
from pathlib import Path

from support.run import Failed, free_port, main, number_from_environment
from support.server import Server, llm

REQUESTS = number_from_environment("REQUESTS", 3000)

# Each at most once in six seconds is checked, and each user at most once in one.
USERS, LLMS = 8, 10

PROCESSES = 2

# How many MiB the last quarter may be above the second one: caches that fill, and the allocator's fragments.
BOUND = 8

SUPPORT = Path(__file__).parent / "support"


def memory(server):
    """The proportional set size (PSS) of the process in MiB, without that of files: how much of the program's
    file counts, depends on which other processes run the same one."""
    text = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text()
    whole, files = (
        int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1]) for name in ("Pss", "Pss_File")
    )
    return (whole - files) / 1024


def create_users(server, endpoint):
    """Users with configurations of their own."""
    users = []
    for number in range(USERS):
        body = {"email": f"user{number}@example.com", "firstName": "User", "lastName": str(number)}
        user = server.request("POST", "/organization/users", body).expect(200)["data"]["id"]
        _, token = server.issue_token(user)
        bodies = [{**llm(number), "endpointUrl": endpoint} for number in range(LLMS)]
        llms = [
            server.request("POST", "/v1/llms", body, token).expect(201)["llm"]["llmId"] for body in bodies
        ]
        users.append({"token": token, "llms": llms})
    return users


class Load:
    """A process that makes requests."""

    def __init__(self, run, server, users, number):
        options = {"port": server.port, "requests": REQUESTS // PROCESSES, "seed": number, "users": users}
        file = run.folder / f"load-{number}.json"
        file.write_text(json.dumps(options))
        name = f"load-{number}"
        self.log = run.folder / f"{name}.log"
        self.process = run.start(name, [sys.executable, SUPPORT / "mixed_load.py", file])

    def lines(self):
        """The whole lines that it has printed last."""
        with open(self.log, "rb") as log:
            log.seek(max(0, self.log.stat().st_size - 10_000))
            return log.read().decode().rpartition("\n")[0].splitlines()

    def made(self):
        """How many requests it has made."""
        if self.process.poll() is not None:
            return REQUESTS // PROCESSES
        numbers = [line for line in self.lines() if line.isdigit()]
        return int(numbers[-1]) if numbers else 0

    def result(self):
        if self.process.wait() != 0:
            raise Failed(f"a process that makes requests has ended: {self.lines()[-1:]}")
        return json.loads(self.lines()[-1])


def measure(server, loads):
    """Pairs of the number of requests made and the memory."""
    samples = []
    while any(load.process.poll() is None for load in loads):
        samples.append((sum(load.made() for load in loads), memory(server)))
        time.sleep(0.1)
    return samples


def median_of_quarter(samples, quarter):
    """The median memory in a quarter of the requests, 0 to 3."""
    found = [size for made, size in samples if quarter <= 4 * made / REQUESTS < quarter + 1]
    if not found:
        raise Failed("no memory was measured in a quarter; make more requests")
    return statistics.median(found)


def test(run):
    port = free_port()
    run.start("provider", [sys.executable, SUPPORT / "fast_provider.py", "127.0.0.1", port, 0])
    server = Server(run, "server", allowed_hosts=f"127.0.0.1:{port}")
    users = create_users(server, f"http://127.0.0.1:{port}/v1")
    started_with = memory(server)
    started_at = time.monotonic()
    loads = [Load(run, server, users, number) for number in range(PROCESSES)]
    samples = measure(server, loads)
    results = [load.result() for load in loads]
    seconds = time.monotonic() - started_at

    counts = collections.Counter()
    for result in results:
        counts.update(result["counts"])
        if result["unexpected"]:
            raise Failed(f"answered otherwise than expected: {result['unexpected']}")
    for kind in ("check 200", "call 200", "stream 200", "wrong_token 401"):
        if not counts[kind]:
            raise Failed(f"no {kind}: {dict(counts)}")
    quarters = [median_of_quarter(samples, quarter) for quarter in range(4)]
    run.say(f"{REQUESTS} requests in {seconds:.0f} s, {REQUESTS / seconds:.0f} a second: {dict(counts)}")
    run.say(
        f"memory {started_with:.1f} MiB at first, {max(size for _, size in samples):.1f} MiB at most;"
        f" medians of the quarters {', '.join(f'{median:.1f}' for median in quarters)} MiB"
    )
    if quarters[3] > quarters[1] + BOUND:
        raise Failed(
            f"memory grows by {quarters[3] - quarters[1]:.1f} MiB from the second to the last quarter"
        )


main(test)

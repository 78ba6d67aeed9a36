"""One run of wrk, or of another client, against one target, and what its processes used meanwhile."""

import os
import re
import resource
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import machine
from machine import Failed
from processes import pinned, prefer

SCRIPT = Path(__file__).resolve().parent.parent / "request.lua"
# Linux refuses a longer variable of the environment: 128 KiB with its name.
LONGEST_VARIABLE = 100_000
MICROSECONDS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 6e7}


@dataclass
class Target:
    """A server: its address, the headers of its requests, and its processes by what they are."""

    address: str
    headers: dict
    processes: dict


@dataclass(eq=False)
class Load:
    """Requests of one kind, on kept-alive connections."""

    name: str
    target: Target
    path: str
    connections: int
    method: str = "GET"
    body: str | None = None
    ids: Path | None = None
    # The core of the client; none: the client's core of the run.
    core: str | None = None
    # Runs before each measurement.
    prepare: object = None
    # Other facts for the raw results.
    facts: dict = field(default_factory=dict)

    def measure(self, bench, seconds):
        """Runs wrk once."""
        run = start(self, bench, seconds)
        return run.result()


class Run:
    """A client that runs; `parse` reads the figures in its output."""

    def __init__(self, load, child, seconds, cpu, busy, parse):
        self.load, self.child, self.seconds, self.parse = load, child, seconds, parse
        self.cpu, self.busy, self.started = cpu, busy, time.monotonic()
        self.client_cpu = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        # Whether another client runs at the same time, so that the rest of the machine is not known.
        self.is_shared = False

    def result(self):
        """Waits for the end and returns the figures."""
        try:
            output, _ = self.child.communicate(timeout=self.seconds + 60)
        except subprocess.TimeoutExpired:
            self.child.kill()
            raise Failed(f"the client did not end: {self.load.name}") from None
        elapsed = time.monotonic() - self.started
        if self.child.returncode != 0:
            raise Failed(f"the client failed: {self.load.name}: {output[-400:]}")
        result = self.parse(output)
        requests = max(result["requests"], 1)
        used = 0.0
        for name, process in self.load.target.processes.items():
            process.check()
            seconds = machine.cpu_seconds(process.pid) - self.cpu[name]
            used += seconds
            result[f"{name}_cpu_us"] = seconds * 1e6 / requests
            result[f"{name}_pss_mib"] = machine.pss_mib(process.pid)
        result["cpu_us"] = result.get("server_cpu_us")
        result["pss_mib"] = result.get("server_pss_mib")
        # What nothing of this run used: other work on the machine.
        client = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - self.client_cpu
        others = (machine.busy_seconds() - self.busy - client - used) / elapsed
        result["other_cores"] = None if self.is_shared else max(0.0, others)
        result["server_cores"] = used / elapsed
        return result


def start(load, bench, seconds):
    """Starts wrk."""
    options = bench.options
    command = ["wrk", "-t1", f"-c{load.connections}", f"-d{seconds}s", "--timeout", "20s", "--latency"]
    for name, value in load.target.headers.items():
        command += ["-H", f"{name}: {value}"]
    command += ["-s", SCRIPT, load.target.address + (load.path if "{" not in load.path else "/")]
    environment = {
        **os.environ,
        "METHOD": load.method,
        "PATH_PATTERN": load.path,
        "RUN": f"{time.time_ns():x}",
    }
    if load.body and len(load.body) > LONGEST_VARIABLE:
        body = bench.folder / "run" / f"body-{len(load.body)}"
        body.write_text(load.body)
        environment["BODY_FILE"] = str(body)
    elif load.body:
        environment["BODY"] = load.body
    if load.ids:
        environment["IDS"] = str(load.ids)
    return start_client(command, environment, load, bench, seconds, parse)


def start_client(command, environment, load, bench, seconds, parse, rank=1):
    """Starts a client of a load; `rank` is that of a process in real time."""
    cpu = {name: machine.cpu_seconds(process.pid) for name, process in load.target.processes.items()}
    busy = machine.busy_seconds()
    command = pinned(command, load.core or bench.options.client_core, bench.is_real_time, rank=rank)
    child = subprocess.Popen(
        [str(word) for word in command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    if not bench.is_real_time:
        prefer(child.pid)
    bench.processes.adopt("client", child)
    return Run(load, child, seconds, cpu, busy, parse)


def parse(output):
    """The figures of wrk's report, times in microseconds."""

    def number(pattern):
        found = re.search(pattern, output)
        return float(found[1]) if found else 0.0

    result = {
        "requests": int(number(r"(\d+) requests in")),
        "rps": number(r"Requests/sec:\s+([\d.]+)"),
        "refused": int(number(r"Non-2xx or 3xx responses: (\d+)")),
    }
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    result["socket_errors"] = sum(int(count) for count in sockets.groups()) if sockets else 0
    for percentile in ("50", "90", "99"):
        found = re.search(rf"^\s+{percentile}%\s+([\d.]+)(us|ms|s|m)", output, re.M)
        if found:
            result[f"p{percentile}_us"] = float(found[1]) * MICROSECONDS[found[2]]
    slowest = re.search(r"Latency\s+\S+\s+\S+\s+([\d.]+)(us|ms|s|m)", output)
    if slowest:
        result["max_us"] = float(slowest[1]) * MICROSECONDS[slowest[2]]
    return result

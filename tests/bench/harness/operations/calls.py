"""Calls of models through the server, beside nginx and a bare gateway in front of the same provider."""

import statistics
from contextlib import contextmanager

import wrk
from gateways import MODEL, PATH, Bare, Models, Nginx, chat
from machine import Failed
from operations.event_delay import event_delay
from operations.reads import get
from rounds import Figures, added, compared, interleave
from rows import judged
from server import TOKEN
from wrk import Load, Target

CALLS = "/openai" + PATH


class Gateways:
    """A provider, the programs that forward calls to it, and a configuration of it in our server."""

    def __init__(self, bench, server):
        self.server = server
        self.provider = Models(bench)
        self.nginx, self.bare = Nginx(bench, self.provider), Bare(bench, self.provider)
        headers = {"authorization": f"Bearer {TOKEN}"}
        self.target = Target(f"http://127.0.0.1:{server.port}", headers, server.target().processes)
        self.store("bench-chat")

    def store(self, name):
        """Stores a configuration of the provider; returns its id."""
        body = {
            "displayName": name,
            "providerType": "OPENAI",
            "endpointUrl": f"http://127.0.0.1:{self.provider.port}/v1",
            "modelIdentifier": MODEL,
            "credentials": {
                "kind": "CREDENTIAL_KIND_API_KEY",
                "apiKey": {"inlineSecret": f"sk-{name}-0123456789"},
            },
        }
        return self.server.call("POST", "/v1/llms", body)["llm"]["llmId"]

    def load(self, name, connections, *, model="bench-chat", **body):
        """Calls through our server."""
        return Load(name, self.target, CALLS, connections, "POST", chat(model=model, **body))

    def stop(self):
        for program in (self.nginx, self.bare, self.provider):
            program.stop()


@contextmanager
def gateways(bench, database="sqlite", **options):
    with bench.server(database, bench.sizes.small, **options) as server:
        started = Gateways(bench, server)
        try:
            yield server, started
        finally:
            started.stop()


def whole(bench):
    """C1: answers of 1 KB."""
    with gateways(bench) as (server, programs):
        installation = server.installation
        provider, nginx = programs.provider.load(32), programs.nginx.load(32)
        bare, ours = programs.bare.load(32), programs.load("call", 32)
        figures = interleave(bench, "C1", installation, [provider, nginx, bare, ours])
        yield cpu("C1", "call, CPU time", figures, ours, nginx, 2.5, 1.6, installation)
        yield cpu("C1", "call, CPU time", figures, ours, bare, 1.5, 1.15, installation)
        yield compared("C1", "call, 32 connections", figures, ours, nginx, "rate", 0.45, 0.65, installation)
        pss = figures.median(ours, "pss_mib")
        facts = {"more_is_better": False, "installation": installation}
        yield judged("C1", "memory under calls", pss, "MiB", 64, 32, **facts)
        one = ", 1 connection"
        provider, nginx = programs.provider.load(1, one), programs.nginx.load(1, one)
        bare, ours = programs.bare.load(1, one), programs.load("call" + one, 1)
        figures = interleave(bench, "C1", installation, [provider, nginx, bare, ours])
        name = "call, 1 connection, added p50"
        yield added("C1", name, figures, ours, nginx, provider, "p50_us", 1.6, 1.2, installation)


def streams(bench):
    """C2: streams of 53 events, of which each is written by itself, and the delay of single events."""
    with gateways(bench) as (server, programs):
        installation = server.installation
        provider, nginx = programs.provider.load(32, stream=True), programs.nginx.load(32, stream=True)
        bare, ours = programs.bare.load(32, stream=True), programs.load("stream", 32, stream=True)
        figures = interleave(bench, "C2", installation, [provider, nginx, bare, ours])
        yield cpu("C2", "stream, CPU time", figures, ours, nginx, 2.0, 1.5, installation)
        yield compared("C2", "stream, 32 connections", figures, ours, nginx, "rate", 0.55, 0.75, installation)
        yield event_delay(bench, installation, programs)


def usage(bench):
    """C3: usage that is asked for, removed from the stream and counted, beside usage that is not reported."""
    with gateways(bench) as (server, programs):
        installation = server.installation
        silent = programs.store("bench-without-usage")
        server.call("PUT", f"/llm-config/v1/configs/{silent}/gateway", {"includeUsage": False})
        base = programs.load("stream without usage", 32, stream=True, model="bench-without-usage")
        ours = programs.load("stream with usage", 32, stream=True)
        figures = interleave(bench, "C3", installation, [base, ours])
        yield cpu("C3", "usage, CPU time", figures, ours, base, 1.05, 1.02, installation)


def large(bench):
    """C4: requests of 100 KB, and of 5 MB as with an image."""
    with gateways(bench) as (server, programs):
        installation = server.installation
        base = programs.bare.load(32, ", 100 KB", text="lorem ipsum " * 8_500)
        ours = programs.load("call of 100 KB", 32, text="lorem ipsum " * 8_500)
        figures = interleave(bench, "C4", installation, [base, ours])
        yield cpu("C4", "call of 100 KB, CPU time", figures, ours, base, 2.0, 1.5, installation)
        base = programs.bare.load(4, ", 5 MB", text="iVBORw0K" * 650_000)
        ours = programs.load("call of 5 MB", 4, text="iVBORw0K" * 650_000)
        figures = interleave(bench, "C4", installation, [base, ours])
        name = "call of 5 MB, time"
        yield compared("C4", name, figures, ours, base, "time", 1.3, 1.1, installation)


def transactions(bench):
    """C5: what the database does while calls are made: polls, and usage once a second."""
    with gateways(bench, "postgres") as (server, programs):
        installation, ours = server.installation, programs.load("call, PostgreSQL", 32)
        ours.measure(bench, 1)
        before = bench.cluster.transactions(installation)
        sample = ours.measure(bench, 2 * bench.options.seconds)
        count = bench.cluster.transactions(installation) - before
        if sample["refused"]:
            raise Failed(f"C5: calls are refused: {sample}")
        note = f"{count} transactions in {2 * bench.options.seconds} s with {sample['requests']:,} calls"
        facts = {"more_is_better": False, "installation": installation, "note": note}
        yield judged("C5", "transactions per call", count / sample["requests"], "", 0.01, None, **facts)


def beside_reads(bench):
    """C6: reads of configurations while calls fill the core of the server."""
    with bench.without_real_time(), gateways(bench) as (server, programs):
        alone = get("GET, alone", server, 8, server.installation.some_ids(1))
        beside = get("GET, beside calls", server, 8, server.installation.some_ids(1))
        calls = programs.load("call, beside GET", 32)
        figures, ratios = Figures(), []
        for number in range(1, bench.options.rounds + 1):
            bench.progress.load("C6", f"round {number}/{bench.options.rounds}", "GET alone, then beside calls")
            first = alone.measure(bench, bench.options.seconds)
            background = wrk.start(calls, bench, bench.options.seconds + 1)
            background.is_shared = True
            second = beside.measure(bench, bench.options.seconds)
            background.result()
            figures.add(alone, first)
            figures.add(beside, second)
            ratios.append(second["p99_us"] / first["p99_us"])
        first, second = figures.median(alone, "p99_us") / 1e3, figures.median(beside, "p99_us") / 1e3
        note = f"p99 alone {first:.1f} ms, beside {second:.1f} ms"
        facts = {"more_is_better": False, "installation": server.installation, "note": note}
        name = "GET beside 32 callers, p99"
        yield judged("C6", name, statistics.median(ratios), "x", 3, 1.5, baseline=alone.name, **facts)


def cpu(id, operation, figures, ours, base, must, aim, installation):
    """A row for the CPU time of a request, as a multiple of that of its base."""
    note = f"{figures.median(ours, 'cpu_us'):.0f} µs, {figures.median(base, 'cpu_us'):.0f} µs"
    failures = figures.failures(ours)
    if failures:
        note = f"{failures} requests failed; {note}"
    facts = {"more_is_better": False, "installation": installation, "baseline": base.name, "note": note}
    row = judged(id, operation, figures.ratio(ours, base, "cpu_us"), "x", must, aim, **facts)
    if failures and must is not None:
        row.verdict = "missed"
    return row

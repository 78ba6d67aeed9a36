"""Interleaved rounds: each round measures every load once, so that all of them meet the same machine."""

import statistics

import machine
from machine import Failed

# How long each load runs before the first round.
WARM_UP = 1


class Figures:
    """The samples of all rounds, by the name of their load."""

    def __init__(self):
        self.samples = {}

    def add(self, name, sample):
        self.samples.setdefault(name, []).append(sample)

    def values(self, load, key):
        return [sample[key] for sample in self.samples[load.name] if sample.get(key) is not None]

    def median(self, load, key):
        values = self.values(load, key)
        return statistics.median(values) if values else None

    def most(self, load, key):
        return max(self.values(load, key), default=0)

    def ratio(self, load, base, key="rps"):
        """The median of the ratios of the rounds: what slows a whole round down cancels out."""
        pairs = zip(self.values(load, key), self.values(base, key), strict=True)
        return statistics.median(value / other for value, other in pairs)

    def ratio_of(self, key, base_key, load):
        """The median of the rounds of one figure of a load by another one."""
        pairs = zip(self.values(load, key), self.values(load, base_key), strict=True)
        return statistics.median(value / other for value, other in pairs)

    def failures(self, load):
        """How many requests were refused or broken in all rounds."""
        return sum(self.values(load, "refused")) + sum(self.values(load, "socket_errors"))

    def note(self, load, base=None):
        """What the row says beside the verdict: the CPU, which other programs disturb least, and failures."""
        parts = []
        cpu, base_cpu = self.median(load, "cpu_us"), base and self.median(base, "cpu_us")
        if cpu and base_cpu:
            parts.append(f"by CPU {base_cpu / cpu * 100:.0f} %")
        if self.failures(load):
            parts.append(f"{self.failures(load)} requests failed")
        return "; ".join(parts)


def interleave(bench, operation, installation, loads):
    """Measures the loads in rounds and records each sample."""
    figures = Figures()
    for load in loads:
        bench.progress.load(operation, "warm-up", load.name)
        prepare(load)
        sample = load.measure(bench, WARM_UP)
        if sample["requests"] == sample["refused"]:
            raise Failed(f"{operation}: no request of `{load.name}` succeeds: {sample}")
    for number in range(1, bench.options.rounds + 1):
        for load in loads:
            bench.progress.load(operation, f"round {number}/{bench.options.rounds}", load.name)
            prepare(load)
            machine.wait_until_idle(bench.options.idle_wait)
            sample = load.measure(bench, bench.options.seconds)
            figures.add(load.name, sample)
            bench.record(
                {
                    "operation": operation,
                    "load": load.name,
                    "database": installation.database,
                    "size": installation.size,
                    "connections": load.connections,
                    "round": number,
                    **load.facts,
                    **sample,
                }
            )
    return figures


def prepare(load):
    if load.prepare:
        load.prepare()

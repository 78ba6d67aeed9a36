"""Interleaved rounds: each round measures every load once, so that all of them meet the same machine."""

import math
import statistics

import machine
from machine import Failed
from rows import judged

# How long each load runs before the first round.
WARM_UP = 1


class Figures:
    """The samples of all rounds, by their load."""

    def __init__(self):
        self.samples = {}

    def add(self, load, sample):
        self.samples.setdefault(load, []).append(sample)

    def values(self, load, key):
        return [sample[key] for sample in self.samples[load] if sample.get(key) is not None]

    def median(self, load, key):
        values = self.values(load, key)
        return statistics.median(values) if values else None

    def most(self, load, key):
        return max(self.values(load, key), default=0)

    def ratio(self, load, base, key="rps"):
        """The median of the ratios of the rounds: what slows a whole round down cancels out."""
        pairs = zip(self.values(load, key), self.values(base, key), strict=True)
        return statistics.median(value / other for value, other in pairs)

    def added(self, load, alone, key):
        """What a load adds to the provider alone, in each round."""
        pairs = zip(self.values(load, key), self.values(alone, key), strict=True)
        return [value - direct for value, direct in pairs]

    def added_ratio(self, ours, base, alone, key):
        """What a load adds, as a multiple of what its base adds: the median of the ratios of the rounds."""
        ours, base = self.added(ours, alone, key), self.added(base, alone, key)
        if statistics.median(base) <= 0:
            raise Failed("the baseline adds nothing: measure again")
        # A round in which noise hides what the base adds counts as the worst.
        return statistics.median(
            value / other if other > 0 else math.inf for value, other in zip(ours, base, strict=True)
        )

    def spread(self, load):
        """How many times the median latency the 99th percentile is, in the median round."""
        pairs = zip(self.values(load, "p99_us"), self.values(load, "p50_us"), strict=True)
        return statistics.median(value / other for value, other in pairs)

    def failures(self, load):
        """How many requests were refused or broken in all rounds."""
        return sum(self.values(load, "refused")) + sum(self.values(load, "socket_errors"))

    def cpu_note(self, load, base, unit):
        """The same ratio by the CPU time of the servers, which other programs disturb least."""
        cpu, base_cpu = self.median(load, "cpu_us"), self.median(base, "cpu_us")
        if not (cpu and base_cpu):
            return ""
        return f"by CPU {base_cpu / cpu * 100:.0f} %" if unit == "%" else f"by CPU {cpu / base_cpu:.2f} x"


def compared(id, operation, figures, load, base, quantity, must, aim, installation):
    """A row for a load beside its base, in the same rounds; a load with failed requests misses its target.

    `quantity` is `rate` (requests in a second, in percent of the base), `time` (1 / rate, as a multiple) or
    `p50` (as a multiple).
    """
    unit = "%" if quantity == "rate" else "x"
    value = figures.ratio(load, base, "p50_us" if quantity == "p50" else "rps")
    row = judged(
        id,
        operation,
        1 / value if quantity == "time" else value,
        unit,
        must,
        aim,
        more_is_better=quantity == "rate",
        installation=installation,
        baseline=base.name,
        note=figures.cpu_note(load, base, unit),
    )
    failures = figures.failures(load)
    if failures and must is not None:
        row.verdict = "missed"
    if failures:
        row.note = f"{failures} requests failed; {row.note}"
    return row


def added(id, operation, figures, ours, base, alone, key, must, aim, installation):
    """A row for what a gateway adds to a time of the provider alone, as a multiple of what its base adds."""
    ratio = figures.added_ratio(ours, base, alone, key)
    note = ", ".join(f"{statistics.median(figures.added(load, alone, key)):.0f} µs" for load in (ours, base))
    facts = {"more_is_better": False, "installation": installation, "baseline": base.name, "note": note}
    return judged(id, operation, ratio, "x", must, aim, **facts)


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
            figures.add(load, sample)
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

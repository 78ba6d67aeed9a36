"""How much later the events of streams arrive through a gateway, at a rate that fills no core."""

import statistics

from delays import PACED, delays
from rounds import interleave
from rows import judged


def added(bench, installation, programs):
    """A row of C2: what is added to the delay of an event, as a multiple of what the bare gateway adds."""
    paced = {"stream": True, "text": PACED}
    provider, bare = programs.provider.load(32, **paced), programs.bare.load(32, **paced)
    loads = [delays(load) for load in (provider, bare, programs.load("stream", 32, **paced))]
    figures = interleave(bench, "C2", installation, loads)
    alone, base, ours = (figures.values(load, "p99_us") for load in loads)
    base = [value - direct for value, direct in zip(base, alone, strict=True)]
    ours = [value - direct for value, direct in zip(ours, alone, strict=True)]
    ratio = statistics.median(value / other for value, other in zip(ours, base, strict=True))
    note = f"{statistics.median(ours):.0f} µs, {statistics.median(base):.0f} µs"
    facts = {"more_is_better": False, "installation": installation, "baseline": bare.name, "note": note}
    return judged("C2", "event of a stream, added p99", ratio, "x", 1.5, 1.1, **facts)

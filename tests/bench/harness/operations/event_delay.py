"""How much later the events of streams arrive through a gateway, at a rate that fills no core."""

from delays import PACED, delays
from rounds import added, interleave


def event_delay(bench, installation, programs):
    """A row of C2: what is added to the delay of an event, as a multiple of what the bare gateway adds."""
    paced = {"stream": True, "text": PACED}
    provider, bare = programs.provider.load(32, **paced), programs.bare.load(32, **paced)
    loads = [delays(load) for load in (provider, bare, programs.load("stream", 32, **paced))]
    figures = interleave(bench, "C2", installation, loads)
    alone, base, ours = loads
    name = "event of a stream, added p99"
    return added("C2", name, figures, ours, base, alone, "p99_us", 1.5, 1.1, installation)

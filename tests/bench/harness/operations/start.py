"""P9: from the start of the program to its first answer, on an existing database."""

import statistics
import time

from rows import judged
from server import Server, wait_for_answer

STARTS = 11


def first_answer(bench):
    for database in bench.options.databases:
        with bench.installation(database, bench.sizes.medium) as installation:
            times = [start(bench, installation, number) for number in range(STARTS)]
        # The first start reads the file from the disk.
        value = statistics.median(times[1:])
        note = f"slowest of {STARTS}: {max(times) * 1e3:.0f} ms"
        yield judged(
            "P9",
            "start to first answer, p50",
            value * 1e3,
            "ms",
            100,
            50,
            more_is_better=False,
            installation=installation,
            note=note,
        )


def start(bench, installation, number):
    bench.progress.load("P9", f"start {number + 1}/{STARTS}", installation.database)
    started = time.monotonic()
    server = Server(bench, installation, is_ready=False)
    answered = wait_for_answer(server.port, 60)
    server.stop()
    bench.record(
        {
            "operation": "P9",
            "load": "start to first answer",
            "database": installation.database,
            "size": installation.size,
            "round": number + 1,
            "p50_us": (answered - started) * 1e6,
        }
    )
    return answered - started

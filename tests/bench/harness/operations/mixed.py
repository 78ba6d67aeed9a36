"""P13: readers on SQLite beside writers."""

import statistics

import wrk
from operations.creates import create
from operations.reads import get
from rounds import Figures
from rows import judged


def readers_beside_writers(bench):
    options = bench.options
    figures, ratios = Figures(), []
    with bench.without_real_time(), bench.server("sqlite", bench.sizes.small) as server:
        installation = server.installation
        alone = get("GET, readers alone", server, 32, installation.ids)
        beside = get("GET, beside 16 writers", server, 32, installation.ids)
        writers = create("create, 16 writers beside", server, 16)
        alone.measure(bench, 1)
        for number in range(1, options.rounds + 1):
            bench.progress.load(
                "P13", f"round {number}/{options.rounds}", "readers alone, then beside writers"
            )
            first = alone.measure(bench, options.seconds)
            background = wrk.start(writers, bench, options.seconds)
            background.is_shared = True
            second = wrk.start(beside, bench, options.seconds)
            second.is_shared = True
            samples = ((alone, first), (beside, second.result()), (writers, background.result()))
            for load, sample in samples:
                if load is not alone:
                    # The CPU time of both loads together cannot be told apart.
                    sample["cpu_us"] = None
                figures.add(load, sample)
                bench.record(
                    {
                        "operation": "P13",
                        "load": load.name,
                        "database": installation.database,
                        "size": installation.size,
                        "connections": load.connections,
                        "round": number,
                        **sample,
                    }
                )
            ratios.append(samples[1][1]["p99_us"] / first["p99_us"])
    failures = figures.failures(beside) + figures.failures(writers)
    first, second = figures.median(alone, "p99_us") / 1e3, figures.median(beside, "p99_us") / 1e3
    note = f"p99 alone {first:.1f} ms, beside {second:.1f} ms"
    row = judged(
        "P13",
        "GET beside 16 writers, p99 of 32 readers",
        statistics.median(ratios),
        "x",
        3,
        1.5,
        more_is_better=False,
        installation=installation,
        baseline="readers alone",
        note=note,
    )
    if failures:
        row.verdict, row.note = "missed", f"{failures} requests failed; {note}"
    yield row

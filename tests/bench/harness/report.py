"""The table, as text and as Markdown, of the rows and of the raw figures."""

import statistics
import subprocess
import time
from pathlib import Path

import plot

COLUMNS = (
    "#",
    "Operation",
    "Database",
    "Configurations",
    "Compared with",
    "must",
    "aim",
    "Measured",
    "Verdict",
)
LOADS = (
    "Operation",
    "Load",
    "Database",
    "Configurations",
    "Requests/s",
    "p50",
    "p99",
    "CPU µs/request",
    "PSS MiB",
)


def write(options, machine, rows, samples):
    """Writes `table.txt`, `table.md` and `plot.svg`; returns the text."""
    loads = medians(samples)
    head = [
        f"Measured {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC on {machine};",
        f"{server(options)};",
        f"{options.rounds} rounds of {options.seconds} s; server on core {options.server_core}, client on "
        f"core {options.client_core}, {'real time' if options.is_real_time else 'not in real time'};",
        f"busy with other work during the run: {noise(samples)}.",
    ]
    tables = [
        (COLUMNS, [row_cells(row) for row in rows]),
        (LOADS, [load_cells(load) for load in loads]),
    ]
    text = "\n".join([*head, "", *("\n".join(text_table(*table)) + "\n" for table in tables)])
    markdown = "\n".join(
        [
            "# Results of the benchmark",
            "",
            *head,
            "",
            *("\n".join(markdown_table(*table)) + "\n" for table in tables),
        ]
    )
    (options.out / "table.txt").write_text(text)
    (options.out / "table.md").write_text(markdown)
    (options.out / "plot.svg").write_text(plot.svg(loads))
    return f"{text}\nresults: {options.out}"


def server(options):
    """Which server was measured."""
    if options.is_given:
        return "a server that was built elsewhere"
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    described = subprocess.run(git, capture_output=True, text=True, check=False)
    return f"server of commit {described.stdout.strip() or 'unknown'}"


def medians(samples):
    """One entry for each load of each operation, in the order of the run."""
    groups = {}
    for sample in samples:
        key = (sample["operation"], sample["load"], sample["database"], sample["size"])
        groups.setdefault(key, []).append(sample)
    loads = []
    for (operation, load, database, size), group in groups.items():
        entry = {"operation": operation, "load": load, "database": database, "size": size}
        for key in ("rps", "p50_us", "p99_us", "cpu_us", "pss_mib"):
            values = [sample[key] for sample in group if sample.get(key) is not None]
            entry[key] = (min(values), statistics.median(values), max(values)) if values else None
        loads.append(entry)
    return loads


def noise(samples):
    """How many cores other programs used, apart from the measured ones and the client."""
    values = [sample["other_cores"] for sample in samples if sample.get("other_cores") is not None]
    if not values:
        return "unknown"
    return f"{statistics.median(values):.2f} cores in the median round, {max(values):.2f} at most"


def row_cells(row):
    measured = f"{row.measured} ({row.note})" if row.note else row.measured
    size = f"{row.size:,}" if row.size else "-"
    return [row.id, row.operation, row.database, size, row.baseline, row.must, row.aim, measured, row.verdict]


def load_cells(load):
    def middle(key, shown):
        return shown(load[key][1]) if load[key] else "-"

    size = f"{load['size']:,}" if load["size"] else "-"
    return [
        load["operation"],
        load["load"],
        load["database"],
        size,
        middle("rps", lambda value: f"{value:,.0f}"),
        middle("p50_us", duration),
        middle("p99_us", duration),
        middle("cpu_us", lambda value: f"{value:,.0f}"),
        middle("pss_mib", lambda value: f"{value:.1f}"),
    ]


def duration(microseconds):
    if microseconds < 1000:
        return f"{microseconds:.0f} µs"
    return f"{microseconds / 1e3:.1f} ms" if microseconds < 1e5 else f"{microseconds / 1e3:.0f} ms"


def text_table(columns, rows):
    cells = [list(columns), *rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(columns))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def markdown_table(columns, rows):
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"

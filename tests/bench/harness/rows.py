"""Rows of the table: an operation, what it is compared with, its targets, and the verdict."""

from dataclasses import asdict, dataclass

FORMATS = {
    "%": lambda value: f"{value * 100:.0f} %",
    "x": lambda value: f"{value:.2f} x",
    "ms": lambda value: f"{value:.1f} ms" if value < 100 else f"{value:.0f} ms",
    "KiB": lambda value: f"{value:.1f} KiB",
    "MiB": lambda value: f"{value:.1f} MiB",
    "": lambda value: f"{value:g}",
}


@dataclass
class Row:
    """One row. `verdict` is `aim`, `must`, `missed`, `skipped`, or empty for a figure without a target."""

    id: str
    operation: str
    database: str
    size: int | None
    baseline: str
    must: str
    aim: str
    measured: str
    verdict: str
    note: str = ""

    def as_dict(self):
        return asdict(self)


def judged(
    id, operation, value, unit, must, aim, *, more_is_better, installation=None, baseline="-", note=""
):
    """A row for a value with targets; `None` as a target: there is none."""

    def meets(target):
        return value >= target if more_is_better else value <= target

    verdict = ""
    if must is not None:
        verdict = "must" if meets(must) else "missed"
    if aim is not None and meets(aim) and verdict != "missed":
        verdict = "aim"
    shown = FORMATS[unit]

    def target(limit):
        return "-" if limit is None else shown(limit)

    database = installation.database if installation else "-"
    size = installation.size if installation else None
    return Row(
        id, operation, database, size, baseline, target(must), target(aim), shown(value), verdict, note
    )


def skipped(id, operation, installation, reason):
    database = installation.database if installation else "-"
    size = installation.size if installation else None
    return Row(id, operation, database, size, "-", "-", "-", "-", "skipped", reason)

"""Runs the operations and writes the results. `tests/bench/run.sh` calls this."""

import json
import signal
import sys

import machine
import options
import report
from bench import Bench
from machine import Failed
from operations import ALL


def main():
    chosen = options.parse()
    plan = [
        operation
        for operation in ALL
        if operation.id in chosen.only and set(operation.databases) & set(chosen.databases)
    ]
    if not plan:
        raise Failed("no operation of --only runs on --databases")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    bench = Bench(chosen, plan)
    (chosen.out / "results.jsonl").unlink(missing_ok=True)
    rows = []
    try:
        for operation in plan:
            bench.progress.begin(operation)
            for row in operation.run(bench):
                rows.append(row)
                bench.progress.note(f"{row.id}: {row.operation}: {row.measured} {row.verdict} {row.note}")
            bench.progress.finish(operation)
    finally:
        bench.end()
    with open(chosen.out / "rows.json", "w") as file:
        json.dump([row.as_dict() for row in rows], file, indent=1)
    print(report.write(chosen, machine.description(), rows, bench.results))
    return 1 if any(row.verdict == "missed" for row in rows) else 0


try:
    sys.exit(main())
except Failed as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)
except KeyboardInterrupt:
    sys.exit(130)

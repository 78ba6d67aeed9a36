"""The command line."""

import argparse
import os
import shutil
from pathlib import Path

from machine import Failed
from operations import ALL


def parse():
    parser = argparse.ArgumentParser(
        prog="tests/bench/run.sh", description="Measures the server beside what is physically possible."
    )
    add = parser.add_argument
    add("--sizes", default="1000,100000,1000000", help="numbers of configurations (default: %(default)s)")
    add("--seconds", type=int, default=5, help="of each measurement (default: %(default)s)")
    add("--rounds", type=int, default=5, help="of each operation (default: %(default)s)")
    add("--databases", default="sqlite,postgres", help="default: %(default)s")
    add("--only", default="", help=f"operations: {','.join(operation.id for operation in ALL)}")
    add("--quick", action="store_true", help="the same as --sizes 1000,10000 --seconds 2 --rounds 3")
    add("--binary", help="the server, in place of a new build")
    add("--seeder", help="the program that fills databases, in place of a new build")
    add("--anchors", help="the programs to compare with, in place of a new build")
    add("--nginx", help="the program `nginx`, in place of the installed one")
    add("--mlflow", help="the program `mlflow` of an installation, to compare with in the operation `peers`")
    add("--litellm", help="the program `litellm` of an installation, to compare with in the operation `C9`")
    add("--portkey", help="the script `start-server.js` of Portkey's gateway, to compare with in `C9`")
    add("--work", help="folder for databases, which are kept for later runs (default: TARGET/bench)")
    add("--out", help="folder for the results (default: TARGET/bench/results)")
    add("--server-core", default="0", help="default: %(default)s")
    add("--client-core", default="1", help="default: %(default)s")
    add(
        "--no-rt",
        action="store_true",
        help="not in real time (only root can); for machines without other work",
    )
    add(
        "--idle-wait",
        type=float,
        default=0,
        help="wait at most so many seconds before each measurement for idle",
    )
    # Set by run.sh.
    add("--target", required=True, help=argparse.SUPPRESS)
    add("--postgres", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    try:
        return complete(options)
    except Failed as error:
        parser.error(str(error))


def complete(options):
    """Replaces texts by values and checks them."""
    if options.quick:
        options.sizes, options.seconds, options.rounds = "1000,10000", 2, 3
    options.sizes = sorted(int(size) for size in options.sizes.split(","))
    options.databases = options.databases.split(",")
    for database in options.databases:
        if database not in ("sqlite", "postgres"):
            raise Failed(f"--databases: `{database}` is neither sqlite nor postgres")
    known = [operation.id for operation in ALL]
    # P3b is measured with P3.
    options.only = [id for id in options.only.replace("P3b", "P3").split(",") if id] or known
    for id in options.only:
        if id not in known:
            raise Failed(f"--only: `{id}` is not one of {', '.join(known)}")
    if options.sizes[0] < 1 or options.seconds < 1 or options.rounds < 1:
        raise Failed("--sizes, --seconds and --rounds begin at 1")
    cores = os.sched_getaffinity(0)
    for core in (options.server_core, options.client_core):
        if not core.isdigit() or int(core) not in cores:
            raise Failed(f"core {core} is not one of this process: {sorted(cores)}")
    target = Path(options.target).resolve()
    options.is_given = options.binary is not None
    options.binary = executable(options.binary or target / "release/llm-config-server")
    options.seeder = executable(options.seeder or target / "release/llm-config-bench-seed")
    options.anchors = executable(options.anchors or target / "anchors/release/llm-config-bench-anchors")
    nginx = options.nginx or shutil.which("nginx") or "/usr/sbin/nginx"
    options.nginx = executable(nginx)
    options.mlflow = executable(options.mlflow) if options.mlflow else None
    options.litellm = executable(options.litellm) if options.litellm else None
    options.portkey = Path(options.portkey).resolve() if options.portkey else None
    if options.mlflow is None:
        options.only = [id for id in options.only if id != "peers"]
    if options.litellm is None and options.portkey is None:
        options.only = [id for id in options.only if id != "C9"]
    options.work = Path(options.work or target / "bench").resolve()
    options.out = Path(options.out or options.work / "results").resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    options.is_real_time = os.getuid() == 0 and not options.no_rt
    for program in ("wrk", "taskset", "curl"):
        if not shutil.which(program):
            raise Failed(f"{program} is missing")
    return options


def executable(path):
    path = Path(path).resolve()
    if not os.access(path, os.X_OK):
        raise Failed(f"{path} is not a program")
    return path

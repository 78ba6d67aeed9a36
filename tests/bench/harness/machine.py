"""What the machine says: CPU times, memory, free ports."""

import os
import platform
import socket
import time

TICK = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """The run cannot go on; the message says why."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tree(pid):
    """The process and its descendants."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = stat_fields(entry)
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry))
    found, todo = [], [pid]
    while todo:
        process = todo.pop()
        found.append(process)
        todo += children.get(process, [])
    return found


def stat_fields(pid):
    """The fields of /proc/PID/stat after the name; empty if the process has ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            text = file.read()
    except OSError:
        return []
    return text[text.rindex(")") + 2 :].split()


def cpu_seconds(pid):
    """User and system time of the tree, its ended and awaited children included."""
    ticks = 0
    for process in tree(pid):
        ticks += sum(int(field) for field in stat_fields(process)[11:15])
    return ticks / TICK


def busy_seconds():
    """What all cores together have worked since the start of the machine."""
    with open("/proc/stat") as file:
        times = [int(field) for field in file.readline().split()[1:9]]
    return (sum(times) - times[3] - times[4]) / TICK


def pss_mib(pid):
    """The memory of the tree in MiB; what processes share is divided among them."""
    kilobytes = 0
    for process in tree(pid):
        try:
            with open(f"/proc/{process}/smaps_rollup") as file:
                kilobytes += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except OSError:
            continue
    return kilobytes / 1024


def wait_until_idle(limit):
    """Waits at most `limit` seconds until all programs together use less than a quarter of a core."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before, started = busy_seconds(), time.monotonic()
        time.sleep(0.5)
        if (busy_seconds() - before) / (time.monotonic() - started) < 0.25:
            return


def description():
    """One line about processor, memory and system."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":")[1].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, {platform.system()} {platform.release()}"

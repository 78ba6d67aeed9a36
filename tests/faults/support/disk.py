"""A small disk, which other programs can fill."""

import contextlib
import subprocess

from .run import Failed


def mount_small_disk(run, mib):
    """Mounts a disk of this size in memory, and returns its folder."""
    folder = run.folder / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0755", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode != 0:
        reason = mounted.stderr.partition("\n")[0]
        raise Failed(f"needs a small disk, and mounting a tmpfs is not permitted; run it as root: {reason}")
    run.undo.callback(subprocess.run, ["umount", str(folder)], check=True)
    return folder


def fill(disk):
    """Fills it to the last byte, by a file that it returns."""
    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler

"""I2: OpenSSL in the binary would load modules from a folder of the build, which others may be able to
create.

Checks: OpenSSL in the binary has no part that loads libraries, or names no folder below one that other
users can write to, as `/tmp` is.
"""

import mmap
import re
import stat
from pathlib import Path

from finding import Failed, main

# The source file of the part that loads libraries, which its errors name.
LOADER = b"crypto/dso/dso_dlfcn.c"

FOLDER = re.compile(rb'(OPENSSLDIR|ENGINESDIR|MODULESDIR): "([^"]+)"')


def is_open_to_others(folder):
    """Whether others can write to it, or to a folder above."""
    existing = [path for path in (folder, *folder.parents) if path.exists()]
    return any(path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH) for path in existing)


def test(run):
    with open(run.binary, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(LOADER) < 0:
            return "OpenSSL loads no modules"
        folders = {name.decode(): Path(folder.decode()) for name, folder in FOLDER.findall(content)}
    named = [f"{name} {folder}" for name, folder in folders.items() if is_open_to_others(folder)]
    if named:
        raise Failed(f"others can create {', '.join(named)}")
    return ", ".join(f"{name} {folder}" for name, folder in folders.items()) or "OpenSSL names no folders"


main("I2", test)

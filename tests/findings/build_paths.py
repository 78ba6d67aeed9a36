"""I3: the binary names the folders of the machine that built it.

For releases, which `docs/deploy/build.sh` builds; every other build names them. Checks: no text in the
binary is a path below a home folder.
"""

import mmap
import re

from finding import Failed, main

HOME = re.compile(rb"/(?:root|home/[\w.-]+|Users/[\w.-]+)/[\w./+@-]+")


def test(run):
    with open(run.binary, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        paths = {found[0].decode() for found in HOME.finditer(content)}
    figures = f"{len(paths)} paths below a home folder"
    if paths:
        raise Failed(f"{figures}, such as {min(paths)}")
    return figures


main("I3", test)

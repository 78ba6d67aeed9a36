"""I1: the program does not say which C libraries it contains, so advisories cannot be compared with it.

Checks: `--version` names SQLite, OpenSSL and libpq with their versions.
"""

import re
import subprocess

from finding import Failed, main

LIBRARIES = ("SQLite", "OpenSSL", "libpq")


def test(run):
    printed = subprocess.run([run.binary, "--version"], capture_output=True, text=True, check=True).stdout
    versions = {name: re.search(rf"{name}\W+(\d+\.\d[\d.]*)", printed) for name in LIBRARIES}
    figures = ", ".join(f"{name} {found[1] if found else 'not named'}" for name, found in versions.items())
    if not all(versions.values()):
        raise Failed(figures)
    return figures


main("I1", test)

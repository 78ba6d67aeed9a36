"""The wall clock of servers, which a test moves while they run. Their monotonic clock stays right."""

import struct
import subprocess
from pathlib import Path

from .run import Failed


class Clock:
    """A clock that is right until it is moved. Programs that are started with `environment` have it."""

    def __init__(self, run):
        # libfaketime crashes in the server: it allocates when it begins, and mimalloc, which is the server's
        # allocator, reads the time when it begins.
        library = run.folder / "clock.so"
        command = ["cc", "-shared", "-fPIC", "-O1", "-o", library, Path(__file__).with_suffix(".c")]
        compiled = subprocess.run(command, capture_output=True, text=True)
        if compiled.returncode != 0:
            raise Failed(f"the library that moves clocks cannot be compiled: {compiled.stderr.strip()}")
        self.file = run.folder / "clock-offset"
        self.file.write_bytes(bytes(8))
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_OFFSET_FILE": str(self.file)}
        self.offset = 0

    def move_to(self, seconds):
        """Sets it to this many seconds after the right time."""
        self.offset = seconds
        # In place, because servers have mapped the file.
        with open(self.file, "r+b", buffering=0) as file:
            file.write(struct.pack("q", seconds))

"""The processes of PostgreSQL that serve the server, which can be suspended while new ones answer."""

import os
import signal

from .run import Failed

# Lists their ids.
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'llm-config'"


def suspend(cluster):
    """Suspends those that run now. Returns their ids."""
    pids = [int(line) for line in cluster.sql(BACKENDS).split()]
    if not pids:
        raise Failed("the server has no connections")
    # A test that fails leaves them suspended otherwise, and the cluster could not stop.
    cluster.run.undo.callback(resume, pids)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    return pids


def resume(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass

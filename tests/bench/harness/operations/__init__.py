"""The operations of the table, in its order."""

from dataclasses import dataclass

from operations import call_peers, call_streams, calls, checks, creates, memory, mixed, peers, reads, replicas, sizes, start


@dataclass
class Operation:
    """One operation: its id, what runs it, and how long about."""

    id: str
    run: object
    # How many loads a round measures.
    loads: int
    # What is beside the rounds: starts, copies.
    extra_seconds: int
    databases: tuple = ("sqlite",)

    def estimate(self, options):
        """The expected time in seconds."""
        rounds = self.loads * (options.rounds * (options.seconds + 0.5 + options.idle_wait) + 2)
        return rounds + self.extra_seconds


ALL = [
    Operation("P1", reads.cached, 3, 5),
    Operation("P1b", reads.uncached, 2, 10),
    Operation("P2", reads.one_connection, 2, 5),
    Operation("P3", creates.sqlite, 2, 5),
    Operation("P4", creates.postgres, 4, 15, ("postgres",)),
    Operation("P5", reads.postgres, 2, 10, ("postgres",)),
    Operation("P6", sizes.lists, 12, 60, ("sqlite", "postgres")),
    Operation("P7", sizes.gets_and_creates, 12, 120, ("sqlite", "postgres")),
    Operation("P8", memory.all_states, 0, 60),
    Operation("P9", start.first_answer, 0, 30, ("sqlite", "postgres")),
    Operation("P10", checks.stored, 0, 10),
    Operation("P12", replicas.changes, 0, 60, ("postgres",)),
    Operation("P13", mixed.readers_beside_writers, 2, 5),
    Operation("C1", calls.whole, 8, 10),
    Operation("C2", calls.streams, 7, 10),
    Operation("C3", calls.usage, 2, 10),
    Operation("C4", calls.large, 4, 10),
    Operation("C5", calls.transactions, 0, 30, ("postgres",)),
    Operation("C6", calls.beside_reads, 3, 10),
    Operation("C7", call_streams.memory, 0, 60),
    Operation("C8", call_streams.departures, 0, 20),
    Operation("C9", call_peers.calls, 4, 60),
    Operation("peers", peers.mlflow, 6, 30),
]

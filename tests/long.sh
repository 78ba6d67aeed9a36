#!/usr/bin/env bash
# Runs the long forms of the tests that look for rare faults, about three hours. The tests of `tests/faults` that are
# not in this list have one form only.
#
#   random_coherence    for 300 s instead of 6, stores of both databases read and write at random, and no read
#                       may be older than a second
#   kill_under_load     20 kills of a server on each database instead of 3, in 10,000 writes instead of 300
#   suspended_process   20 suspensions of a server instead of 2
#   cut_off             90 s without packets instead of 12: longer than the minute after which a server uses
#                       nothing that it has in memory
#   promoted_standby    90 s on a standby in recovery instead of 4
#   held_transaction    a transaction that stays open for 90 s instead of 5
#   kill_under_calls    20 kills of a server on each database instead of 2
#   counted_calls       10,000 calls on each database instead of 1,000
#   separate_keys       10,000 calls instead of 1,000
#   moved_destinations  20,000 requests that move and use configurations on each database instead of 600
#   unknown_commit      the cuts of a connection at a commit 20 times instead of once
#   slow_streams        streams of ten minutes with silences of 20 s instead of 1 s
#   disk_full           5000 refused creations on a full disk instead of 160, and 400 revoked tokens instead of 20
#   database_disk_full  320 refused writes on a full disk of PostgreSQL, twice, instead of 20
#   restarted_database  15 faults of PostgreSQL instead of 3, with stops of 12 s instead of 6
#   stopped_backends    10 suspensions of the processes of PostgreSQL instead of 2
#   two_servers         30 s of load at the other one of two servers instead of 3
#   behind_pgbouncer    the same behind PgBouncer
#   clock_jump          20 jumps of the clock on each database instead of 4
#   steady_memory       a million requests of mixed traffic instead of 3,000
#   all_attacks_at_once 120 s of attacks instead of 15; with `--binary`, of a release, the slowest hundredth of a
#                       user's requests takes at most 250 ms
#   console_matrix      every page of the console in every form in a browser, instead of in two
#   fuzz                10 minutes of each fuzz target
#
#   tests/long.sh                   builds the server, and runs everything
#   tests/long.sh --binary PATH     uses this server for the tests of `tests/faults`
#
# Needs what `tests/run.sh`, `tests/faults/run.sh`, `tests/console/run.sh` and `tests/fuzz/run.sh` need. Runs every
# form, and fails if one of them fails.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || cargo build --locked -p llm-config-server

failed=()
# run NAME COMMAND...: runs a long form and prints how long it took.
run() {
    local name=$1 start=$SECONDS
    shift
    "$@" || failed+=("$name")
    echo "$name: $((SECONDS - start)) s"
}

run random_coherence env COHERENCE_SECONDS=300 \
    tests/run.sh -- cargo test -p llm-config-store --all-features --test it -- random_coherence
run kill_under_load env ROUNDS=20 WRITES=500 tests/faults/run.sh "$@" kill_under_load
run suspended_process env ROUNDS=20 tests/faults/run.sh "$@" suspended_process
run cut_off env OUTAGE=90 tests/faults/run.sh "$@" cut_off
run promoted_standby env RECOVERY=90 tests/faults/run.sh "$@" promoted_standby
run held_transaction env HELD=90 tests/faults/run.sh "$@" held_transaction
run kill_under_calls env ROUNDS=20 tests/faults/run.sh "$@" kill_under_calls
run counted_calls env CALLS=10000 tests/faults/run.sh "$@" counted_calls
run separate_keys env CALLS=10000 tests/faults/run.sh "$@" separate_keys
run moved_destinations env REQUESTS=20000 tests/faults/run.sh "$@" moved_destinations
run unknown_commit env ROUNDS=20 tests/faults/run.sh "$@" unknown_commit
run slow_streams env GAP=20 GAPS=30 tests/faults/run.sh "$@" slow_streams
run disk_full env TOKENS=400 REFUSALS=5000 tests/faults/run.sh "$@" disk_full
run database_disk_full env REFUSALS=320 tests/faults/run.sh "$@" database_disk_full
run restarted_database env ROUNDS=5 LONG_STOP=12 tests/faults/run.sh "$@" restarted_database
run stopped_backends env ROUNDS=10 tests/faults/run.sh "$@" stopped_backends
run two_servers env LOAD=30 tests/faults/run.sh "$@" two_servers
run behind_pgbouncer env LOAD=30 tests/faults/run.sh "$@" behind_pgbouncer
run clock_jump env ROUNDS=5 tests/faults/run.sh "$@" clock_jump
run steady_memory env REQUESTS=1000000 tests/faults/run.sh "$@" steady_memory
# A build without optimisations has another limit, which is the default.
limit=()
[ $# -eq 0 ] || limit=(LIMIT_MS=250)
run all_attacks_at_once env DURATION=120 "${limit[@]}" tests/faults/run.sh "$@" all_attacks_at_once
run console_matrix env CONSOLE_MATRIX=all tests/console/run.sh matrix.test.mjs
run fuzz tests/fuzz/run.sh 600

if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}" >&2
    exit 1
fi

#!/usr/bin/env bash
# Runs the server under faults of the disk, the network, the process and the database, and under load of model
# calls, and checks that its answers are true and that it loses nothing.
#
#   tests/faults/run.sh                        all tests, less than four minutes
#   tests/faults/run.sh cut_off disk_full      some tests
#   tests/faults/run.sh --binary PATH …        with this server instead of the one that `cargo build` makes
#
# Builds nothing but a small library in C for `clock_jump`. Run as root on Debian, first installs the programs
# that are missing, from Debian's packages. Elsewhere, prints the command that installs them, and stops.
# `disk_full` and `database_disk_full` need root, because they mount a small disk.
#
# Each test starts its own servers in a temporary folder, PostgreSQL under an unprivileged user, on free ports
# of 127.0.0.1; it ends them by their ids and removes the folder. Each program begins with what it does and
# checks; `tests/long.sh` runs the long forms.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/programs.sh

# Two at a time, because most of their time, they wait. The longest first.
paired=(clock_jump promoted_standby two_servers restarted_database behind_pgbouncer cut_off stopped_backends
    kill_under_load kill_under_calls moved_destinations database_disk_full slow_streams disk_full counted_calls
    separate_keys stopped_streams unknown_commit behind_nginx suspended_process held_transaction)
# One after the other, because they measure how much memory or time others leave.
alone=(steady_memory all_attacks_at_once)
all=("${paired[@]}" "${alone[@]}")
binary=${CARGO_TARGET_DIR:-target}/debug/llm-config-server
names=()
while [ $# -gt 0 ]; do
    case $1 in
    --binary) binary=${2:?--binary needs a path}; shift ;;
    --binary=*) binary=${1#*=} ;;
    *)
        [[ " ${all[*]} " == *" $1 "* ]] || { echo "unknown test $1; the tests are ${all[*]}" >&2; exit 2; }
        names+=("$1")
        ;;
    esac
    shift
done
[ ${#names[@]} -gt 0 ] || names=("${all[@]}")
if [ ! -x "$binary" ]; then
    echo "$binary is missing. Build it:  cargo build -p llm-config-server" >&2
    exit 2
fi

postgres=(initdb postgres psql pg_basebackup pg_ctl pg_isready)

# Prints the Debian packages of the programs that are missing.
missing_packages() {
    postgres_programs "${postgres[@]}" >/dev/null || echo postgresql
    command -v python3 >/dev/null || echo python3
    command -v mount >/dev/null || echo mount
    PATH=$PATH:/usr/sbin command -v nginx >/dev/null || echo nginx
    command -v cc >/dev/null || echo gcc libc6-dev
    PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null || echo pgbouncer
}
# Unquoted: a list of names.
install_packages $(missing_packages)
programs=$(postgres_programs "${postgres[@]}")

# Settings of another server in the environment must not apply.
unset "${!PG@}" "${!LLM_CONFIG_@}"
export PYTHONDONTWRITEBYTECODE=1
failed=$(mktemp)
trap 'rm -f "$failed"' EXIT
run() { python3 "tests/faults/$1.py" --binary "$binary" --postgres "$programs" || echo "$1" >>"$failed"; }
for name in "${names[@]}"; do
    if [[ " ${alone[*]} " == *" $name "* ]]; then
        wait
        run "$name"
    else
        while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
        run "$name" &
    fi
done
wait
if [ -s "$failed" ]; then
    echo "failed: $(paste -sd ' ' "$failed")" >&2
    exit 1
fi

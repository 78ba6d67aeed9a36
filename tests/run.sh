#!/usr/bin/env bash
# Runs every test of the workspace, including those on PostgreSQL, the official Python client, the Node script, the
# commands of the pages, the console in a browser, the unit file and the dependencies, the faults of disk, network and
# processes, and the findings of a security review.
#
#   tests/run.sh                all tests
#   tests/run.sh -- COMMAND     runs COMMAND instead, with the variables of a PostgreSQL server
#
# Run as root on Debian, first installs the programs that are missing, from Debian's packages. Elsewhere, prints the
# command that installs them, and stops.
#
# Starts a PostgreSQL server for the run: an empty cluster in a temporary folder, under an unprivileged user, on
# a free port of 127.0.0.1, with TLS. Stops and removes it afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/programs.sh

if [ "${1:-}" = -- ]; then shift; fi

# Prints the Debian packages of the programs that are missing.
missing_packages() {
    postgres_programs initdb pg_ctl pg_dump >/dev/null || echo postgresql
    command -v openssl >/dev/null || echo openssl
    command -v cc >/dev/null && command -v make >/dev/null || echo build-essential
    command -v perl >/dev/null || echo perl
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    command -v chromium >/dev/null || echo chromium fonts-dejavu-core
    command -v curl >/dev/null || echo curl
    command -v jq >/dev/null || echo jq
}

if ! command -v cargo >/dev/null; then
    echo "cargo is missing. Install Rust 1.95 or newer: https://rustup.rs" >&2
    exit 1
fi
# Unquoted: a list of names.
install_packages $(missing_packages)
programs=$(postgres_programs initdb pg_ctl pg_dump)

# Settings for another server in the environment must not apply to this one.
unset "${!PG@}"

as_postgres=(env)
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    user=nobody
    if id postgres >/dev/null 2>&1; then user=postgres; fi
    as_postgres=(runuser -u "$user" --)
fi
# In memory, where that has 4 GiB to spare: PostgreSQL creates and deletes hundreds of files for each test, which takes
# half of the time on a disk.
temporary=${TMPDIR:-/tmp}
if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] &&
    [ "$(df --output=avail -k /dev/shm | tail -n 1)" -ge $((4 * 1024 * 1024)) ]; then
    temporary=/dev/shm
fi
# A temporary folder that only root can enter is unusable for PostgreSQL.
"${as_postgres[@]}" test -x "$temporary" || temporary=/tmp
folder=$(mktemp -d "$temporary/llm-config-test.XXXXXX")
chmod 755 "$folder"
if [ "$(id -u)" = 0 ]; then chown "$user" "$folder"; fi

stop() {
    "${as_postgres[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Prints a port that is free now; another program may take it before the server starts.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null ||
        echo $((20000 + RANDOM % 12000))
}

# The data is thrown away, so fsync is off. The short deadlock time-out keeps concurrency tests fast.
start() {
    "${as_postgres[@]}" "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 start >/dev/null -o \
        "-p $1 -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 \
        -c fsync=off -c deadlock_timeout=50ms -c ssl=on"
}

# Creates an empty cluster, a certificate authority, and a server certificate for `localhost`. The commands are
# one chain, because `set -e` has no effect in a function whose status is tested.
set_up() {
    cd "$folder" &&
        "${as_postgres[@]}" "$programs/initdb" -D data -U llm_config --auth=trust --no-sync -E UTF8 --locale=C &&
        "${as_postgres[@]}" openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=llm-config test CA" \
            -keyout ca.key -out ca.pem &&
        "${as_postgres[@]}" openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" \
            -keyout data/server.key -out server.csr &&
        echo "subjectAltName = DNS:localhost" >server.ext &&
        "${as_postgres[@]}" openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
            -extfile server.ext -out data/server.crt &&
        "${as_postgres[@]}" chmod 600 data/server.key
}
(umask 022 && set_up) >"$folder/setup.log" 2>&1 || { cat "$folder/setup.log" >&2; exit 1; }

for attempt in 1 2 3; do
    port=$(free_port)
    if (cd "$folder" && start "$port"); then break; fi
    if [ "$attempt" = 3 ]; then cat "$folder/server.log" >&2; exit 1; fi
done

export TEST_POSTGRES_URL="postgres://llm_config@127.0.0.1:$port/postgres"
export TEST_POSTGRES_CA="$folder/ca.pem"
export TEST_PG_DUMP="$programs/pg_dump"
export TEST_PSQL="$programs/psql"

if [ $# -gt 0 ]; then
    "$@"
else
    skip=()
    if [ "$(id -u)" != 0 ]; then
        echo "left out: tests that act as another user, which need root"
        skip=(-- --skip root_only::)
    fi
    cargo test --workspace --all-features "${skip[@]}"
    tests/clients/run.sh
    tests/pages.sh
    tests/console/run.sh
    tests/deploy.sh
    tests/faults/run.sh
    tests/findings/run.sh
fi

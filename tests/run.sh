#!/usr/bin/env bash
# Runs every test of the workspace, PostgreSQL and the official Python client included.
#
#   tests/run.sh                         all tests
#   tests/run.sh --install               as root: first installs Debian's PostgreSQL if it is missing
#   tests/run.sh [--install] -- COMMAND  runs COMMAND instead, with the PostgreSQL server at hand
#
# A PostgreSQL server is started for the run: an empty cluster in a temporary folder, under an
# unprivileged user, on a free port of 127.0.0.1 with TLS switched on, ended and removed afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."

install=${CI:-false}
if [ "${1:-}" = --install ]; then install=true; shift; fi
if [ "${1:-}" = -- ]; then shift; fi

# Prints the folder that holds the server's programs, newest version first.
postgres_programs() {
    local folder
    for folder in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -rV) \
        "$(dirname "$(command -v initdb 2>/dev/null || echo /nonexistent/initdb)")"; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/pg_dump" ]; then
            echo "$folder"
            return
        fi
    done
    return 1
}

if ! programs=$(postgres_programs); then
    if [ "$install" != true ] || [ "$(id -u)" != 0 ]; then
        echo "PostgreSQL's server programs are missing. Install them:  apt-get install postgresql" >&2
        exit 1
    fi
    apt-get update -q
    # Only the programs are wanted, not a server that starts by itself.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql
    programs=$(postgres_programs)
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/llm-config-test.XXXXXX")
chmod 755 "$folder"
as_postgres=(env)
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    user=nobody
    if id postgres >/dev/null 2>&1; then user=postgres; fi
    chown "$user" "$folder"
    as_postgres=(runuser -u "$user" --)
fi

stop() {
    "${as_postgres[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null ||
    echo $((20000 + RANDOM)))
(
    cd "$folder"
    "${as_postgres[@]}" "$programs/initdb" -D "$folder/data" -U llm_config --auth=trust --no-sync -E UTF8 --locale=C >"$folder/initdb.log"
    # A certificate authority of its own, and a server certificate for `localhost`.
    "${as_postgres[@]}" openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=llm-config test CA" \
        -keyout "$folder/ca.key" -out "$folder/ca.pem" 2>/dev/null
    "${as_postgres[@]}" openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" \
        -keyout "$folder/data/server.key" -out "$folder/server.csr" 2>/dev/null
    "${as_postgres[@]}" openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" \
        -CAcreateserial -days 2 -out "$folder/data/server.crt" 2>/dev/null
    # Nothing in this cluster is worth a wait for the disk.
    "${as_postgres[@]}" "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 start >/dev/null -o \
        "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=300 -c deadlock_timeout=50ms -c ssl=on"
) || { cat "$folder"/*.log >&2; exit 1; }

export TEST_POSTGRES_URL="postgres://llm_config@127.0.0.1:$port/postgres"
export TEST_POSTGRES_CA="$folder/ca.pem"
export TEST_PG_DUMP="$programs/pg_dump"
export TEST_PSQL="$programs/psql"

if [ $# -gt 0 ]; then
    "$@"
else
    cargo test --workspace --all-features
    tests/clients/run.sh
fi

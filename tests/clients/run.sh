#!/usr/bin/env bash
# Runs the official Python client (from PyPI) against the real server, on SQLite and, where
# TEST_POSTGRES_URL names a server, on PostgreSQL. `tests/run.sh` calls it.
#
# Needs python3 with venv, and PyPI at the first run; without them it says that it was left out.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=target/clients-venv
if [ ! -e "$venv/ready" ]; then
    rm -rf "$venv"
    if ! { python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check goodmem==0.1.43; } >&2; then
        echo "left out: the official Python client (python3 with venv and PyPI are needed)"
        exit 0
    fi
    touch "$venv/ready"
fi

cargo build -q -p llm-config-server
server="${CARGO_TARGET_DIR:-target}/debug/llm-config-server"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export NO_PROXY=127.0.0.1

# Starts a server on an empty database, runs the script, stops the server.
run() {
    local name=$1 database=$2 folder pid
    folder=$(mktemp -d)
    LLM_CONFIG_DATA_DIR="$folder" LLM_CONFIG_LISTEN="127.0.0.1:$port" LLM_CONFIG_WAIT_FOR_INIT=true \
        LLM_CONFIG_DATABASE_URL="$database" "$server" >"$folder/log" 2>&1 &
    pid=$!
    "$venv/bin/python" - "$port" <<'PY'
import sys, time, urllib.request
for _ in range(300):
    try:
        sys.exit(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/ready").status != 200)
    except OSError:
        time.sleep(0.1)
sys.exit("the server does not answer")
PY
    if ! "$venv/bin/python" tests/clients/goodmem_llms.py "http://127.0.0.1:$port" >"$folder/out"; then
        cat "$folder/out" "$folder/log"
        kill "$pid"
        exit 1
    fi
    kill "$pid"
    wait "$pid"
    echo "official Python client on $name: $(grep -c '^ok: ' "$folder/out") checks ok"
    rm -rf "$folder"
}

sqlite=$(mktemp -d)
run SQLite "sqlite://$sqlite/registry.db"
rm -rf "$sqlite"
if [ -n "${TEST_POSTGRES_URL:-}" ]; then
    database="clients_$$"
    "$TEST_PSQL" -q "$TEST_POSTGRES_URL" -c "CREATE DATABASE $database"
    run PostgreSQL "${TEST_POSTGRES_URL%/*}/$database"
    "$TEST_PSQL" -q "$TEST_POSTGRES_URL" -c "DROP DATABASE $database WITH (FORCE)"
else
    echo "left out: the official Python client on PostgreSQL"
fi

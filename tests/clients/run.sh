#!/usr/bin/env bash
# Runs clients against the real server, on SQLite and, if TEST_POSTGRES_URL names a server, on PostgreSQL:
# the official Python client of /v1/llms (from PyPI), the parsers of Prometheus' Python client, a Node script
# that sends the requests of the official TypeScript client of /ai/llm, and the official Python and Node clients
# of OpenAI, Anthropic and Gemini, which call models through the server. `tests/run.sh` calls it with a
# PostgreSQL server.
#
# Needs python3 with venv, Node 18 or newer with npm, and PyPI and npm's registry at the first run; fails
# without them.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${CARGO_TARGET_DIR:-target}
venv="$target/clients-venv"
packages=(goodmem==0.1.43 prometheus_client==0.26.0 openai==3.57.0 anthropic==2.14.0 google-genai==3.6.1)
if [ "$(cat "$venv/ready" 2>/dev/null)" != "${packages[*]}" ]; then
    rm -rf "$venv"
    if ! { python3 -m venv "$venv" &&
        "$venv/bin/pip" install -q --disable-pip-version-check "${packages[@]}"; } >&2; then
        echo "the Python clients cannot be installed: python3 with venv and PyPI are needed" >&2
        exit 1
    fi
    echo "${packages[*]}" >"$venv/ready"
fi

if ! node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)' 2>/dev/null; then
    echo "the Node scripts cannot run: Node 18 or newer is needed" >&2
    exit 1
fi
node="$target/clients-node"
# Of each client the newest version that runs on Node 18.
packages=(openai@6.49.0 @anthropic-ai/sdk@1.14.0 @google/genai@2.32.0)
if [ "$(cat "$node/ready" 2>/dev/null)" != "${packages[*]}" ]; then
    rm -rf "$node"
    mkdir -p "$node"
    if ! npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$node" "${packages[@]}" >&2; then
        echo "the Node clients cannot be installed: npm and its registry are needed" >&2
        exit 1
    fi
    echo "${packages[*]}" >"$node/ready"
fi

cargo build -q -p llm-config-server
server="$target/debug/llm-config-server"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# Python must not write folders into the sources.
export NO_PROXY=127.0.0.1 PYTHONDONTWRITEBYTECODE=1
unset "${!OPENAI_@}" "${!ANTHROPIC_@}" "${!GOOGLE_@}" "${!GEMINI_@}"

# run NAME DATABASE_URL COMMAND...: starts a server, runs the command with the server's URL, stops the server.
run() {
    local name=$1 database=$2 folder pid
    shift 2
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
    if ! "$@" "http://127.0.0.1:$port" >"$folder/out" 2>&1; then
        cat "$folder/out" "$folder/log"
        kill "$pid"
        exit 1
    fi
    kill "$pid"
    wait "$pid"
    echo "$name: $(grep -c '^ok: ' "$folder/out") checks ok"
    rm -rf "$folder"
}

# run_on_each CLIENT COMMAND...: runs the command on an empty database of each kind.
run_on_each() {
    local client=$1 folder database
    shift
    folder=$(mktemp -d)
    run "$client on SQLite" "sqlite://$folder/registry.db" "$@"
    rm -rf "$folder"
    if [ -z "${TEST_POSTGRES_URL:-}" ]; then return; fi
    database="clients_$$"
    "$TEST_PSQL" -q "$TEST_POSTGRES_URL" -c "CREATE DATABASE $database"
    run "$client on PostgreSQL" "${TEST_POSTGRES_URL%/*}/$database" "$@"
    "$TEST_PSQL" -q "$TEST_POSTGRES_URL" -c "DROP DATABASE $database WITH (FORCE)"
}

run_on_each "official Python client" "$venv/bin/python" tests/clients/goodmem_llms.py
run_on_each "Prometheus parsers" "$venv/bin/python" tests/clients/prometheus_metrics.py
run_on_each "Node script" node tests/clients/flashback.mjs
run_on_each "Python clients of models" "$venv/bin/python" tests/clients/models/main.py
# The APIs that it uses do not touch the database in another way than those before.
folder=$(mktemp -d)
run "Node clients of models on SQLite" "sqlite://$folder/registry.db" node tests/clients/models/sdks.mjs "$node"
rm -rf "$folder"

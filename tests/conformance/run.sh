#!/usr/bin/env bash
# Sends generated requests for every operation of the OpenAPI documents to a real server, with schemathesis, and
# compares the responses with the documents. Prints a table of figures; ends with 1 if a response is not what the
# documents and docs/api-design.md say. What is tolerated, and why, is in tolerated.toml.
#
#   tests/conformance/run.sh            at most 100 examples per operation and phase; some 10 minutes
#   tests/conformance/run.sh --quick    5 examples; some 2 minutes
#   tests/conformance/run.sh --keep FOLDER   keeps logs and reports in an empty folder
#
# Needs python3 with venv, and PyPI. Each document has a server of its own (SQLite, loopback) with a small provider,
# so that checks and pings succeed too.
set -euo pipefail
cd "$(dirname "$0")/../.."

examples=100 limit=1800 folder=''
while [ $# -gt 0 ]; do
    case $1 in
    --quick) examples=5 limit=600 ;;
    --keep) folder=${2:?--keep needs a folder} && shift ;;
    *) echo "unknown argument: $1" >&2 && exit 64 ;;
    esac
    shift
done
if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    remove=$folder
fi
mkdir -p "$folder"
folder=$(realpath "$folder")
here=$(realpath tests/conformance)

started=()
stop() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait "${started[@]}" 2>/dev/null || true
    if [ -n "${remove:-}" ]; then rm -rf "$remove"; fi
}
trap stop EXIT
trap 'exit 130' INT TERM

if ! { python3 -m venv "$folder/venv" &&
    "$folder/venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"; } >&2; then
    echo "schemathesis cannot be installed: python3 with venv and PyPI are needed" >&2
    exit 1
fi

cargo build -q -p llm-config-server
server=$(realpath "${CARGO_TARGET_DIR:-target}/debug/llm-config-server")
export NO_PROXY=127.0.0.1
unset "${!LLM_CONFIG_@}"
# Nothing is written beside the sources.
export PYTHONDONTWRITEBYTECODE=1

# wait_for SECONDS COMMAND...: repeats the command until it succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $end ]; then return 1; fi
        sleep 0.1
    done
}

is_ready() {
    python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1] + "/ready", timeout=5)' "$1"
}

python3 "$here/provider.py" >"$folder/provider" &
started+=($!)
wait_for 10 test -s "$folder/provider"

for document in flashback goodmem llm-config; do
    run=$folder/$document
    mkdir "$run"
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    base=http://127.0.0.1:$port
    "$server" --data-dir "$run/data" --listen "127.0.0.1:$port" >"$run/server.log" 2>&1 &
    started+=($!)
    if ! wait_for 20 is_ready "$base"; then
        cat "$run/server.log" >&2
        exit 1
    fi
    token=$("$server" --data-dir "$run/data" token issue)
    python3 "$here/fixtures.py" "$base" "$token" "$(cat "$folder/provider")" "$document" "$run"
    echo "$document: sending requests ..." >&2
    # Its status says whether any check failed, tolerated or not; report.py decides.
    (cd "$run" && CONFORMANCE_IDS="$run/ids.json" PYTHONPATH="$here" timeout "$limit" \
        "$folder/venv/bin/schemathesis" --config-file "$run/schemathesis.toml" run "$run/document.json" \
        --url "$base" --checks all --max-examples "$examples" --seed 1 --no-color \
        --generation-database none --report ndjson --report-ndjson-path "$run/report.ndjson" >"$run/output" 2>&1) ||
        true
    if [ ! -s "$run/report.ndjson" ]; then
        cat "$run/output" >&2
        exit 1
    fi
    # The server must have survived.
    is_ready "$base"
done

"$folder/venv/bin/python" "$here/report.py" "$here/tolerated.toml" "$folder"/{flashback,goodmem,llm-config}

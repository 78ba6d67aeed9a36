#!/usr/bin/env bash
# Checks the committed OpenAPI documents with three linters, generates a Python client (openapi-python-client) and a
# TypeScript client (openapi-typescript, openapi-fetch) from them in a temporary folder, checks both with strict
# compilers, and calls every operation of a real server with each. Ends with 1 at the first warning or failure.
#
# Needs python3 with venv, Node 20, PyPI and the npm registry. Takes some 2 minutes without the build.
#
# Every operation is supported by both generators. What is special:
# - `ping:stream` returns a stream, which no generator reads event by event: both clients get the lines as a text.
#   python.yaml says so to openapi-python-client, which does not know the media type.
# - `GET /` has no success of its own: it redirects to /docs.
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=$(realpath tests/clients/generated)
conformance=$(realpath tests/conformance)
documents=$(realpath docs/api)

if ! node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null; then
    echo "Node 20 or newer is needed" >&2
    exit 1
fi

folder=$(mktemp -d)
started=()
stop() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait "${started[@]}" 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

export NO_PROXY=127.0.0.1 PYTHONDONTWRITEBYTECODE=1
unset "${!LLM_CONFIG_@}"

# quietly COMMAND...: prints the output of the command only if it fails.
quietly() {
    if ! "$@" >"$folder/out" 2>&1; then
        cat "$folder/out" >&2
        echo "failed: $*" >&2
        exit 1
    fi
}

quietly python3 -m venv "$folder/venv"
quietly "$folder/venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"
mkdir "$folder/node" "$folder/python"
cp "$here/package.json" "$here/tsconfig.json" "$here/client.ts" "$folder/node"
cd "$folder/node"
quietly npm install --no-audit --no-fund --ignore-scripts

# Linters. Redocly ignores one finding: `GET /` has no 2xx, because it redirects.
cat >redocly.yaml <<'YAML'
extends: [recommended]
YAML
cat >.redocly.lint-ignore.yaml <<YAML
llm-config.json:
  operation-2xx-response:
    - '#/paths/~1/get/responses'
YAML
echo 'extends: spectral:oas' >.spectral.yaml
cp "$documents"/*.json .
for document in flashback goodmem llm-config gateway; do
    quietly "$folder/venv/bin/openapi-spec-validator" "$document.json"
    quietly npx redocly lint "$document.json" --max-problems 100
    if grep -q '^You have .* warning' "$folder/out"; then cat "$folder/out" >&2 && exit 1; fi
    quietly npx spectral lint --fail-severity hint "$document.json"
    echo "$document.json: openapi-spec-validator, redocly and spectral find nothing"
done

# No client of the gateway is generated: it has the APIs of vendors, whose own clients call it (../models).
for document in flashback goodmem llm-config; do
    quietly npx openapi-typescript "$document.json" -o "$document.d.ts"
    # Its warnings say which operations are missing.
    quietly "$folder/venv/bin/openapi-python-client" generate --path "$document.json" --meta none \
        --config "$here/python.yaml" --output-path "$folder/python/${document/-/_}" --fail-on-warning
done
quietly npx tsc -p .
echo "TypeScript: tsc --strict finds nothing"
cp "$here/client.py" "$conformance/provider.py" "$folder/python"
cd "$folder/python"
quietly "$folder/venv/bin/mypy" --strict client.py --exclude-gitignore
echo "Python: mypy --strict finds nothing"

cd "$here/../../.."
cargo build -q -p llm-config-server
server=$(realpath "${CARGO_TARGET_DIR:-target}/debug/llm-config-server")
python3 "$conformance/provider.py" >"$folder/provider" &
started+=($!)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
base=http://127.0.0.1:$port
"$server" --data-dir "$folder/data" --listen "127.0.0.1:$port" >"$folder/log" 2>&1 &
started+=($!)
python3 - "$base" <<'PY' || { cat "$folder/log" >&2; exit 1; }
import sys, time, urllib.request
for _ in range(200):
    try:
        sys.exit(urllib.request.urlopen(sys.argv[1] + "/ready").status != 200)
    except OSError:
        time.sleep(0.1)
sys.exit("the server does not answer")
PY
token=$("$server" --data-dir "$folder/data" token issue)
provider=$(cat "$folder/provider")
secrets=$(cd "$conformance" && python3 -c 'import provider; print(provider.KEY, provider.MODEL)')

quietly "$folder/venv/bin/python" "$folder/python/client.py" "$base" "$token" "$provider" "$documents"
echo "generated Python client: $(grep -c '^ok: ' "$folder/out") checks ok"
grep 'operations of' "$folder/out"
# shellcheck disable=SC2086 # a key and a model
quietly node "$folder/node/client.js" "$base" "$token" "$provider" "$documents" $secrets
echo "generated TypeScript client: $(grep -c '^ok: ' "$folder/out") checks ok"
grep 'operations of' "$folder/out"

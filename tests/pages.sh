#!/usr/bin/env bash
# Pastes the shell blocks of the pages into a shell, as a reader does, against a real server on SQLite and, if
# TEST_POSTGRES_URL names a server, on PostgreSQL. A command that fails, a response that is no success, and an id that is
# missing fail the run. The Ollama of the pages is a scripted provider on this machine.
#
# Needs curl and jq, which the pages use, and python3. `tests/run.sh` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."

for program in curl jq; do
    command -v $program >/dev/null || { echo "$program is missing. Install it:  apt-get install $program" >&2; exit 1; }
done

cargo build -q -p llm-config-server
server=$(realpath "${CARGO_TARGET_DIR:-target}/debug/llm-config-server")
repository=$PWD
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export NO_PROXY=127.0.0.1 PYTHONDONTWRITEBYTECODE=1

# Prints the blocks of a page that are marked `sh`, without those that build, test or start, and without the lines that
# set the token and the address, which each reader has to set.
blocks() {
    awk '
        /^```sh$/ { block = ""; is_code = 1; next }
        /^```$/ { if (is_code && block !~ /(^|\n)(cargo|tests\/)/) printf "%s", block; is_code = 0; next }
        is_code && !/^export (LLM_CONFIG_TOKEN|BASE)=/ { block = block $0 "\n" }
    ' "$1"
}

folder=$(mktemp -d)
pid=
mkfifo "$folder/input" "$folder/provider"
# The provider serves until its standard input ends.
exec 9<>"$folder/input"
python3 tests/clients/models/provider.py <&9 >"$folder/provider" &
provider_pid=$!
read -r provider <"$folder/provider"
stop() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    kill "$provider_pid" 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT

# paste NAME DATABASE_URL PAGE...: pastes the pages, one after the other, into one shell in the directory of a new server.
paste() {
    local name=$1 page
    export LLM_CONFIG_DATABASE_URL=$2
    mkdir -p "$folder/$name/target/release"
    ln -s "$server" "$folder/$name/target/release/llm-config-server"
    cd "$folder/$name"
    LLM_CONFIG_LISTEN="127.0.0.1:$port" "$server" >token 2>log &
    pid=$!
    curl -s --retry 100 --retry-delay 1 --retry-connrefused -o ready "http://127.0.0.1:$port/ready"
    {
        # `curl` fails unless the response is a success, and `jq` fails if the value is missing.
        echo 'set -euo pipefail'
        echo 'curl() { command curl --fail-with-body "$@"; }'
        echo 'jq() { command jq -e "$@"; }'
        for page in "${@:3}"; do blocks "$repository/$page"; done | sed "s#http://127.0.0.1:11434#$provider#"
    } >script
    if ! LLM_CONFIG_TOKEN=$(grep -m1 -o 'gm_[a-z2-7]*' token) BASE="http://127.0.0.1:$port" \
        bash -v script >output 2>&1; then
        cat output log
        echo "$name: the last command above fails" >&2
        exit 1
    fi
    kill "$pid"
    wait "$pid"
    pid=
    cd "$repository"
    echo "$name: $(grep -cE '^[^#]' "$folder/$name/script") lines pasted"
}

# paste_on_each NAME PAGE...: pastes the pages on an empty database of each kind.
paste_on_each() {
    local name=$1 database="pages_${1}_$$"
    paste "$name on SQLite" '' "${@:2}"
    if [ -z "${TEST_POSTGRES_URL:-}" ]; then return; fi
    "$TEST_PSQL" -q "$TEST_POSTGRES_URL" -c "CREATE DATABASE $database"
    paste "$name on PostgreSQL" "${TEST_POSTGRES_URL%/*}/$database" "${@:2}"
    "$TEST_PSQL" -q "$TEST_POSTGRES_URL" -c "DROP DATABASE $database WITH (FORCE)"
}

paste_on_each readme README.md docs/validation.md docs/secret-references.md
paste_on_each team docs/team.md
paste_on_each calls docs/calling-models.md

#!/usr/bin/env bash
# Checks configurations of real servers of other projects on loopback, and calls their models: two LiteLLM proxies
# (from PyPI) and two aimock servers (from npm). See README.md.
#
#   tests/real-servers/run.sh           these four
#   tests/real-servers/run.sh --llama   two llama-servers as well, built from source at the first run
#
# Needs python3 with venv, Node 20.15 or newer, and PyPI and npm at the first run; `--llama` also a
# C++ compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."

litellm=1.106.2 prisma=0.15.0 aimock=1.43.0 llama=0.3.36
case "$*" in
"") with_llama=false ;;
--llama) with_llama=true ;;
*)
    echo "usage: tests/real-servers/run.sh [--llama]" >&2
    exit 2
    ;;
esac
here=$PWD/tests/real-servers
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
servers=$target/real-servers
mkdir -p "$servers"

# The file `ready` in a complete folder names the installed versions.
if [ "$(cat "$servers/litellm/ready" 2>/dev/null)" != "$litellm $prisma" ]; then
    echo "installing LiteLLM $litellm into $servers/litellm (745 MB, a minute or two)"
    rm -rf "$servers/litellm"
    python3 -m venv "$servers/litellm"
    # Without prisma LiteLLM answers a missing key with 500 instead of 401.
    timeout 1200 "$servers/litellm/bin/pip" install -q --disable-pip-version-check \
        "litellm[proxy]==$litellm" "prisma==$prisma"
    echo "$litellm $prisma" >"$servers/litellm/ready"
fi
if [ "$(cat "$servers/aimock/ready" 2>/dev/null)" != "$aimock" ]; then
    echo "installing aimock $aimock into $servers/aimock (12 MB)"
    rm -rf "$servers/aimock"
    mkdir -p "$servers/aimock"
    timeout 300 npm install --silent --no-audit --no-fund --prefix "$servers/aimock" "@copilotkit/aimock@$aimock"
    echo "$aimock" >"$servers/aimock/ready"
fi

# The source distribution of llama-cpp-python contains llama.cpp with its server. The build is not optimised,
# because the server only has to respond with a tiny model.
build_llama() {
    python3 -m venv tools
    tools/bin/pip install -q --disable-pip-version-check \
        cmake==4.4.4 ninja==1.13.2 scikit-build-core==1.1.2 gguf==0.19.0 numpy==2.4.6
    export PATH=$PWD/tools/bin:$PATH
    pip download -q --disable-pip-version-check --no-deps --no-build-isolation --no-binary :all: \
        "llama-cpp-python==$llama"
    mkdir source
    tar xzf "llama_cpp_python-$llama.tar.gz" -C source --strip-components=1
    cmake -S source/vendor/llama.cpp -B build -G Ninja -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_C_FLAGS_DEBUG=-O0 -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DBUILD_SHARED_LIBS=OFF \
        -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF \
        -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_BUILD_SERVER=ON
    cmake --build build --target llama-server -j 2
    cp build/bin/llama-server .
    python "$here/tiny_gguf.py" tiny.gguf
    rm -rf build source tools "llama_cpp_python-$llama.tar.gz"
}
if $with_llama && [ "$(cat "$servers/llama/ready" 2>/dev/null)" != "$llama" ]; then
    echo "building llama-server of llama-cpp-python $llama in $servers/llama (five minutes of CPU)"
    rm -rf "$servers/llama"
    mkdir -p "$servers/llama"
    export here llama
    if ! (cd "$servers/llama" && timeout 3600 bash -euc "$(declare -f build_llama); build_llama" >log 2>&1); then
        tail -n 20 "$servers/llama/log" >&2
        exit 1
    fi
    echo "$llama" >"$servers/llama/ready"
fi

timeout 1800 cargo build -q -p llm-config-probe --example probe
timeout 1800 cargo build -q -p llm-config-server

folder=$(mktemp -d)
pids=()

# Terminates every server, and kills those that still run after five seconds.
stop() {
    local pid
    trap '' INT TERM
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for _ in {1..50}; do
        if [ -z "$(jobs -pr)" ]; then break; fi
        sleep 0.1
    done
    for pid in $(jobs -pr); do kill -KILL "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Settings for other servers in the environment must not apply to these.
unset "${!LITELLM_@}" "${!AIMOCK_@}" "${!LLM_CONFIG_@}" DATABASE_URL DIRECT_URL
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
# LiteLLM downloads nothing at its start, and Python writes no folder into the sources.
export LITELLM_LOCAL_MODEL_COST_MAP=True PYTHONDONTWRITEBYTECODE=1

# Ports that are free now; another program may take one before its server starts.
read -r one two three four five six seven eight < <(python3 - <<'PY'
import socket
sockets = [socket.socket() for _ in range(8)]
for it in sockets:
    it.bind(("127.0.0.1", 0))
print(*(it.getsockname()[1] for it in sockets))
PY
)
export UPSTREAM_URL=http://127.0.0.1:$two/v1

# Starts a server in the background: its log's name, then the command.
start() {
    local log=$folder/$1
    shift
    (cd "$folder" && exec "$@") >"$log" 2>&1 </dev/null &
    pids+=($!)
}
proxy=("$servers/litellm/bin/litellm" --host 127.0.0.1 --telemetry False)
mock=(node "$servers/aimock/node_modules/.bin/llmock" --host 127.0.0.1 --log-level warn --fixtures "$here/aimock.json")
start litellm "${proxy[@]}" --config "$here/litellm.yaml" --port "$one"
start keys "${proxy[@]}" --config "$here/litellm-keys.yaml" --port "$two"
start aimock env AIMOCK_API_KEYS=sk-aimock-key-0001 "${mock[@]}" --port "$three"
start open "${mock[@]}" --port "$four"
running=("litellm=http://127.0.0.1:$one" "keys=http://127.0.0.1:$two"
    "aimock=http://127.0.0.1:$three" "open=http://127.0.0.1:$four")
if $with_llama; then
    model=("$servers/llama/llama-server" -m "$servers/llama/tiny.gguf" --alias tiny --host 127.0.0.1 -c 256 -t 1)
    start llama "${model[@]}" --port "$five" --api-key sk-llama-key-0001
    start llama-open "${model[@]}" --port "$six"
    running+=("llama=http://127.0.0.1:$five" "llama-open=http://127.0.0.1:$six")
fi
for port in "$seven" "$eight"; do
    start "llm-config-$port" env LLM_CONFIG_LISTEN="127.0.0.1:$port" LLM_CONFIG_DATA_DIR="$folder/data-$port" \
        LLM_CONFIG_WAIT_FOR_INIT=true "$target/debug/llm-config-server"
done

ready() {
    local name=$1 url=$2
    for _ in {1..600}; do
        if curl -sf -m 2 -o /dev/null "$url"; then return; fi
        if ! jobs -pr | grep -qx "${pids[$3]}"; then break; fi
        sleep 0.2
    done
    echo "the server \"$name\" did not start:" >&2
    tail -n 20 "$folder/$name" >&2
    exit 1
}
ready litellm "http://127.0.0.1:$one/health/liveliness" 0
ready keys "http://127.0.0.1:$two/health/liveliness" 1
ready aimock "http://127.0.0.1:$three/health" 2
ready open "http://127.0.0.1:$four/health" 3
if $with_llama; then
    ready llama "http://127.0.0.1:$five/health" 4
    ready llama-open "http://127.0.0.1:$six/health" 5
fi

ready "llm-config-$seven" "http://127.0.0.1:$seven/ready" $((${#pids[@]} - 2))
ready "llm-config-$eight" "http://127.0.0.1:$eight/ready" $((${#pids[@]} - 1))

# In the background, because a shell handles no signal while it waits for a foreground program.
python3 "$here/cases.py" "$target/debug/examples/probe" "$here/cases.txt" "${running[@]}" &
pids+=($!)
status=0
wait "$!" || status=$?
python3 "$here/calls.py" "http://127.0.0.1:$seven" "http://127.0.0.1:$eight" "${running[@]}" &
pids+=($!)
wait "$!" || status=$?
exit "$status"

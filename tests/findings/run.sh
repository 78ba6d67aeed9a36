#!/usr/bin/env bash
# Runs the tests of the findings of a security review. Each attacks a server from outside, as the finding did.
#
#   tests/findings/run.sh                      all tests, less than three minutes
#   tests/findings/run.sh A1 hanging_lookups   the tests of some findings, and some tests
#   tests/findings/run.sh --binary PATH …      with this server instead of the one that `cargo build` makes
#
# Prints a line for each test: `ok` or `FAILED`, the finding, the test, and figures. The tests use only what the
# reviewed version had too, and fail with it; README.md has what they print there.
#
# Builds nothing but a small library in C for `clock_ahead`. Run as root on Debian, first installs the programs
# that are missing, from Debian's packages. Elsewhere, prints the command that installs them, and stops. Some tests
# need root: they mount a small disk, give the server a name server of its own, and start it as another user.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/programs.sh

# One after the other, because they measure how long others wait.
alone=(A2/hostile_answers A4/all_slots_taken A5/hanging_lookups H4/empty_lines)
# All at once afterwards: most of their time, they wait.
together=(A1/slow_heads A3/silent_readers A3/unlimited_storage A3/revocation_on_full_disk A6/hanging_database
    A7/hanging_background_checks A8/clock_ahead M1/readable_memory I1/versions_of_c_libraries
    I5/database_without_tls I6/reserved_headers H1/requests_ahead)

# Of releases, which `docs/deploy/build.sh` builds: these are run only if they are named.
of_releases=(I2/module_folders I3/build_paths)

binary=${CARGO_TARGET_DIR:-target}/debug/llm-config-server
wanted=()
while [ $# -gt 0 ]; do
    case $1 in
    --binary) binary=${2:?--binary needs a path}; shift ;;
    --binary=*) binary=${1#*=} ;;
    *)
        all="${alone[*]} ${together[*]} ${of_releases[*]}"
        [[ "/${all// //}/" == *"/$1/"* ]] || { echo "unknown test $1; the tests are $all" >&2; exit 2; }
        wanted+=("$1")
        ;;
    esac
    shift
done
if [ ! -x "$binary" ]; then
    echo "$binary is missing. Build it:  cargo build -p llm-config-server" >&2
    exit 2
fi

postgres=(initdb postgres psql)

# Prints the Debian packages of the programs that are missing.
missing_packages() {
    postgres_programs "${postgres[@]}" >/dev/null || echo postgresql
    command -v python3 >/dev/null || echo python3
    command -v mount >/dev/null || echo mount
    command -v cc >/dev/null || echo gcc libc6-dev
}
# Unquoted: a list of names.
install_packages $(missing_packages)
programs=$(postgres_programs "${postgres[@]}")

# Settings of another server in the environment must not apply.
unset "${!PG@}" "${!LLM_CONFIG_@}"
export PYTHONDONTWRITEBYTECODE=1

# Prints those of the given tests that are wanted, by the finding or by the name.
selected() {
    local test name
    for test in "$@"; do
        for name in "${wanted[@]:-$test}"; do
            [[ "/$test/" != *"/$name/"* ]] || { echo "${test#*/}"; break; }
        done
    done
}

[ ${#wanted[@]} -eq 0 ] || together+=("${of_releases[@]}")
failed=()
run() { python3 "tests/findings/$1.py" --binary "$binary" --postgres "$programs"; }
for name in $(selected "${alone[@]}"); do
    run "$name" || failed+=("$name")
done
declare -A running
for name in $(selected "${together[@]}"); do
    run "$name" &
    running[$name]=$!
done
for name in "${!running[@]}"; do
    wait "${running[$name]}" || failed+=("$name")
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}" >&2
    exit 1
fi

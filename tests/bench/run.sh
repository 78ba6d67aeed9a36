#!/usr/bin/env bash
# Measures the server beside what is physically possible, and writes a table, raw results and a plot.
#
#   tests/bench/run.sh                        everything, about an hour and a half
#   tests/bench/run.sh --quick                everything on small databases, about ten minutes
#   tests/bench/run.sh --only P1,P3           some operations
#   tests/bench/run.sh --help                 all options
#
# Run as root on Debian, first installs the programs that are missing, from Debian's packages. Elsewhere, prints the
# command that installs them, and stops. Builds the server, the program that fills databases and the anchors, unless
# --binary, --seeder and --anchors name them.
#
# Opens loopback ports only. Ends the processes that it started, by their ids. The exit status is 1 if a target that the
# table calls `must` is missed, and 2 if the run failed.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/programs.sh

# Prints the Debian packages of the programs that are missing.
missing_packages() {
    postgres_programs initdb pgbench >/dev/null || echo postgresql
    command -v wrk >/dev/null || echo wrk
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || echo nginx-light
    command -v python3 >/dev/null || echo python3
    command -v curl >/dev/null || echo curl
    command -v taskset >/dev/null && command -v chrt >/dev/null && command -v setpriv >/dev/null || echo util-linux
    command -v cc >/dev/null && command -v make >/dev/null || echo build-essential
    command -v perl >/dev/null || echo perl
}

# given OPTION ARGUMENT...: whether the option is among the arguments.
given() {
    local option=$1 argument
    shift
    for argument in "$@"; do
        if [ "$argument" = "$option" ] || [[ "$argument" == "$option="* ]]; then return; fi
    done
    return 1
}

# Unquoted: a list of names.
install_packages $(missing_packages) || exit 2

target=${CARGO_TARGET_DIR:-target}
if ! given --help "$@" && ! given -h "$@"; then
    build=()
    given --binary "$@" || build+=(-p llm-config-server)
    given --seeder "$@" || build+=(-p llm-config-bench)
    [ ${#build[@]} = 0 ] || cargo build --release --locked "${build[@]}" || exit 2
    given --anchors "$@" ||
        CARGO_TARGET_DIR="$target/anchors" cargo build --release --locked \
            --manifest-path tests/bench/anchors/Cargo.toml || exit 2
fi

# Settings of another server in the environment must not apply.
unset "${!PG@}" "${!LLM_CONFIG_@}"
export PYTHONDONTWRITEBYTECODE=1
exec python3 tests/bench/harness --target "$target" --postgres "$(postgres_programs initdb pgbench)" "$@"

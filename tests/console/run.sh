#!/usr/bin/env bash
# Opens the console of a real server on SQLite in Chromium, and checks what its pages look like, what a person does
# there with the keyboard, and that attacks from other web pages fail.
#
#   tests/console/run.sh                         all tests, about two minutes
#   tests/console/run.sh attacks.test.mjs        one file; options of `node --test` too
#   CONSOLE_MATRIX=all tests/console/run.sh matrix.test.mjs      every page in every form, some ten minutes
#   CONSOLE_FAILURES=FOLDER tests/console/run.sh                 with a picture of the page of each test that fails
#   tests/console/run.sh --screenshots           writes the pictures of the documentation anew (docs/images)
#
# Builds the server. Run as root on Debian, first installs the programs that are missing, from Debian's packages.
# Elsewhere, prints the command that installs them, and stops. Needs npm's registry at the first run: two packages,
# which are kept in the folder of the build.
#
# Each file starts its own server, provider and browser, on free ports of 127.0.0.1, and ends them by their ids.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/programs.sh

# Prints the Debian packages of the programs that are missing.
missing_packages() {
    command -v chromium >/dev/null || echo chromium fonts-dejavu-core
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}
# Unquoted: a list of names.
install_packages $(missing_packages)

if ! node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)'; then
    echo "Node 18 or newer is needed" >&2
    exit 1
fi

target=$(realpath "${CARGO_TARGET_DIR:-target}")
modules="$target/console-node"
if ! cmp -s tests/console/package-lock.json "$modules/ready"; then
    rm -rf "$modules"
    mkdir -p "$modules"
    cp tests/console/package.json tests/console/package-lock.json "$modules"
    if ! npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$modules" >&2; then
        echo "playwright-core and axe-core cannot be installed: npm and its registry are needed" >&2
        exit 1
    fi
    cp tests/console/package-lock.json "$modules/ready"
fi

cargo build -q -p llm-config-server
CHROMIUM=$(command -v chromium)
export CHROMIUM CONSOLE_MODULES="$modules" CONSOLE_SERVER="$target/debug/llm-config-server"
unset "${!LLM_CONFIG_@}"

if [ "${1:-}" = --screenshots ]; then exec node tests/console/screenshots.mjs docs/images; fi

cd tests/console
options=()
# Files wait for the browser and the server most of the time. Older versions of Node run one after the other.
if node --help | grep -q -- --test-concurrency; then options=(--test-concurrency=2); fi
[ $# -gt 0 ] || set -- *.test.mjs
node --test --test-reporter=spec "${options[@]}" "$@"

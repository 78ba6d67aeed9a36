#!/usr/bin/env bash
# Builds the server for other machines: `--version` names the commit, and no folder of this machine is in the binary.
#
#   docs/deploy/build.sh      prints the path of the binary
#
# Paths of source files are in messages about panics; they are replaced by names that are the same on every machine.
set -euo pipefail
cd "$(dirname "$0")/../.."

sources=$PWD
registry=${CARGO_HOME:-$HOME/.cargo}
target=${CARGO_TARGET_DIR:-$sources/target}/distribution

export BUILD_COMMIT=${BUILD_COMMIT:-$(git rev-parse HEAD)}
export CARGO_TARGET_DIR=$target
export RUSTFLAGS="--remap-path-prefix=$registry=/cargo --remap-path-prefix=$sources=/llm-config"
# The same for SQLite, OpenSSL and libpq, by a compiler of this name: OpenSSL keeps the flags that it is given. OpenSSL
# also has the folder of its own build, as the place of its modules, but is built without the means to load any.
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
cat >"$tools/cc" <<END
#!/bin/sh
exec "$(command -v cc)" "-ffile-prefix-map=$registry=/cargo" "-ffile-prefix-map=$sources=/llm-config" "\$@"
END
chmod +x "$tools/cc"
export PATH=$tools:$PATH CC=cc

cargo build --release --locked -p llm-config-server
binary=$target/release/llm-config-server
if found=$(grep -aoE "($registry|$sources/(bins|crates))[A-Za-z0-9_./-]*" "$binary"); then
    echo "the binary has folders of this machine:" >&2
    sort -u <<<"$found" | head -5 >&2
    exit 1
fi
echo "$binary"

#!/usr/bin/env bash
# Fuzzes what model calls do to bytes that come from clients and providers.
#
#   tests/fuzz/run.sh [SECONDS] [TARGET...]    runs the targets, or all of them, for SECONDS (60) each
#
#   splice        bodies of requests: one that is accepted and spliced says the same but for the touched fields
#   stream_tap    streams of answers: in any chunks the same report and the same bytes
#   json_scan     other answers: in any chunks the same members
#   echo_scan     answers with the credential in them: in any chunks it is found, and nothing of it passes
#
# Needs a C++ compiler, and no nightly toolchain: the flags below are those of `cargo fuzz run --sanitizer none`, which
# works in this folder too. Inputs that reach new code are kept in `target/fuzz/corpus`, for the next run. An input that
# fails is written to `target/fuzz/artifacts`, and fails the run; `target/fuzz/run/TARGET FILE` repeats it. The log of a
# target is `target/fuzz/TARGET.log`.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
shift $(($# > 0))
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(splice stream_tap json_scan echo_scan)

host=$(rustc -vV | sed -n 's/^host: //p')
folder=$PWD/target/fuzz
flags=(
    --cfg fuzzing -Ccodegen-units=1
    -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
)
# With a target, cargo does not apply the flags to build scripts, which would lack the functions they call.
RUSTFLAGS="${flags[*]}" CARGO_TARGET_DIR=$folder cargo build --release --locked --target "$host" \
    --manifest-path tests/fuzz/Cargo.toml
ln -sfn "$folder/$host/release" "$folder/run"

failed=()
for target in "${targets[@]}"; do
    mkdir -p "$folder/corpus/$target" "$folder/artifacts/$target"
    log=$folder/$target.log
    "$folder/run/$target" "$folder/corpus/$target" "tests/fuzz/seeds/$target" -max_total_time="$seconds" \
        -dict=tests/fuzz/names.dict -max_len=4096 -timeout=10 -artifact_prefix="$folder/artifacts/$target/" \
        >"$log" 2>&1 || { failed+=("$target"); tail -n 40 "$log" >&2; }
    echo "$target: $(tail -n 1 "$log")"
done

if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}" >&2
    exit 1
fi

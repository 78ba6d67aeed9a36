#!/usr/bin/env bash
# Fuzzes everything that reads bytes from outside.
#
#   tests/fuzz/run.sh [SECONDS] [TARGET...]    runs the targets, or all of them, for SECONDS (60) each
#   tests/fuzz/run.sh keep [TARGET...]         adds to `tests/fuzz/seeds` what the runs found: the fewest inputs that
#                                              reach the same code, at most 100 of each target
#
#   endpoint          addresses: rejected, or with one canonical form and one origin
#   envelope          sealed values: only one that is unchanged opens, and only for its row
#   request_bodies    bodies of both APIs and of ours: read, or refused with errors that name fields
#   queries           queries of the same
#   forms             forms of the console: read, or refused with errors of their fields
#   settings          the settings file, variables and database URLs: nothing that is shown has the password
#   provider_answers  answers to checks: a key is rejected only if one was sent, and each check ends
#   splice            bodies of model calls: one that is accepted and spliced says the same but for the touched fields
#   stream_tap        streams of answers: in any chunks the same report and the same bytes
#   json_scan         other answers: in any chunks the same members
#   echo_scan         answers with the credential in them: in any chunks it is found, and nothing of it passes
#
# Needs a C++ compiler beside what the server needs, and no nightly toolchain: the flags below are those of
# `cargo fuzz run --sanitizer none`, which works in this folder too. Inputs that reach new code are in
# `target/fuzz/corpus`, for the next run. An input that fails is written to `target/fuzz/artifacts`, and fails the run;
# `target/fuzz/run/TARGET FILE` repeats it, and in `tests/fuzz/seeds`, under a name that says what it is, the test
# `replay` does. The log of a target is `target/fuzz/TARGET.log`.
set -euo pipefail
cd "$(dirname "$0")/../.."

mode=${1:-60}
shift $(($# > 0))
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cd tests/fuzz/fuzz_targets && printf '%s\n' *.rs | sed 's/\.rs$//')

host=$(rustc -vV | sed -n 's/^host: //p')
folder=$PWD/target/fuzz
flags=(
    --cfg fuzzing -Ccodegen-units=1
    -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
)
# With a target, cargo does not apply the flags to build scripts, which would lack the functions they call. Without
# `--locked`, because a crate of ours may use a library since that the lock file of this workspace does not have.
RUSTFLAGS="${flags[*]}" CARGO_TARGET_DIR=$folder cargo build --release --target "$host" \
    --manifest-path tests/fuzz/Cargo.toml
ln -sfn "$folder/$host/release" "$folder/run"

# dictionary TARGET: the file with the words of a target.
dictionary() {
    local own=tests/fuzz/dictionaries/$1.dict
    if [ -f "$own" ]; then echo "$own"; else echo tests/fuzz/dictionaries/model_calls.dict; fi
}

# keep TARGET: replaces the inputs that the fuzzer named. Those that people named stay, and count first. A subshell, so
# that the folder is removed however it ends.
keep() (
    target=$1 seeds=tests/fuzz/seeds/$1 corpus=$folder/corpus/$1 log=$folder/$1.keep.log
    if [ ! -d "$corpus" ]; then
        echo "$target: there is no folder $corpus; run the target first" >&2
        exit 1
    fi
    kept=$(mktemp -d)
    trap 'rm -r "$kept"' EXIT
    find "$seeds" -type f -regextype posix-extended ! -regex '.*/[0-9a-f]{40}' -exec cp -t "$kept" {} +
    if ! "$folder/run/$target" -set_cover_merge=1 -use_counters=0 -max_len=2048 "$kept" "$seeds" "$corpus" \
        >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        echo "$target: the inputs were not merged; the log is $log" >&2
        exit 1
    fi
    find "$seeds" -type f -regextype posix-extended -regex '.*/[0-9a-f]{40}' -delete
    (cd "$seeds" && find "$kept" -type f -printf '%s %f\n' | sort -n | cut -d' ' -f2- | while read -r name; do
        [ -e "$name" ] || [ "$(find . -type f | wc -l)" -ge 100 ] || cp "$kept/$name" .
    done)
    echo "$target: $(find "$seeds" -type f | wc -l) inputs"
)

if [ "$mode" = keep ]; then
    for target in "${targets[@]}"; do keep "$target"; done
    exit
fi

failed=()
for target in "${targets[@]}"; do
    mkdir -p "$folder/corpus/$target" "$folder/artifacts/$target"
    log=$folder/$target.log
    "$folder/run/$target" "$folder/corpus/$target" "tests/fuzz/seeds/$target" -max_total_time="$mode" \
        -dict="$(dictionary "$target")" -max_len=4096 -timeout=10 -artifact_prefix="$folder/artifacts/$target/" \
        >"$log" 2>&1 || { failed+=("$target"); tail -n 40 "$log" >&2; }
    echo "$target: $(tail -n 1 "$log")"
done

if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}" >&2
    exit 1
fi

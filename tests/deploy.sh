#!/usr/bin/env bash
# Checks what is deployed and what is built in, where the tools are installed: the unit file by systemd, and the
# dependencies by cargo-deny (advisories, licences, sources). `tests/run.sh` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."

if command -v systemd-analyze >/dev/null; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    # systemd also checks that the program exists.
    sed 's#^ExecStart=.*#ExecStart=/bin/true#' docs/deploy/llm-config.service >"$folder/llm-config.service"
    complaints=$(systemd-analyze verify "$folder/llm-config.service" 2>&1) || true
    # Complaints about other units of this machine do not count.
    if grep -F llm-config <<<"$complaints"; then
        echo "docs/deploy/llm-config.service is not valid" >&2
        exit 1
    fi
    echo "ok docs/deploy/llm-config.service"
else
    echo "systemd-analyze is not installed, so docs/deploy/llm-config.service is not checked by systemd"
fi

if command -v cargo-deny >/dev/null; then
    cargo deny --all-features check --config .deny.toml
else
    echo "cargo-deny is not installed, so advisories are not checked. Install it:  cargo install --locked cargo-deny"
fi

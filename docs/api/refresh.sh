#!/usr/bin/env bash
# Writes the OpenAPI documents of this folder anew, from the code.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build -q -p llm-config-server
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for document in flashback goodmem llm-config gateway; do
    # Replaces a document only after its new text is complete.
    cargo run -q -p llm-config-server -- openapi "$document" >"$folder/$document.json"
    mv "$folder/$document.json" "docs/api/$document.json"
done

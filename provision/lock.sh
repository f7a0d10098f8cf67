#!/usr/bin/env bash
# Remake requirements.lock, from the newest releases that setup.cfg allows, with their hashes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=provision/say.sh
. "$here/say.sh"
cd "$here/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
slow "installing uv for the lock" "$tools/bin/python" -m pip install --quiet uv

# uv reads no pip configuration, so it is told the index that pip would use.
if index=$("$tools/bin/python" -m pip config get global.index-url 2>/dev/null); then
    export UV_DEFAULT_INDEX=$index
fi
{
    echo "# Made by make lock from setup.cfg; not for editing."
    UV_SYSTEM_CERTS=1 "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --extra test setup.cfg provision/requirements.in
} >requirements.lock.new
mv requirements.lock.new requirements.lock
say "requirements.lock: $(grep -c '^[A-Za-z0-9].*==' requirements.lock) packages"

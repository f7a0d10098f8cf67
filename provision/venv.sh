#!/usr/bin/env bash
# Make .venv from requirements.lock, with this checkout in it; quick when nothing has changed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=provision/say.sh
. "$here/say.sh"
cd "$here/.."
root=$PWD
venv=$root/.venv
stamp=$venv/.paytone

newest_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
            2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    give_up "needs Python 3.11 or newer with its venv module (Debian: python3-venv); python3 here" \
        "is $(python3 --version 2>&1 || true)"
}

make_venv() {
    if [ ! -x "$venv/bin/python" ] || [ "$(head -n 1 "$stamp" 2>/dev/null)" != "$place" ]; then
        "$python" -m venv --clear "$venv"
    fi
    rm -f "$stamp"
    "$venv/bin/python" -m pip install --disable-pip-version-check --quiet \
        --require-hashes -r requirements.lock
    "$venv/bin/python" -m pip install --disable-pip-version-check --quiet \
        --no-deps --no-build-isolation --editable .
    printf '%s\n%s\n' "$place" "$wanted" >"$stamp"
}

python=$(newest_python)
place="$root $("$python" -c 'import sys; print(sys.version.split()[0], sys.base_prefix)')"
wanted=$(sha256sum requirements.lock setup.cfg | sha256sum | cut -d ' ' -f 1)

exec 9<"$root"
flock 9 # two makes at once take turns
if [ "$(cat "$stamp" 2>/dev/null)" = "$place"$'\n'"$wanted" ]; then
    exit 0
fi
slow "installing the Python packages into .venv" make_venv

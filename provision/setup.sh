#!/usr/bin/env bash
# Make this checkout ready to run: packages, Asterisk, .venv, prompts. --with-tests: the tests' too.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=provision/say.sh
. "$here/say.sh"
started=$SECONDS

"$here/packages.sh" "$@"
"$here/asterisk.sh"
"$here/venv.sh"
"$here/../.venv/bin/paytone" prompts build # only those whose text has changed
"$here/../.venv/bin/paytone" prompts slow # the same, slower, for callers who asked for more time
say "ready after $((SECONDS - started)) s"

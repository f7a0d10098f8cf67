#!/bin/sh
# The paytone command with the service's settings, as the service's user. For root.
set -eu
set -a
# shellcheck source=provision/paytone.env
. /etc/paytone/paytone.env
set +a
cd /
exec setpriv --reuid paytone --regid paytone --init-groups /opt/paytone/.venv/bin/paytone "$@"

#!/bin/sh
# The paytone command with the service's settings, as the service's user. For root.
set -eu
settings=/etc/paytone/paytone.env

# As systemd reads it: a value is taken as it stands, without the quotes around it. Sourced, the &
# in a database's URL would end the line.
while IFS= read -r line || [ -n "$line" ]; do
    case $line in
        [A-Z]*=*) ;;
        *) continue ;;
    esac
    value=${line#*=}
    case $value in
        \"*\") value=${value#\"} value=${value%\"} ;;
        \'*\') value=${value#\'} value=${value%\'} ;;
    esac
    export "${line%%=*}=$value"
done <"$settings"
cd /
exec setpriv --reuid paytone --regid paytone --init-groups /opt/paytone/.venv/bin/paytone "$@"

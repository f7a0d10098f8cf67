#!/usr/bin/env bash
# Install the Debian packages that are missing; nothing of them is started, and no database made.
# packages.sh [--with-tests | PACKAGE…]: the line's, with the tests' as well, or just those named.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=provision/say.sh
. "$here/say.sh"

# What must be there, and the package that brings it.
line=(
    has_venv:python3-venv
    has_postgres:postgresql
    has_zones:tzdata
    espeak-ng:espeak-ng
    sox:sox
)
tests=(
    sipp:sip-tester
    linphonec:linphone-cli
    tshark:tshark
    shellcheck:shellcheck
    vagrant:vagrant
)

has_venv() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; }
has_zones() { [ -e /usr/share/zoneinfo/America/New_York ]; }
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb'; }
is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing_of() { # missing_of CHECK:PACKAGE…: the packages whose check fails
    local row check
    for row in "$@"; do
        check=${row%%:*}
        case $check in
            has_*) "$check" >/dev/null 2>&1 || echo "${row#*:}" ;;
            *) command -v "$check" >/dev/null || echo "${row#*:}" ;;
        esac
    done
}

install() {
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# Packages start their services when installed; these two files keep them from it, for that long.
hold=/usr/sbin/policy-rc.d
no_cluster=/etc/postgresql-common/createcluster.d/paytone-setup.conf
held=
release() {
    [ -z "$held" ] || as_root rm -f "$hold"
    as_root rm -f "$no_cluster"
}

install_without_starting() {
    trap release EXIT
    if [ ! -e "$hold" ]; then
        held=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$hold" >/dev/null
        as_root chmod 755 "$hold"
    fi
    as_root mkdir -p "$(dirname "$no_cluster")"
    echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
    slow "installing $*" install "$@"
}

PATH=$PATH:/usr/sbin:/usr/games
case ${1:-} in
    "") mapfile -t missing < <(missing_of "${line[@]}") ;;
    --with-tests) mapfile -t missing < <(missing_of "${line[@]}" "${tests[@]}") ;;
    *)
        missing=()
        for package in "$@"; do
            is_installed "$package" || missing+=("$package")
        done
        ;;
esac
if ((${#missing[@]} > 0)); then
    command -v apt-get >/dev/null || give_up "no apt-get here; install these yourself: ${missing[*]}"
    install_without_starting "${missing[@]}"
fi

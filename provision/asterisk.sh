#!/usr/bin/env bash
# Give this checkout an Asterisk, behind <folder>/run-asterisk whatever its kind: the machine's own,
# else apt's, else Debian sid's unpacked into the folder (nothing outside it changes).
# The folder is $PAYTONE_ASTERISK, or .asterisk in the checkout.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=provision/say.sh
. "$here/say.sh"
root=$(dirname "$here")
folder=${PAYTONE_ASTERISK:-$root/.asterisk}
oldest=18

recent() { # recent COMMAND: it is an Asterisk that is new enough
    local major
    major=$("$1" -V 2>/dev/null | sed -n 's/^Asterisk \(certified[/-]\)\?\([0-9]*\).*/\2/p')
    [ -n "$major" ] && ((major >= oldest))
}

in_apt() { # apt has one that is new enough
    local major
    major=$(apt-cache policy asterisk 2>/dev/null |
        sed -n 's/^ *Candidate: \([0-9]*:\)\?\([0-9]\+\).*/\2/p')
    [ -n "$major" ] && ((major >= oldest))
}

# The machine's Asterisk: the launcher only names it.
point_at_system() {
    mkdir -p "$new"
    cat >"$new/run-asterisk" <<'LAUNCH'
#!/bin/sh
# Run the machine's Asterisk; with --dirs, say where its modules and data are.
if [ "$1" = --dirs ]; then
    for modules in /usr/lib/*/asterisk/modules /usr/lib/asterisk/modules /usr/lib64/asterisk/modules; do
        [ -d "$modules" ] && break
    done
    for data in /usr/share/asterisk /var/lib/asterisk; do
        [ -d "$data/documentation" ] && break
    done
    echo "astmoddir=$modules"
    echo "astdatadir=$data"
    exit
fi
PATH=$PATH:/usr/sbin:/usr/local/sbin
exec asterisk "$@"
LAUNCH
}

unpack_sid() {
    local settings=$new.apt
    python3 "$here/debian_mirror.py" sid >"$new.sources"
    {
        echo 'Acquire::Check-Valid-Until "false";'
        apt-config dump | grep -iE '^Acquire::(https?|Retries)' || true # proxies, certificates
    } >"$settings"
    as_root mmdebstrap --quiet --variant=extract --mode=root --format=directory \
        --aptopt="$settings" --include=asterisk sid "$new" "$new.sources"
    as_root chown -R "$(id -u):$(id -g)" "$new"
    trim
    cat >"$new/run-asterisk" <<'LAUNCH'
#!/bin/sh
# Run the Asterisk in this folder with its own libraries, wherever the folder stands;
# with --dirs, say where its modules and data are.
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
for libraries in "$here"/usr/lib/*-linux-gnu*; do
    [ -d "$libraries/asterisk/modules" ] && break
done
if [ "$1" = --dirs ]; then
    echo "astmoddir=$libraries/asterisk/modules"
    echo "astdatadir=$here/usr/share/asterisk"
    exit
fi
for loader in "$here"/usr/lib64/ld-linux-*.so.* "$here"/usr/lib/ld-linux-*.so.*; do
    [ -e "$loader" ] && break
done
exec "$loader" --argv0 asterisk --library-path "$libraries:$libraries/asterisk" \
    "$here/usr/sbin/asterisk" "$@"
LAUNCH
}

trim() { # keep the program, its libraries and its data
    local libraries
    find "$new" -mindepth 1 -maxdepth 1 ! -name usr -exec rm -rf {} +
    find "$new/usr" -mindepth 1 -maxdepth 1 ! -name 'lib*' ! -name sbin ! -name share \
        -exec rm -rf {} +
    find "$new/usr/share" -mindepth 1 -maxdepth 1 ! -name asterisk -exec rm -rf {} +
    find "$new/usr/sbin" -mindepth 1 -maxdepth 1 ! -name '*ast*' -exec rm -rf {} +
    for libraries in "$new"/usr/lib/*-linux-gnu*; do
        rm -rf "$libraries"/{perl,perl-base,perl5,gconv,security,engines-3,krb5,sasl2}
    done
    # Debian points at these through /etc/alternatives, which is not here.
    rm -f "$new"/usr/share/asterisk/sounds/{en,en_US,custom,recordings,priv-callerintros}
    if [ -d "$new/usr/share/asterisk/sounds/en_US_f_Allison" ]; then
        ln -s en_US_f_Allison "$new/usr/share/asterisk/sounds/en"
    fi
}

exec 9<"$root"
flock 9 # two makes at once take turns
if [ -x "$folder/run-asterisk" ] && recent "$folder/run-asterisk"; then
    exit 0
fi

new=$folder.new
forget() { # root's files among them, if it ended in the middle
    rm -rf "$new" "$new.apt" "$new.sources" 2>/dev/null || as_root rm -rf "$new"
}
forget
trap forget EXIT
if recent asterisk || recent /usr/sbin/asterisk; then
    point_at_system
elif in_apt; then
    bash "$here/packages.sh" asterisk # not started: the line runs its own
    point_at_system
else
    command -v mmdebstrap >/dev/null || bash "$here/packages.sh" mmdebstrap
    slow "unpacking Debian sid's Asterisk" unpack_sid
fi
chmod +x "$new/run-asterisk"
recent "$new/run-asterisk" || give_up "the new Asterisk does not start: $("$new/run-asterisk" -V 2>&1)"
rm -rf "$folder"
mv "$new" "$folder"
say "$("$folder/run-asterisk" -V), $(du -sh "$folder" | cut -f 1), behind ${folder#"$root"/}/run-asterisk"

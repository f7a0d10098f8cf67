#!/usr/bin/env bash
# Install or update Paytone as systemd services of this machine, from this checkout.
# install-service.sh [--dry-run] [--demo] [--own-asterisk] [OPTION…]
#   --dry-run       only show what would be done
#   --demo          load the demo accounts and payment centers
#   --own-asterisk  an Asterisk that runs here already will answer; start none
#   OPTION…         for `paytone configure`: --sip-address ADDRESS, --sip-port PORT …
# When it runs again, what is in /etc/paytone stays as it is.
set -euo pipefail
umask 022 # what root makes in /opt is for the service to read
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=provision/say.sh
. "$here/say.sh"
root=$(dirname "$here")
home=/opt/paytone
settings=/etc/paytone/paytone.env
dry=
demo=
parts=(paytone-sandbox paytone-fastagi paytone-work paytone-asterisk)
while (($# > 0)); do
    case $1 in
        --dry-run) dry=yes ;;
        --demo) demo=yes ;;
        --own-asterisk) parts=(paytone-sandbox paytone-fastagi paytone-work) ;;
        *) break ;;
    esac
    shift
done

run() { # run COMMAND…, or only show it
    if [ -n "$dry" ]; then
        printf '+'
        printf ' %q' "$@"
        printf '\n'
    else
        "$@"
    fi
}

as_paytone() { run /usr/local/bin/paytone "$@"; }

make_user() {
    id paytone >/dev/null 2>&1 ||
        run useradd --system --home-dir /var/lib/paytone --shell /usr/sbin/nologin paytone
}

# The new tree beside the old one, then in its place; .venv and .asterisk move over.
copy_checkout() {
    local new=$home.new part
    [ "$root" != "$home" ] || return 0
    run rm -rf "$new"
    run mkdir -p "$new"
    run bash -c 'tar -C "$1" --exclude-vcs --exclude=./.venv --exclude=./.asterisk \
        --exclude=./.vagrant --exclude=__pycache__ --exclude="./.*_cache" -cf - . |
        tar -C "$2" --no-same-owner -xf -' copy "$root" "$new"
    for part in .venv .asterisk; do
        [ ! -e "$home/$part" ] || run mv "$home/$part" "$new/$part"
    done
    run rm -rf "$home.old"
    [ ! -e "$home" ] || run mv "$home" "$home.old"
    run mv "$new" "$home"
    run rm -rf "$home.old"
    run chmod -R u=rwX,go=rX "$home"
}

set_up() {
    run "$home/provision/packages.sh"
    run env -u PAYTONE_ASTERISK "$home/provision/asterisk.sh"
    run "$home/provision/venv.sh"
    run "$home/.venv/bin/paytone" prompts build # a fresh clone has only the masters
    run install -d -m 0755 /usr/local/bin
    run install -m 0755 "$home/provision/paytone-command.sh" /usr/local/bin/paytone
}

write_settings() {
    run install -d -o root -g paytone -m 0750 /etc/paytone
    [ -e "$settings" ] ||
        run install -o root -g paytone -m 0640 "$here/paytone.env" "$settings"
    grep -q '^PAYTONE_FINGERPRINT_KEY=.' "$settings" 2>/dev/null ||
        run bash -c 'printf "PAYTONE_FINGERPRINT_KEY=%s\n" \
            "$(od -An -N32 -tx1 /dev/urandom | tr -d " \n")" >>"$1"' key "$settings"
}

# Only for the machine's own Postgres; another one is its owner's affair.
make_database() {
    if [ -e "$settings" ] && ! grep -q '^PAYTONE_DATABASE_URL=postgresql:///' "$settings"; then
        return
    fi
    if [ -z "$(pg_lsclusters --no-header 2>/dev/null)" ]; then
        run pg_createcluster "$(newest_postgres)" main
        run systemctl daemon-reload # makes a unit for it
    fi
    run systemctl enable postgresql
    run systemctl start postgresql
    run timeout 60 bash -c 'until pg_isready --quiet; do sleep 0.5; done'
    as_postgres psql -qd postgres -c 'DO $$ BEGIN CREATE ROLE paytone LOGIN;
        EXCEPTION WHEN duplicate_object THEN NULL; END $$'
    as_postgres sh -c "psql -d paytone -qc '' 2>/dev/null || createdb --owner paytone \
        --encoding UTF8 --template template0 paytone"
}

as_postgres() { (cd / && run runuser -u postgres -- "$@"); }

newest_postgres() {
    local found
    found=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -n)
    echo "${found##*$'\n'}"
}

# Passwords are made here, once: a file that is there stays as it is.
configure_asterisk() {
    local address
    address=$(hostname -I 2>/dev/null | cut -d ' ' -f 1)
    [ -n "$demo" ] || set -- --demo-caller "" "$@"
    run install -d -o paytone -g paytone -m 0750 /etc/paytone/asterisk /var/lib/paytone
    run install -d -o paytone -g paytone -m 2770 /var/lib/paytone/authorisations
    run install -d -o paytone -g paytone -m 2770 /var/lib/paytone/banners
    run install -d -o paytone -g paytone -m 0750 /run/paytone-asterisk
    as_paytone configure --etc /etc/paytone/asterisk --state /var/lib/paytone/asterisk \
        --run /run/paytone-asterisk --sip-bind 0.0.0.0 \
        --sip-address "${address:-127.0.0.1}" "$@"
}

start() {
    run install -m 0644 -t /etc/systemd/system "$home"/provision/systemd/paytone-*
    run systemctl daemon-reload
    remove_old_units
    run systemctl enable "${parts[@]}"
    run systemctl restart paytone-migrate "${parts[@]}"
    await_server
}

load_demo() {
    as_paytone accounts import "$home/provision/demo-accounts.csv"
    as_paytone places import-zips "$home/provision/demo-zips.txt"
    as_paytone places import "$home/provision/demo-places.csv"
}

# What earlier versions asked Braintree with; the worker does that now.
remove_old_units() {
    local unit=/etc/systemd/system/paytone-reconcile
    [ -e "$unit.timer" ] || return 0
    run systemctl disable --now paytone-reconcile.timer
    run rm -f "$unit.timer" "$unit.service"
    run systemctl daemon-reload
}

await_server() {
    local address
    address=$(sed -n 's/^PAYTONE_FASTAGI=//p' "$settings" 2>/dev/null | tail -n 1) || true
    address=${address:-127.0.0.1:4573}
    run timeout 60 bash -c "until (: </dev/tcp/${address%:*}/${address##*:}) 2>/dev/null
        do sleep 0.2; done"
}

[ -n "$dry" ] || [ "$(id -u)" -eq 0 ] || give_up "run this as root"
[ -n "$dry" ] || [ -d /run/systemd/system ] || give_up "systemd does not run here"
make_user
copy_checkout
set_up
write_settings
make_database
configure_asterisk "$@"
start
[ -z "$demo" ] || load_demo
as_paytone doctor || say "the doctor found something to mend; the line may still work"
[[ ${parts[*]} != *asterisk* ]] || as_paytone line --instructions

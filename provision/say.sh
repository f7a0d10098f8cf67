# Words and small checks that every script here shares; sourced, never run.
# shellcheck shell=bash

say() { printf 'paytone: %s\n' "$*"; }

give_up() {
    printf 'paytone: %s\n' "$*" >&2
    exit 1
}

# as_root COMMAND…: run it as root, with sudo where we are somebody else.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        give_up "this needs root, or sudo: $*"
    fi
}

# slow WHAT COMMAND…: run it, tell each 10 s that it still runs, show its output only if it fails.
slow() {
    local what=$1 log started pid
    shift
    log=$(mktemp)
    started=$SECONDS
    say "$what …"
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM # what runs behind hears no Ctrl-C
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        if ((SECONDS - started >= 10 && (SECONDS - started) % 10 == 0)); then
            say "$what … $((SECONDS - started)) s"
            sleep 1
        fi
    done
    if ! wait "$pid"; then
        tail -n 40 "$log" >&2
        rm -f "$log"
        give_up "$what: failed after $((SECONDS - started)) s"
    fi
    trap - INT TERM
    rm -f "$log"
    say "$what: done in $((SECONDS - started)) s"
}

# The dashboard in a real pseudo-terminal: it starts, walks all screens, is refreshed, and leaves well.
set -u
work=$(mktemp -d)
db=$work/shop.db
opened=0
XDG_STATE_HOME=$work
export XDG_STATE_HOME
# a server of its own for every session: one that is ending cannot take the next one with it
tmx() { tmux -L "retail-pulse-test-$$-$opened" -f /dev/null "$@"; }
trap 'tmx kill-server 2>/dev/null; rm -rf "$work"' EXIT
if ! command -v tmux >/dev/null; then echo "skip - tmux is not installed"; exit 0; fi
head -n 2001 data/sample.csv >"$work/first.csv"
"$PROGRAM" --db "$db" import --quiet "$work/first.csv" >/dev/null 2>&1
"$PROGRAM" --db "$db" train --folds 2 --repeats 1 --permutations 0 >/dev/null 2>&1
unset TMUX

open_at() { # COLUMNS ROWS VARIABLES…: a shell in which the program runs, so that what it leaves is seen
    columns=$1 rows=$2; shift 2
    tmx kill-server 2>/dev/null
    opened=$((opened + 1))
    [ -n "${returning:-}" ] || rm -rf "$work/retail-pulse" # nothing is remembered of other tests
    tmx new-session -d -x "$columns" -y "$rows" "env PS1='prompt> ' LC_ALL=C.UTF-8 sh"
    tmx send-keys "env $* sh -c 'echo \$\$ >$work/pid; exec \"$PROGRAM\" --db \"$db\"'; echo left with \$?" Enter
}
screen() { tmx capture-pane -p; }
shows() { # WORDS: within five seconds
    for _ in $(seq 50); do
        screen | grep -qF -- "$1" && return 0
        sleep 0.1
    done
    echo "never shown: $1"; screen
    return 1
}
check() { name=$1; shift; if "$@" >"$work/out" 2>&1; then echo "ok - $name"; else echo "not ok - $name"; cat "$work/out"; fi; }

walks() {
    open_at 80 24 TERM=screen-256color
    shows "1▸Overview" && shows "Revenue per day" || return 1
    for screen in 2:2▸Segments 3:3▸Marketing 4:4▸Models 5:5▸What-if 6:6▸Sales 7:7▸Data; do
        tmx send-keys "${screen%%:*}"
        shows "${screen#*:}" || return 1
    done
    tmx send-keys q
    shows "left with 0"
}
check "starts, walks all screens and quits" walks

refreshes() {
    open_at 80 24 TERM=screen-256color
    shows "2,000" || return 1
    "$PROGRAM" --db "$db" import --quiet data/sample.csv >/dev/null 2>&1
    shows "9,000" && tmx send-keys q && shows "left with 0"
}
check "shows what another process imported without a key pressed" refreshes

resizes() {
    open_at 120 40 TERM=screen-256color
    shows "Revenue per day" || return 1
    tmx resize-window -x 60 -y 20 && shows "1▸Overview" || return 1
    tmx resize-window -x 30 -y 8 && shows "too small" || return 1
    tmx resize-window -x 80 -y 24 && shows "Revenue per day" && tmx send-keys q && shows "left with 0"
}
check "follows the window's size, and says when it is too small" resizes

small_terms() {
    for variables in TERM=linux TERM=xterm TERM=vt100 TERM=tmux-256color TERM=nonsense NO_COLOR=1; do
        open_at 80 24 "$variables"
        shows "Overview" && tmx send-keys q && shows "left with 0" || { echo "$variables"; return 1; }
    done
}
check "works with TERM=linux, xterm, vt100, tmux-256color, an unknown one, and NO_COLOR" small_terms

plain() {
    open_at 80 24 LC_ALL=C LANG=C
    shows "1>Overview" || return 1
    tmx send-keys 3; shows "3>Marketing" || return 1
    if screen | LC_ALL=C grep -q '[^ -~]'; then screen; return 1; fi
    tmx send-keys q; shows "left with 0"
}
check "keeps to ASCII under LC_ALL=C" plain

dumb() { TERM=dumb "$PROGRAM" --db "$db" </dev/null | grep -q Revenue; }
check "without a terminal prints the overview" dumb

ends() {
    open_at 80 24 TERM=screen-256color
    shows "Revenue per day" || return 1
    kill -"$1" "$(cat "$work/pid")"; shows "left with 0" || return 1
    tmx send-keys "echo still alive" Enter; shows "still alive"
}
check "restores the terminal at SIGTERM" ends TERM
check "ends when the line is dropped" ends HUP

interrupt() {
    open_at 80 24 TERM=screen-256color
    shows "Revenue per day" || return 1
    tmx send-keys C-c; shows "q quits" && tmx send-keys q && shows "left with 0"
}
check "Ctrl-C cancels work, it does not quit" interrupt

remembers() {
    open_at 80 24 TERM=screen-256color
    shows "Revenue per day" || return 1
    tmx send-keys f; tmx send-keys -l "age<30"; tmx send-keys Enter; shows "Filter: age<30" || return 1
    tmx send-keys 6; shows "6▸Sales" && tmx send-keys q && shows "left with 0" || return 1
    returning=yes open_at 80 24 TERM=screen-256color
    shows "6▸Sales" && shows "Filter: age<30" || return 1
    tmx send-keys X; shows "Filter: none" && tmx send-keys 1 && shows "Revenue per day" && tmx send-keys q && shows "left with 0"
}
check "opens where the last visit ended" remembers

trains() {
    open_at 80 24 TERM=screen-256color
    shows "Revenue per day" || return 1
    tmx send-keys T; shows "Train everything" && tmx send-keys Enter && shows "Ctrl-C cancels" || return 1
    tmx send-keys 6; shows "6▸Sales" || return 1
    tmx send-keys C-c; shows "cancelled" && tmx send-keys q && shows "left with 0"
}
check "trains beside the interface, and Ctrl-C cancels it" trains

imports() { # the dashboard shows the new sales by itself
    rm -f "$work/small.db"*; head -n 31 data/sample.csv >"$work/first30.csv"; head -n 101 data/sample.csv >"$work/first100.csv"
    "$PROGRAM" --db "$work/small.db" import --quiet "$work/first30.csv" >/dev/null 2>&1
    whole=$db db=$work/small.db
    open_at 80 24 TERM=screen-256color HOME="$work"
    db=$whole
    shows "Sales 30" || return 1
    tmx send-keys i; shows "Import a file from" && tmx send-keys -l first100 && tmx send-keys Enter || return 1
    shows "Of its 100 rows, 100 can be taken" && tmx send-keys Enter || return 1
    shows "70 imported, 30 already present, 0 set aside" && shows "Sales 100" || return 1
    tmx send-keys q; shows "left with 0"
}
check "imports a file from the dashboard beside the interface" imports

scores() {
    open_at 80 24 TERM=screen-256color
    shows "Revenue per day" || return 1
    tmx send-keys T Down Down Down Down Down Enter
    shows "sales scored now" && tmx send-keys q && shows "left with 0"
}
check "scores the sales beside the interface" scores

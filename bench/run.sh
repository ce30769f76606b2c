#!/bin/sh
# Ratios, all measured in one run on generated data, and how soon the dashboard answers on 10,000
# sales: sh bench/run.sh BUILD ROWS. The databases are made once and kept in BUILD/bench. A new line
# of a table is a function in bench.c, or a row of keys in wire_bench.c.
set -eu
build=$1 rows=$2
folder=$build/bench
PROGRAM=$build/retail-pulse
export PROGRAM
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive # as the program sets them for itself
mkdir -p "$folder"

make_shop() { # SALES
    [ ! -e "$folder/$1.ready" ] || return 0
    rm -f "$folder/$1.db" "$folder/$1.db"-*
    echo "making $1 sales and their models in $folder/$1.db (once)" >&2
    "$PROGRAM" sample --rows "$1" --seed 1 | "$PROGRAM" --db "$folder/$1.db" import - >&2
    # judged little: the boosters are of the default size, and only they are measured here
    "$PROGRAM" --db "$folder/$1.db" train returning segments --algorithm gbtree --folds 2 --repeats 1 --permutations 0 >&2
    touch "$folder/$1.ready"
}

make_shop "$rows"
missed=0
"$folder/bench" "$folder/$rows.db" || missed=$?

make_shop 10000
home=$(mktemp -d) # nobody's own settings, and nothing remembered
trap 'rm -rf "$home"' EXIT
XDG_CONFIG_HOME=$home XDG_STATE_HOME=$home XDG_DATA_HOME=$home "$folder/wire_bench" "$folder/10000.db"
exit "$missed"

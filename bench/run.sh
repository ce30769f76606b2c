#!/bin/sh
# Ratios, all measured in one run on generated data: sh bench/run.sh BUILD ROWS
# The database is made once and kept in BUILD/bench. A new line of the table is a function in bench.c.
set -eu
build=$1 rows=$2
program=$build/retail-pulse
folder=$build/bench
db=$folder/$rows.db
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive # as the program sets them for itself
mkdir -p "$folder"
if [ ! -e "$folder/$rows.ready" ]; then
    rm -f "$db" "$db"-*
    echo "making $rows sales and their models in $db (once)" >&2
    "$program" sample --rows "$rows" --seed 1 | "$program" --db "$db" import - >&2
    # judged little: the boosters are of the default size, and only they are measured here
    "$program" --db "$db" train returning segments --algorithm gbtree --folds 2 --repeats 1 --permutations 0 >&2
    touch "$folder/$rows.ready"
fi
exec "$folder/bench" "$db"

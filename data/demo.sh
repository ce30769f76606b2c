#!/bin/sh
# Opens the dashboard on the bundled sample: sh data/demo.sh PROGRAM DATABASE
# The first time it imports and trains, under another name, so that an interrupted start leaves nothing.
set -eu
program=$1
database=$2
sample=$(dirname "$0")/sample.csv

if [ ! -f "$database" ]; then
    new=$database.new.$$
    remove() { rm -f "$new" "$new-wal" "$new-shm" "$new.lock"; }
    trap remove EXIT
    trap 'exit 130' INT TERM HUP
    mkdir -p "$(dirname "$database")"
    "$program" --db "$new" import "$sample" >&2
    status=0
    "$program" --db "$new" train >&2 || status=$?
    [ "$status" -ne 130 ] || exit 130
    [ "$status" -eq 0 ] || echo "demo: training failed; the dashboard offers to try again" >&2
    mv "$new" "$database"
    remove
    trap - EXIT INT TERM HUP
fi
exec "$program" --db "$database"

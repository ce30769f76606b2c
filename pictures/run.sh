#!/bin/sh
# Draws the README's pictures: sh pictures/run.sh BUILD FOLDER
# The same sample, models, clock and settings every time, so that a picture changes with its screen only.
set -eu
build=$(cd "$1" && pwd)
folder=$2
PROGRAM=$build/retail-pulse
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
XDG_STATE_HOME=$work XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
LC_ALL=C.UTF-8 TZ=UTC RETAIL_PULSE_NOW='2025-07-13 09:00:00'
export PROGRAM XDG_STATE_HOME XDG_CONFIG_HOME XDG_DATA_HOME LC_ALL TZ RETAIL_PULSE_NOW
unset RETAIL_PULSE_DB NO_COLOR COLORFGBG LINES COLUMNS

"$PROGRAM" --db "$work/shop.db" --quiet import data/sample.csv >"$work/log" || { cat "$work/log" >&2; exit 1; }
"$PROGRAM" --db "$work/shop.db" --quiet train --algorithm gbtree --folds 3 --repeats 1 --permutations 20 >"$work/log" || { cat "$work/log" >&2; exit 1; }
mkdir -p "$folder"
"$build/pictures/pictures" "$work/shop.db" "$folder" "$work"
for picture in "$folder"/*.svg; do
    [ "$(wc -c <"$picture")" -lt 40000 ] || { echo "pictures: $picture is larger than 40 kB" >&2; exit 1; }
done

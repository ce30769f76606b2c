#!/bin/sh
# The share of lines that the tests ran, by room, and which rooms are below their least:
# sh tests/coverage.sh BUILD ROOM...   (after a run of tests built with --coverage)
set -eu
build=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

least() { case $1 in tui | cli) echo 80 ;; *) echo 90 ;; esac; }

# gcov says of each object's sources: File 'NAME', then Lines executed:SHARE% of LINES
# (db/ is compiled once more for the SQLite extension: of two objects of a file, the one of which
# more was run counts)
for room in "$@"; do
    find "$build/$room" "$build/extension/$room" -name '*.gcno' 2>/dev/null | xargs gcov -n 2>/dev/null |
        awk -v room="$room" -v q="'" '
            /^File / { file = $0; gsub(/^File |\047/, "", file); next }
            /^Lines executed:/ && file ~ "^" room "/.*\\.c$" {
                share = $0; sub(/^Lines executed:/, "", share); sub(/%.*/, "", share)
                lines = $NF; print file, lines, share * lines / 100
            }
            { file = "" }' |
        awk '{ if ($3 > run[$1]) run[$1] = $3; lines[$1] = $2 }
            END { for (file in lines) printf "%s %d %.0f\n", file, lines[file], run[file] }' |
        sort >"$work/$room"
done

status=0
printf '%-10s %8s %8s %7s\n' room lines run share
for room in "$@"; do
    awk -v room="$room" -v least="$(least "$room")" '
        { lines += $2; run += $3 }
        END {
            share = lines ? 100 * run / lines : 0
            printf "%-10s %8d %8d %6.1f%%   at least %d%%%s\n", room, lines, run, share, least,
                share < least ? "  MISSED" : ""
            exit share < least
        }' "$work/$room" || status=1
done
echo
echo "the ten files with most lines that were never run:"
for room in "$@"; do cat "$work/$room"; done |
    awk '{ printf "%6d of %5d  %s\n", $2 - $3, $2, $1 }' | sort -rn | head -n 10
exit $status

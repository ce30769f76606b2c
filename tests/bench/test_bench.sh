# `make bench` on a handful of sales: that every part still runs, that all three databases agree,
# and what the tables look like. No times are looked at.
. tests/cli/common.sh

build=$(dirname "$PROGRAM")
log=$work/bench.out
status=0
BENCH_QUICK=1 BENCH_TRAIN=1000 BENCH_FOLDER=$work/bench sh bench/run.sh "$build" 2000 1000 >"$log" 2>"$work/bench.err" || status=$?

has() { grep -qE -e "$1" "$log" || { cat "$log" "$work/bench.err"; return 1; }; }
figures='( +[0-9][0-9.,]*)'

ends() { [ "$status" -le 1 ] && has '^(Every goal was met|Goals were missed)' && ! grep -E 'ended with' "$log"; }
check "every part of the benchmark comes to its end" ends
agree() { ! grep -A1 'WRONG ANSWER' "$log"; }
check "ours, SQLite and DuckDB (where it is) count the same" agree
imports() {
    has '^Import of 2,000 sales' && has "^retail-pulse import$figures{5}$" && has "^sqlite3 \.import$figures{5}$" &&
        has 'ours, of the time of sqlite3 .import +[0-9.]+   at most 0\.600'
}
check "an import is compared with sqlite3 by time, memory and bytes" imports
duck() { has "^DuckDB CREATE TABLE AS read_csv, 2 threads$figures{5}$" || has 'DuckDB was not found: make bench-duckdb'; }
check "DuckDB is measured, or it is said how to get it" duck
stores() { has "^  database, bytes a sale$figures{2}$" && has "^  cells of the cube$figures{2}$" && has '^    1,000,000,000 sales would fill'; }
check "what a sale takes on the disk is measured, and its cells are those that can be computed" stores
slices() {
    has "^  coarse filters, p99$figures{3}$" && has "^  finer filters, median$figures{3}$" &&
        has "^  coarse filters with all lists +[0-9.]+$figures" && has 'times faster than'
}
check "a change of filters is measured at every size and compared with SQL" slices
wire() { has "^  first picture, ms$figures{3}$" && has "^  a page down in Sales$figures{3}$" && has 'a page down in Sales, growth'; }
check "the dashboard is measured at every size, with its growth" wire
learns() {
    has "^  train segments$figures{3}$" && has "^  both outcomes explained, segment, median$figures{3}$" &&
        has "^  score: every sale, both models, its segment$figures{3}$"
}
check "training, scoring and a prediction are measured" learns
sql() { has "^  avg\(probability\) FROM score\(\)$figures{3}$" && has "of the plain loop's time"; }
check "inference in SQL is compared with a loop in C" sql
missed() {
    # a goal is missed exactly where its figure is beyond its bound, and then the status says so
    awk '/   at (most|least) / {
            for (i = 1; i < NF; i++) if ($i == "at") { value = $(i - 1); bound = $(i + 2); most = $(i + 1) == "most" }
            gsub(/,/, "", value); gsub(/,/, "", bound)
            beyond = most ? value + 0 > bound + 0 : value + 0 < bound + 0
            if (value + 0 != bound + 0 && beyond != /MISSED/) { print; wrong = 1 }
         }
         END { exit wrong }' "$log" || return 1
    if grep -q MISSED "$log"; then [ "$status" -eq 1 ]; else [ "$status" -eq 0 ]; fi
}
check "what is beyond its bound says MISSED, and the exit status with it" missed

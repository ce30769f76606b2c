#!/bin/sh
# Runs every test program and script and adds up: sh tests/run.sh BUILD [PATTERN]
# With a pattern only those whose path matches it; with RETAIL_PULSE_UNDER=WRAPPER the program itself
# is run by that; with TEST_JOBS=N so many at once, each one's output told whole.
set -u
build=$1
RETAIL_PULSE_PROGRAM=$(cd "$build" && pwd)/retail-pulse
PROGRAM=$RETAIL_PULSE_PROGRAM
[ -n "${RETAIL_PULSE_UNDER:-}" ] && PROGRAM=$(cd "$(dirname "$RETAIL_PULSE_UNDER")" && pwd)/$(basename "$RETAIL_PULSE_UNDER")
export PROGRAM RETAIL_PULSE_PROGRAM
SHOP_CSV=${SHOP_CSV:-../shared/data/TechCorner_Sales_update.csv}
[ -r "$SHOP_CSV" ] && SHOP_CSV=$(cd "$(dirname "$SHOP_CSV")" && pwd)/$(basename "$SHOP_CSV")
export SHOP_CSV
unset RETAIL_PULSE_DB NO_COLOR
RESULTS=$(mktemp -d)
TEST_MADE=$RESULTS/made # what several tests need and one of them makes
mkdir "$TEST_MADE"
export RESULTS TEST_MADE
trap 'rm -rf "$RESULTS"' EXIT

{
    find "$build/tests" -name 'test_*' -type f -perm -u+x | sort
    find tests -name 'test_*.sh' | sort
} | while read -r test; do
    echo "${test#"$build"/}" | grep -qE "${2:-.}" && echo "$test"
done >"$RESULTS/list"
if [ ! -s "$RESULTS/list" ]; then
    echo "no test matches ${2:-.}"
    exit 1
fi
xargs -P "${TEST_JOBS:-1}" -I {} sh tests/run_one.sh "$build" {} <"$RESULTS/list" || exit 1

awk -v tests="$(wc -l <"$RESULTS/list")" '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        if (NR != tests) failed += tests - NR # one that told nothing did not run
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit (failed > 0)
    }' "$RESULTS/sums"

#!/bin/sh
# Runs every test program and script and adds up: sh tests/run.sh BUILD [PATTERN]
# With a pattern only those whose path matches it; with RETAIL_PULSE_UNDER=WRAPPER the program itself
# is run by that.
# A C test is a cmocka program; a script prints "ok - …", "not ok - …" or "skip - …" a line.
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
XDG_CONFIG_HOME=$(mktemp -d) XDG_STATE_HOME=$XDG_CONFIG_HOME # nobody's own settings
export XDG_CONFIG_HOME XDG_STATE_HOME
passed=0 failed=0 skipped=0
patience=${TEST_SECONDS:-900} # a test that hangs fails
log=$(mktemp)
trap 'rm -rf "$log" "$XDG_CONFIG_HOME"' EXIT

count() { grep -cE "$1" "$log"; }
for test in $(find "$build/tests" -name 'test_*' -type f -perm -u+x | sort) $(find tests -name 'test_*.sh' | sort); do
    case $test in "$build"/*) path=${test#"$build"/} ;; *) path=$test ;; esac
    echo "$path" | grep -qE "${2:-.}" || continue
    started=$(date +%s)
    case $test in
        *.sh) timeout "$patience" sh "$test" >"$log" 2>&1 ;;
        *) timeout "$patience" "$test" >"$log" 2>&1 ;;
    esac
    status=$?
    ok=$(count '^(\[       OK \]|ok - )')
    bad=$(count '^(\[  FAILED  \] [a-z_]|not ok - )')
    skip=$(count '^(\[  SKIPPED \] [a-z_]|skip - )')
    case $test in *.sh) ;; *) # cmocka lists failures and skips twice
        bad=$(grep -oE '^\[  FAILED  \] [a-z_][a-z_0-9]*' "$log" | sort -u | wc -l)
        skip=$(grep -oE '^\[  SKIPPED \] [a-z_][a-z_0-9]*' "$log" | sort -u | wc -l) ;;
    esac
    [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$skip" -eq 0 ] && bad=1
    printf '%-44s %4d passed %2d failed %2d skipped %4ds\n' "${test#"$build"/}" "$ok" "$bad" "$skip" $(($(date +%s) - started))
    if [ "$bad" -ne 0 ]; then cat "$log"; else grep -E '^skip - |^ *skipped: ' "$log"; fi
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]

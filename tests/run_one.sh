#!/bin/sh
# One test program or script, as tests/run.sh starts it: sh tests/run_one.sh BUILD TEST
# Prints a line with what passed, failed and was skipped, below it all that the test wrote where something
# failed, and adds the three counts to $RESULTS/sums.
# A C test is a cmocka program; a script prints "ok - …", "not ok - …" or "skip - …" a line.
set -u
build=$1 test=$2
patience=${TEST_SECONDS:-900} # a test that hangs fails
own=$(mktemp -d "$RESULTS/XXXXXX")
log=$own/log
XDG_CONFIG_HOME=$own/home XDG_STATE_HOME=$own/home # nobody's own settings
export XDG_CONFIG_HOME XDG_STATE_HOME
mkdir "$own/home"

count() { grep -cE "$1" "$log"; }
names() { grep -oE "^\\[  $1 \\] [a-z_][a-z_0-9]*" "$log" | sort -u | wc -l; } # cmocka lists them twice

started=$(date +%s)
case $test in
    *.sh) timeout "$patience" sh "$test" >"$log" 2>&1 ;;
    *) timeout "$patience" "$test" >"$log" 2>&1 ;;
esac
status=$?
case $test in
    *.sh) ok=$(count '^ok - ') bad=$(count '^not ok - ') skip=$(count '^skip - ') ;;
    *) ok=$(count '^\[       OK \]') bad=$(names 'FAILED ') skip=$(names SKIPPED) ;;
esac
[ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
[ "$ok" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$skip" -eq 0 ] && bad=1
{
    printf '%-44s %4d passed %2d failed %2d skipped %4ds\n' "${test#"$build"/}" "$ok" "$bad" "$skip" $(($(date +%s) - started))
    if [ "$bad" -ne 0 ]; then cat "$log"; else grep -E '^skip - |^ *skipped: ' "$log"; fi
} >"$own/told"
(
    flock 9
    cat "$own/told"
    echo "$ok $bad $skip" >>"$RESULTS/sums"
) 9>"$RESULTS/lock"
rm -rf "$own"

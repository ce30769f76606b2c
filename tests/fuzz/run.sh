#!/bin/sh
# Fuzzes each target for so many seconds, or those named; then, unless some were named, changes bytes of a
# database and presses random keys in a kiosk, and says what was tried:
# sh tests/fuzz/run.sh FUZZER BUILD SECONDS [TARGET...]
# What breaks something is left in tests/fuzz/corpus/TARGET/crash-…, to be mended and kept there.
set -u
fuzzer=$1 build=$2 seconds=$3
shift 3
targets=${*:-$(sed -n 's/^    X(\([a-z]*\), ".*/\1/p' tests/fuzz/fuzz.h)}
FUZZ_FOLDER=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$FUZZ_FOLDER"' EXIT
trap 'exit 130' INT TERM
export FUZZ_FOLDER LC_ALL=C.UTF-8 OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive RETAIL_PULSE_NOW=2026-01-15T12:00:00
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1 LSAN_OPTIONS=suppressions=tests/leaks.supp:print_suppressions=0

crashes=0 total=0
printf '%-10s %12s %10s %10s %8s\n' target executions "per second" "new paths" crashes
for target in $targets; do
    corpus=tests/fuzz/corpus/$target found=$FUZZ_FOLDER/found-$target log=$FUZZ_FOLDER/$target.log
    mkdir -p "$found"
    dictionary=tests/fuzz/$target.dict
    FUZZ_TARGET=$target "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
        -print_final_stats=1 -artifact_prefix="$corpus/" $([ -r "$dictionary" ] && echo "-dict=$dictionary") \
        "$found" "$corpus" >"$log" 2>&1
    status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    broken=$([ "$status" -eq 0 ] && [ "${runs:-0}" -gt 0 ] && echo 0 || echo 1) # nothing tried is no success
    printf '%-10s %12s %10s %10s %8s\n' "$target" "${runs:-0}" "${rate:-0}" "$(ls "$found" | wc -l)" "$broken"
    [ "$broken" -eq 0 ] || { tail -n 60 "$log" | cat -v; ls "$corpus" | grep -E '^(crash|leak|timeout|oom)-'; }
    crashes=$((crashes + broken)) total=$((total + ${runs:-0}))
done

# A test program that is given more rounds than `make test` gives it.
try() {
    log=$FUZZ_FOLDER/$(basename "$1").log
    if "$1" >"$log" 2>&1; then
        grep -E '^[0-9]+ [a-z]' "$log"
    else
        cat -v "$log"
        crashes=$((crashes + 1))
    fi
}

sums="$total executions"
if [ $# -eq 0 ]; then
    PROGRAM=$(cd "$build" && pwd)/retail-pulse DAMAGE_ROUNDS=$((seconds * 10)) KIOSK_ROUNDS=$((seconds * 10))
    export PROGRAM DAMAGE_ROUNDS KIOSK_ROUNDS
    try "$build/tests/engine/test_damage"
    sums="$sums, $(sed -n 's/^\([0-9]* bytes changed\):.*/\1/p' "$log")"
    try "$build/tests/tui/test_kiosk"
    sums="$sums, $(sed -n 's/^\([0-9]* random keys\) .*/\1/p' "$log")"
fi
echo "$sums, $crashes crashes"
[ "$crashes" -eq 0 ]

#!/bin/sh
# All of the faults: sh tests/faults/run.sh BUILD PROGRAM…
# Prints what was tried and adds it up; what failed can be tried again with the seed that is printed.
# Programs run side by side, but for the one that measures how fast keys are answered.
set -u
build=$1
shift
PROGRAM=$(cd "$build" && pwd)/retail-pulse
export PROGRAM
unset RETAIL_PULSE_DB NO_COLOR
logs=$(mktemp -d)
XDG_CONFIG_HOME=$logs XDG_STATE_HOME=$logs # nobody's own settings
export XDG_CONFIG_HOME XDG_STATE_HOME
trap 'rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM

run() {
    name=$(basename "$1")
    {
        "$1" 2>&1
        echo $? >"$logs/$name.status"
    } | tee "$logs/$name.log"
}

# The sum of what the expression takes out of the lines that the programs printed.
sum() { cat "$logs"/*.log | sed -nE "s/$1/\\1/p" | awk '{ sum += $1 } END { print sum + 0 }'; }

echo "seed $FAULTS_SEED: make faults FAULTS_SEED=$FAULTS_SEED does the same again"
alone=
for test in "$@"; do
    case $test in
        */test_many) alone=$test ;;
        *) run "$test" & ;;
    esac
done
wait
[ -n "$alone" ] && run "$alone"

failures=$(cat "$logs"/*.status | grep -cvx 0)
ended=$(cat "$logs"/*.status | wc -l)
[ "$ended" -eq $# ] || failures=$((failures + $# - ended))
echo "tried: $(sum '^([0-9]+) killed, .*') kills, $(sum '^[0-9]+ killed, ([0-9]+) power cuts, .*') power cuts," \
    "$(sum '^([0-9]+) faults of the disk, .*') faults of the disk," \
    "$(sum '^([0-9]+) allocations refused, .*') allocations refused," \
    "$(sum '^([0-9]+) dashboards, .*') dashboards beside $(sum '^.* beside ([0-9]+) writers: .*') writers"
if [ "$failures" -ne 0 ]; then
    echo "$failures of $# programs failed: see above"
    exit 1
fi
echo "acknowledged rows lost 0, left half 0, crashes 0 of its own and $(sum '^.*a library crashed ([0-9]+).*') within the C library or curses without memory"

#!/bin/sh
# All of the faults: sh tests/faults/run.sh BUILD PROGRAM…
# Prints what was tried; what failed can be tried again with the seed that is printed.
set -u
build=$1
shift
PROGRAM=$(cd "$build" && pwd)/retail-pulse
export PROGRAM
unset RETAIL_PULSE_DB NO_COLOR
XDG_CONFIG_HOME=$(mktemp -d) XDG_STATE_HOME=$XDG_CONFIG_HOME # nobody's own settings
export XDG_CONFIG_HOME XDG_STATE_HOME
trap 'rm -rf "$XDG_CONFIG_HOME"' EXIT

failures=0
echo "seed $FAULTS_SEED: make faults FAULTS_SEED=$FAULTS_SEED does the same again"
for test in "$@"; do
    "$test" || failures=$((failures + 1))
done
[ "$failures" -eq 0 ] && echo "nothing that was acknowledged was lost"
[ "$failures" -eq 0 ]

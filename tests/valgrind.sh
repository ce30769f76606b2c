#!/bin/sh
# The program under valgrind, for the command-line tests; 99 where it finds something.
# Leaks are left to the address sanitizer, which knows what libraries keep until the end.
# What starts /proc/self/exe again would start valgrind itself: training does so by a worker, and
# every other command where OpenMP is not set up yet.
export OMP_WAIT_POLICY=passive OMP_NUM_THREADS=1
case " $* " in *" train "*) exec "$RETAIL_PULSE_PROGRAM" "$@" ;; esac
exec valgrind -q --error-exitcode=99 --leak-check=no \
    "$RETAIL_PULSE_PROGRAM" "$@"

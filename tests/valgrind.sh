#!/bin/sh
# The program under valgrind, for the command-line tests; 99 where it finds something.
# Leaks are left to the address sanitizer, which knows what libraries keep until the end.
exec valgrind -q --error-exitcode=99 --leak-check=no \
    "$RETAIL_PULSE_PROGRAM" "$@"

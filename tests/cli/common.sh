# Shared by the command-line tests: a folder that goes away, and how a check is told.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 RETAIL_PULSE_NOW=2026-01-15T12:00:00 TERM=dumb
sample=$PWD/data/sample.csv
plain=${RETAIL_PULSE_PROGRAM:-$PROGRAM} # under no tool: for what a test needs and does not look at
db=$work/shop.db

# is_instrumented: the program runs under a tool, or has a sanitizer built in
is_instrumented() { [ -n "${RETAIL_PULSE_UNDER:-}" ] || grep -qE '__[at]san_init' "$PROGRAM"; }

# later SECONDS: as many, or ten more under a tool that takes seconds to begin
later() { [ -z "${RETAIL_PULSE_UNDER:-}" ] && echo "$1" || echo "1$1"; }

# check SENTENCE COMMAND...: ok where the command succeeds
check() {
    sentence=$1
    shift
    if "$@" >"$work/check.log" 2>&1; then
        echo "ok - $sentence"
    else
        echo "not ok - $sentence"
        sed 's/^/    /' "$work/check.log" | cat -v
    fi
}

# run [ARGUMENT...]: the program on $db; its output in $work/out and $work/err, its exit code in $status
run() {
    status=0
    "$PROGRAM" --db "$db" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# exits CODE ARGUMENT...: the exit code, and the output to look at where it is another
exits() {
    expected=$1
    shift
    run "$@"
    [ "$status" -eq "$expected" ] && return 0
    echo "exit code $status instead of $expected: $*"
    cat "$work/out" "$work/err"
    return 1
}

# out_has / err_has TEXT: the last run printed this
out_has() { grep -qF -e "$1" "$work/out" || { cat "$work/out"; return 1; }; }
err_has() { grep -qF -e "$1" "$work/err" || { cat "$work/err"; return 1; }; }

# trained_sample: $db becomes the sample, imported and trained with little effort; once for all tests
trained_sample() {
    made=${TEST_MADE:-$work}
    (
        flock 9
        [ -e "$made/trained_by_command.db" ] && exit
        "$PROGRAM" --db "$work/making.db" --quiet import "$sample" &&
            "$PROGRAM" --db "$work/making.db" --quiet train --algorithm gbtree --folds 2 --repeats 1 --permutations 0 &&
            mv "$work/making.db" "$made/trained_by_command.db"
    ) 9>"$made/lock" >"$work/log" 2>&1 || cat "$work/log"
    cp "$made/trained_by_command.db" "$db"
}

header='Cus.ID,Date,Cus. Location,Age,Gender,Mobile Name,Sell Price,Does he/she Come from Facebook Page?,Does he/she Followed Our Page?,Did he/she buy any mobile before?,Did he/she hear of our shop before?'

# The command line itself: help, suggestions, options before and after, exit codes.
. tests/cli/common.sh

every_command_explains_itself() {
    for command in import overview explore describe impact segments models sales imports report train predict score sql export sample help; do
        exits 0 $command --help || return 1
        out_has "Usage: retail-pulse $command" || return 1
        cp "$work/out" "$work/first"
        exits 0 help $command && cmp "$work/first" "$work/out" || return 1
        run --help
        out_has "  $command " || return 1
    done
}
check "every command is listed and explains itself, by --help and by help" every_command_explains_itself

fits_in_80_columns() {
    for command in '' import overview explore describe impact segments models sales imports report train predict score sql export sample help; do
        run $command --help
        awk -v command="$command" 'length($0) > 80 { print command ": " $0; bad = 1 } END { exit bad }' "$work/out" || return 1
    done
}
check "help does not run off the screen" fits_in_80_columns

states_the_space() {
    run train --help
    tr '\n' ' ' < "$work/out" | grep -q 'gbtree: rounds 20-200, max_depth 1-6, eta 0.005-0.3 (log), lambda 0.1-10 (log), subsample 0.5-1, colsample_bytree 0.5-1, min_child_weight 1-30 (log), the rest is fixed'
}
check "what --tune draws from is stated" states_the_space

hides_the_worker() { run --help; ! grep -q train-worker "$work/out"; }
check "the worker is not in the list" hides_the_worker

suggests() { # TEXT ARGUMENT...
    text=$1
    shift
    exits 2 "$@" && err_has "$text"
}
check "an unknown command is answered with the nearest one" suggests "Did you mean 'overview'?" overveiw
check "an unknown command that is near nothing points to the list" suggests "--help lists the commands" xyzzy
check "an unknown option is answered with the nearest one" suggests "Did you mean --format?" overview --fromat json
check "a misspelt choice is answered with the nearest one" suggests "Did you mean json?" overview --format jsno
check "a misspelt dimension is answered with the nearest one" suggests "Did you mean location?" explore --by loction
check "an option without its value is told" suggests "--format needs a value" overview --format
check "a flag with a value is told" suggests "--quiet takes no value" overview --quiet=yes
check "a number out of range is told with the range" suggests "from 2 to 20" train --folds 1
check "what is no number is told" suggests "not '12x'" sales --limit 12x
check "a command that takes no operand refuses one" suggests "overview takes no 'x'" overview x
check "import without a file is refused" suggests "import needs a file" import
check "explore without dimensions is refused" suggests "explore needs --by" explore
check "three dimensions are refused" suggests "one or two" explore --by month,local,gender
check "a dimension twice is refused" suggests "twice" explore --by month,month

missing_database() { exits 1 overview && err_has "retail-pulse" && err_has import; }
check "a missing database is told, with the hint to import" missing_database
missing_database_in_json() {
    exits 1 --format json overview && err_has '"code":"not_found"' && err_has '"hint":"' || return 1
    exits 1 overview --format=json && err_has '{"error":{"code":"not_found"' && [ ! -s "$work/out" ]
}
check "errors are JSON where JSON was asked for, before or after the command" missing_database_in_json
usage_in_json() { exits 2 overview --bogus --format json && err_has '"code":"usage"'; }
check "even where the command line is wrong before that" usage_in_json
check "nothing was created by reading" test ! -e "$db"

version() {
    exits 0 --version && head -n 1 "$work/out" | grep -qx 'retail-pulse [0-9.]*' || return 1
    for library in sqlite xgboost gsl libcsv zlib zstd libmicrohttpd ncurses jansson nettle; do
        grep -qxE "$library [0-9]+\.[0-9.]+" "$work/out" || { echo "no version of $library"; return 1; }
    done
}
check "--version names the version, and those of the libraries" version
asked_at_run_time() { # by another way, where there is one
    command -v sqlite3 >/dev/null && exits 0 --version && out_has "sqlite $(sqlite3 --version | cut -d ' ' -f 1)"
}
if command -v sqlite3 >/dev/null; then
    check "--version tells the SQLite that runs" asked_at_run_time
else
    echo "skip - --version tells the SQLite that runs: there is no sqlite3 to compare with"
fi
read_only() {
    exits 1 --read-only import "$sample" && err_has "--read-only" && exits 1 train --read-only && test ! -e "$db"
}
check "--read-only refuses what would write" read_only
scrubbed() { run "$(printf 'ov\033]0;x\007')"; ! grep -q "$(printf '\033')" "$work/err"; }
check "control characters of the command line are not echoed" scrubbed
closed_output() { ! "$PROGRAM" sample --rows 100000 >/dev/full 2>"$work/err" && err_has "cannot write to standard output"; }
check "a full disk is told and is a failure" closed_output
quiet_pipe() { "$PROGRAM" sample --rows 1000000 2>"$work/err" | head -n 1 >/dev/null; [ ! -s "$work/err" ]; }
check "a reader that has seen enough ends the program quietly" quiet_pipe

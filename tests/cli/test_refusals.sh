# What each command refuses, in words that say what is meant, with exit code 2 and nothing done.
. tests/cli/common.sh

head -501 "$sample" >"$work/first.csv"
run import --quiet "$work/first.csv"

# refuses WORDS ARGUMENT...: a wrong command line
refuses() {
    words=$1
    shift
    exits 2 "$@" && err_has "$words" && [ ! -s "$work/out" ]
}

check "a name of a slice that nobody kept is told" refuses 'no slice is called "nothing"' overview --where "@nothing"
check "help is of one command" refuses "help explains one command at a time" help import sales
check "a made-up file is CSV and nothing else" refuses "sample writes CSV only" sample --rows 5 --format json
check "a batch is answered as CSV" refuses "--batch writes CSV only" predict --batch "$work/first.csv" --format json
check "a batch's customers are in its file" refuses "leave --age out" predict --batch "$work/first.csv" --age 30
check "a batch and a sweep are two questions" refuses "one at a time" predict --batch "$work/first.csv" --sweep age
many() {
    set --
    for age in 20 21 22 23 24 25 26 27 28 29; do set -- "$@" --scenario "age=$age"; done
    refuses "10 scenarios: " predict "$@" && err_has "at most"
}
check "more scenarios than a table has columns are refused" many
check "an answer that nobody gives is refused" refuses "--gender 'often'" predict --gender often
check "segments are profiled only where it is asked for" refuses "segments takes 'gender' only with --profile" segments gender
profile() { refuses "segments cannot be profiled by 'colour'" segments --profile colour && err_has "Name any of: " && err_has "gender"; }
check "what segments can be profiled by is listed" profile
rename() { refuses "--rename 'Elite' lacks the new name" segments --rename Elite && err_has "OLD=NEW"; }
check "a new name of a segment comes after an equals sign" rename
check "details are of one model" refuses "--detail is of one model" models --detail
held() { exits 1 models --use 1 --read-only && err_has "--read-only" && exits 1 models --use 99 && err_has "there is no model 99"; }
check "another model is not put to use where nothing may be written, nor one that is not there" held
undo() { refuses "--undo takes one import back and nothing in" import --undo 1 "$work/first.csv"; }
check "an import is taken back or taken in, not both" undo
check "what cannot be trained is refused" refuses "'luck' cannot be trained" train luck
algorithms() { refuses "cannot be 'magic'" train --algorithm magic && err_has "It is one or more, separated by commas, of: "; }
check "the algorithms that there are are listed" algorithms
check "a cost is above nothing" refuses "takes a number above 0" train --threshold cost --cost-false-yes=-1
check "the work of train is not started by hand" refuses "train-worker is started by train" train-worker
dry() {
    db=$work/none.db
    exits 1 merge --dry-run "$work/shop.db" && err_has "a dry run does not make one" && [ ! -e "$db" ]
}
check "a trial merge makes no database" dry
db=$work/shop.db
no_undo() {
    db=$work/none.db
    exits 1 import --undo 1 && err_has "there is no database" && [ ! -e "$db" ]
}
check "nothing is taken back where there is no database" no_undo
db=$work/shop.db

nul() { printf 'SELECT 1\000;' | "$PROGRAM" --db "$db" sql - >"$work/out" 2>"$work/err" || [ $? -eq 1 ] && err_has "it has a NUL in it" && [ ! -s "$work/out" ]; }
check "a query with a NUL in it is none" nul
long() {
    awk 'BEGIN { print "SELECT 1 --"; for (i = 0; i < 1100000; i++) print "0123456789012345678901234567890123456789012345678901234567890123" }' |
        "$PROGRAM" --db "$db" sql - >"$work/out" 2>"$work/err" || [ $? -eq 1 ] && err_has "too long for a query" && [ ! -s "$work/out" ]
}
check "a query without end is refused" long

untouched() { exits 0 imports --format csv && [ "$(wc -l <"$work/out")" -eq 2 ] && exits 0 doctor; }
check "after all that the database is as it was" untouched

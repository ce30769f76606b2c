# retail-pulse import --undo: an import taken back, and what is said about it.
. tests/cli/common.sh

head -2001 "$sample" >"$work/first.csv"
head -3001 "$sample" >"$work/both.csv"
run import --quiet "$work/first.csv"
run import --quiet "$work/both.csv"
run overview --format json
cp "$work/out" "$work/before.json"

dry() {
    exits 0 import --undo 1 --dry-run && out_has "would be taken back: 2,000 sales" &&
        exits 0 overview --format json && cmp "$work/out" "$work/before.json" &&
        exits 0 imports --format csv && [ "$(wc -l <"$work/out")" -eq 3 ]
}
check "import --undo --dry-run tells what would go and keeps everything" dry

undo() {
    exits 0 import --undo 1 && out_has "first.csv, taken back: 2,000 sales" &&
        out_has "later imports (1) left out 2,000 sales" && out_has "import such a file again" &&
        exits 0 sales --limit 1 && out_has "of 1,000" &&
        exits 0 imports && out_has "Imports taken back" && out_has "2,000"
}
check "import --undo takes an import back and says what a later file may bring back" undo

back() {
    exits 0 import --quiet "$work/both.csv" && exits 0 overview --format json &&
        cmp "$work/out" "$work/before.json"
}
check "the later file, imported again, brings them back to the last digit" back

json() {
    exits 0 import --undo 3 --format json && out_has '"import": 3' && out_has '"sales": 2000' &&
        out_has '"later_imports": 0' && exits 0 imports --format json && out_has '"undone_at": ' &&
        exits 0 imports --format csv && [ "$(wc -l <"$work/out")" -eq 2 ]
}
check "what went and what is on record is told to machines too" json

wrong() {
    exits 1 import --undo 3 && err_has "was taken back already" &&
        exits 1 import --undo 9 && err_has "there is no import 9" && err_has "retail-pulse imports" &&
        exits 2 import --undo 2 "$work/first.csv" && err_has "takes one import back and nothing in" &&
        exits 2 import --undo 2 --strict && exits 2 import --undo 0
}
check "what cannot be taken back is refused with what to do" wrong

nowhere() {
    db=$work/none.db
    exits 1 import --undo 1 && err_has "no database" && [ ! -e "$work/none.db" ]
}
check "taking back from a database that is not there makes none" nowhere

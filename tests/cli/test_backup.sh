# retail-pulse backup: a copy that is whole, whatever else goes on.
. tests/cli/common.sh

head -3001 "$sample" >"$work/first.csv"
run import --quiet "$work/first.csv"

simple() {
    exits 0 backup "$work/copy.db" && out_has "3,000" && out_has "read back from the disk" &&
        exits 0 overview --format json && cp "$work/out" "$work/is.json" &&
        "$PROGRAM" --db "$work/copy.db" overview --format json >"$work/copied.json" &&
        cmp "$work/is.json" "$work/copied.json"
}
check "backup makes a database with the same figures" simple

json() {
    exits 0 backup --force "$work/copy.db" --format json && out_has '"sales": 3000' &&
        out_has '"imports": 1' && out_has '"file": '
}
check "what was copied is told to machines too" json

wrong() {
    exits 1 backup "$work/copy.db" && err_has "exists already" && err_has "--force" &&
        exits 1 backup --force "$db" && err_has "itself" &&
        exits 1 backup "$work/no/such.db" && err_has "no folder" &&
        exits 2 backup && exits 2 backup "$work/a.db" "$work/b.db"
}
check "what cannot be copied to is refused with what to do" wrong

rows=200000
[ -n "${RETAIL_PULSE_UNDER:-}" ] && rows=20000
"$plain" sample --rows $rows >"$work/many.csv" 2>/dev/null

# The import commits somewhere between the first copy and the last: each holds all of it or nothing.
beside() {
    "$PROGRAM" --db "$db" import --quiet "$work/many.csv" >"$work/import.out" 2>&1 &
    importer=$!
    copies=0
    while kill -0 $importer 2>/dev/null && [ $copies -lt 40 ]; do
        exits 0 backup --force "$work/copy.db" --format json || return 1
        sales=$(sed -n 's/.*"sales": \([0-9]*\).*/\1/p' "$work/out")
        copies=$((copies + 1))
        [ "$sales" = 3000 ] || [ "$sales" -gt $((rows * 3 / 4)) ] || { echo "$sales sales"; return 1; }
        of_copy=$("$PROGRAM" --db "$work/copy.db" sql --format csv \
            'SELECT count(*), (SELECT sum(imported) FROM import_run), (SELECT sum(sales) FROM pack) FROM sale' |
            tail -1)
        [ "$of_copy" = "$sales,$sales,$sales" ] || { echo "$of_copy in the copy"; return 1; }
    done
    wait $importer || { cat "$work/import.out"; return 1; }
    [ $copies -gt 0 ] || { echo "no copy was made while the import ran"; return 1; }
}
check "copies made while an import runs hold all of it or nothing" beside

exits 0 backup "$work/third.db"
interrupted() {
    "$PROGRAM" --db "$db" backup "$work/cut.db" >/dev/null 2>&1 &
    copier=$!
    kill -INT $copier 2>/dev/null
    wait $copier
    [ $? -ne 0 ] && rm -f "$work/cut.db"
    ls "$work" | grep -q '^cut\.db\.' && { ls "$work"; return 1; }
    return 0
}
check "an interrupted backup leaves nothing half-written" interrupted

# A disk of 256 kB, in a name space of our own that goes with the shell.
on_a_full_disk() {
    mkdir -p "$work/disk"
    unshare -rm sh -c 'mount -t tmpfs -o size=256k none "$3" && "$1" --db "$2" backup "$3/copy.db"
        code=$?
        ls -A "$3"
        exit $code' sh "$PROGRAM" "$db" "$work/disk" >"$work/out" 2>"$work/err"
    [ $? = 1 ] || { echo "exit code"; cat "$work/err"; return 1; }
    [ ! -s "$work/out" ] || { echo "left behind:"; cat "$work/out"; return 1; }
    err_has "the copy needs " && err_has "/disk/copy.db has 0.3 MB left" &&
        err_has "make room, or name a file on another disk"
}
if unshare -rm sh -c 'mount -t tmpfs -o size=256k none "$0"' "$work" 2>/dev/null; then
    check "on a full disk it says how much room is needed and leaves nothing" on_a_full_disk
else
    echo "skip - on a full disk it says how much room is needed - no mount for this user here"
fi

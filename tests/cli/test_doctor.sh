# retail-pulse doctor: what it says of a whole database and of one that is not.
. tests/cli/common.sh

head -3001 "$sample" >"$work/first.csv"
run import --quiet "$work/first.csv"

whole() {
    exits 0 doctor && out_has "The database is whole" && out_has "3000 sales say the same" &&
        exits 0 doctor --format json && out_has '"verdict": "fine"' && out_has '"check": "sums"' &&
        exits 0 doctor --format csv && [ "$(head -1 "$work/out")" = "check,grade,found,advice" ]
}
check "doctor says of a whole database that it is" whole

readable() {
    chmod 644 "$db" && exits 0 doctor --format json && out_has '"verdict": "look"' &&
        exits 0 doctor && out_has "chmod 600" && chmod 600 "$db" "$db"-*
}
check "doctor says what deserves a look, with exit code 0" readable

broken() {
    cp "$db" "$work/broken.db"
    dd if=/dev/zero of="$work/broken.db" bs=4096 seek=12 count=3 conv=notrunc 2>/dev/null
    db=$work/broken.db
    exits 1 doctor && out_has "broken" && err_has "is not whole" && err_has "doctor --repair" &&
        exits 1 doctor --format json && out_has '"verdict": "broken"' && err_has '"code":"damaged"'
}
check "doctor says what is broken, with exit code 1" broken

header() {
    cp "$work/shop.db" "$work/headless.db"
    dd if=/dev/zero of="$work/headless.db" bs=100 count=1 conv=notrunc 2>/dev/null
    db=$work/headless.db
    exits 1 doctor && out_has "does not begin as a database does"
}
check "doctor tells of a file whose beginning is gone" header

nothing() {
    db=$work/none.db
    exits 1 doctor && err_has "there is no database" && [ ! -e "$work/none.db" ]
}
check "doctor makes no database where there is none" nothing

repairs() {
    db=$work/broken.db
    exits 0 doctor --repair && out_has "Sales saved" && out_has "was only read" &&
        db=$work/broken.db.saved && exits 0 doctor && exits 0 overview &&
        exits 0 log && out_has "salvage" && out_has "sales saved, of 3000"
}
check "doctor --repair saves what can be read into a new file that is whole" repairs

again() {
    db=$work/broken.db
    exits 1 doctor --repair && err_has "broken.db.saved" && err_has "name another file with --into" &&
        exits 0 doctor --repair --into "$work/other.db" --format json && out_has '"sales": ' &&
        out_has '"expected": 3000' && exits 2 doctor --into x &&
        exits 1 doctor --repair --read-only
}
check "doctor --repair replaces no file" again

derived() {
    db=$work/shop.db
    exits 0 doctor --repair && out_has "The database is whole" || return 1
    cp "$db" "$work/derived.db" && db=$work/derived.db
    command -v sqlite3 >/dev/null || return 0
    sqlite3 "$db" "UPDATE cube_month SET bytes = zeroblob(length(bytes))" && exits 1 doctor &&
        out_has "Sums by month" && exits 0 doctor --repair && out_has "made anew" && exits 0 doctor
}
check "doctor --repair makes anew what is derived, where it is" derived

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
        exits 0 doctor && out_has "chmod 600" && chmod 600 "$db"
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

# The loadable extension in the sqlite3 shell: the program's functions, on any connection.
. tests/cli/common.sh
extension=$(dirname "${RETAIL_PULSE_PROGRAM:-$PROGRAM}")/retail_pulse.so

if ! command -v sqlite3 >/dev/null 2>&1; then
    echo "skip - the extension in the sqlite3 shell: there is no sqlite3"
    exit 0
fi
if grep -qE '__[at]san_init' "$extension"; then
    echo "skip - the extension in the sqlite3 shell: the shell was built without the sanitizers"
    exit 0
fi

"$plain" sample --rows 2000 --seed 3 >"$work/sales.csv"
"$PROGRAM" --db "$db" import "$work/sales.csv" >"$work/log" 2>&1 || cat "$work/log"
"$PROGRAM" --db "$db" train --algorithm gbtree --folds 2 --repeats 1 --permutations 0 >"$work/log" 2>&1 || cat "$work/log"

shell() { # FILE QUERY...: into $work/out and $work/err
    file=$1
    shift
    sqlite3 -csv "$file" ".load $extension" "$@" >"$work/out" 2>"$work/err"
}
as_program() {
    query="SELECT sale_id, printf('%.12f', probability), label, segment, printf('%.12f', predict('facebook', 'age', age_years, 'price', price_minor / 100.0)),
        segment_of('age', age_years) FROM score('returning') JOIN sale ON sale.id = sale_id"
    "$PROGRAM" --db "$db" sql --format csv "$query" | tail -n +2 | tr -d '"\r' >"$work/expected"
    shell "file:$db?mode=ro" "$query" || { cat "$work/err"; return 1; }
    tr -d '"\r' <"$work/out" >"$work/given"
    [ "$(wc -l <"$work/given")" -eq 2000 ] && cmp "$work/given" "$work/expected" && [ ! -s "$work/err" ]
}
check "score, predict and segment_of give in the shell what they give in the program, silently" as_program
statistics() {
    query="SELECT median(price_minor), quantile(age_years, 0.9), printf('%.12f', skewness(price_minor)), printf('%.12f', wilson_low(facebook)),
        printf('%.12f', wilson_high(3, 10)), printf('%.12f', chi2_p(follows, bought_before)) FROM sale"
    "$PROGRAM" --db "$db" sql --format csv "$query" | tail -n 1 >"$work/expected"
    shell "file:$db?mode=ro" "$query" && sed 's/\.0,/,/g' "$work/out" | tr -d '\r' | cmp - "$work/expected"
}
check "so do the statistics" statistics
symbols() { [ "$(nm -D --defined-only "$extension" | awk '{ print $3 }' | sort | tr '\n' ' ')" = "sqlite3_extension_init sqlite3_retailpulse_init " ] && ! nm -D "$extension" | grep -q ' U sqlite3_'; }
check "nothing is visible but the entry, and SQLite is the loading program's own" symbols
other() { ! shell :memory: "SELECT predict('returning')" && err_has "no database of retail-pulse" && shell :memory: "SELECT median(value) FROM json_each('[1, 2, 4]')" && out_has 2.0; }
check "another file has the statistics, and is told for the rest" other
newer() {
    cp "$db" "$work/newer.db" && sqlite3 "$work/newer.db" "PRAGMA user_version = 999" && ! shell "$work/newer.db" "SELECT predict('returning')" && err_has "schema 999"
}
check "a newer schema is refused" newer
writes() { # functions of a statement that writes elsewhere, with everything closed afterwards
    cp "$db" "$work/copy.db" && shell "$work/copy.db" "CREATE TABLE said AS SELECT sale_id, predict('returning', 'age', 30) AS p, segment_of('age', 30) FROM score('returning')" \
        "SELECT count(*), min(p) = max(p) FROM said" && out_has "2000,1" && [ ! -e "$work/copy.db-wal" ]
}
check "a statement that writes may use them" writes
hidden() { cp "$db" "$work/view.db" && ! shell "$work/view.db" "CREATE VIEW v AS SELECT * FROM score('returning')" "SELECT * FROM v" && err_has "unsafe use"; }
check "a view of somebody else's file cannot call a model" hidden
later() { # one connection, another training in between
    "$PROGRAM" --db "$db" train returning --algorithm gbtree --folds 2 --repeats 1 --permutations 0 --seed 77 >/dev/null 2>&1 & trained=$!
    wait $trained
    shell "file:$db?mode=ro" "SELECT printf('%.12f', predict('returning', 'age', 30))" ".shell $PROGRAM --db $db train returning --algorithm gbtree --folds 3 --repeats 1 --permutations 0 --seed 78 >/dev/null 2>&1" \
        "SELECT printf('%.12f', predict('returning', 'age', 30))" || { cat "$work/err"; return 1; }
    "$PROGRAM" --db "$db" sql --format csv "SELECT printf('%.12f', predict('returning', 'age', 30))" | tail -n 1 >"$work/now"
    [ "$(sed -n 1p "$work/out")" != "$(sed -n 2p "$work/out")" ] && [ "$(sed -n 2p "$work/out")" = "$(cat "$work/now")" ]
}
check "another training is taken up by the next query" later
installed() {
    make -s install DESTDIR="$work/root" PREFIX=/usr BUILD="$(dirname "$extension")" >/dev/null && [ -r "$work/root/usr/lib/retail-pulse/retail_pulse.so" ] &&
        [ -r "$work/root/usr/share/doc/retail-pulse/docs/sql.md" ] && make -s uninstall DESTDIR="$work/root" PREFIX=/usr >/dev/null && [ ! -e "$work/root/usr/lib/retail-pulse" ]
}
check "make install brings it, make uninstall removes it" installed

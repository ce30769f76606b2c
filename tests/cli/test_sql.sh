# SQL from the command line: what it answers, what it refuses, and that nothing stops it but Ctrl-C.
. tests/cli/common.sh

trained_sample
cp "$db" "$work/before.db"

answers() { # CSV QUERY: the rows below the header
    run sql --format csv "$2"
    [ "$status" -eq 0 ] && [ "$(tail -n +2 "$work/out")" = "$1" ] && return 0
    echo "expected $1 of $2"
    cat "$work/out" "$work/err"
    return 1
}
refuses() { # EXIT-CODE TEXT QUERY
    exits "$1" sql "$3" && err_has "$2"
}
check "a query is answered" answers 9000 "SELECT count(*) FROM sale"
from_input() { printf -- '-- how many\nSELECT count(*) FROM sale;\n' | "$PROGRAM" --db "$db" sql --format csv - >"$work/out" && [ "$(tail -n 1 "$work/out")" = 9000 ]; }
check "- reads the query from standard input, comments and semicolon included" from_input
values() { answers "1,,-0.25,\"a,b\",x'00ff',Infinity" "SELECT 1, NULL, -0.25, 'a,b', x'00FF', 1e999"; }
check "every type of value has its CSV" values
as_json() {
    exits 0 sql --format json "SELECT 1 AS a, NULL AS a, 0.1 AS r, x'00ff' AS b, 'say \"x\"' AS t" &&
        out_has '{"a":1,"a_2":null,"r":0.1,"b":"x'"'00ff'"'","t":"say \"x\""}' && out_has '"row_count":1,"more":false}'
}
check "every type of value has its JSON, with a key for each column" as_json
row_is() { # TEXT QUERY: the row below the titles, each run of blanks as one
    exits 0 sql "$2" && [ "$(sed -n 2p "$work/out" | tr -s ' ')" = "$1" ] || { cat "$work/out"; return 1; }
}
check "every type of value has its cell in a table" row_is "– 0.500000 1e+15 1e-09 Infinity -Infinity x'00ff' 12345678" \
    "SELECT NULL, 0.5, 1e15, 1e-9, 1e999, -1e999, x'00FF', 12345678"
as_table() {
    row_is "x'$(printf '%064d' 0)... (100 bytes)" "SELECT zeroblob(100)" && row_is "$(printf '%0100d' 0)…" "SELECT printf('%0200d', 0)" || return 1
    exits 0 sql "SELECT 1234567.5 AS a UNION ALL SELECT NULL UNION ALL SELECT 3" && [ "$(tail -n +2 "$work/out" | tr -d ' ' | tr '\n' ' ')" = "1234567.50 – 3.00 " ] &&
        exits 0 sql "SELECT 1 AS a UNION ALL SELECT 'x' UNION ALL SELECT 2.25" && [ "$(tail -n +2 "$work/out" | tr '\n' ' ')" = "1 x 2.25 " ]
}
check "a table shortens what is long, and a column has one kind of number or text" as_table
no_rows() { exits 0 sql --format json "SELECT 1 AS a WHERE 0" && out_has '"rows":[' && out_has '"row_count":0,"more":false}' && exits 0 sql "SELECT 1 WHERE 0" && out_has "(none)"; }
check "no rows are an answer too" no_rows
scrubbed() { # the escape of a terminal, in a value and in a name
    exits 0 sql "SELECT 'a' || char(27) || '[31m' AS \"$(printf 'n\033[31m')\"" && ! grep -q "$(printf '\033')" "$work/out" && out_has "[31m"
}
check "control characters in values and names never reach the terminal" scrubbed
limits() {
    exits 0 sql --limit 3 "SELECT id FROM sale" && out_has "The first 3 rows; there are more" && [ "$(wc -l <"$work/out")" -eq 6 ] &&
        exits 0 sql --limit 3 --format csv "SELECT id FROM sale" && [ "$(wc -l <"$work/out")" -eq 4 ] &&
        exits 0 sql --limit 3 --format json "SELECT id FROM sale" && out_has '"row_count":3,"more":true}' &&
        exits 0 sql --format csv "SELECT id FROM sale" && [ "$(wc -l <"$work/out")" -eq 9001 ]
}
check "--limit ends an answer and says so; CSV has all rows otherwise" limits
place() { refuses 2 "at character 10: SELECT * >>>FORM sale" "SELECT * FORM sale" && err_has 'near "FORM": syntax error'; }
check "a mistake is told with SQLite's message and its place" place
check "several statements are refused" refuses 2 "one statement at a time" "SELECT 1; SELECT 2"
check "no statement is told" refuses 2 "there is no SQL" " -- nothing"
check "a parameter is told" refuses 2 "has a parameter (:x)" "SELECT :x"
usage() { exits 2 sql && exits 2 sql "SELECT 1" "SELECT 2"; }
check "the query is one argument" usage

reads_only() {
    for query in "DELETE FROM sale" "INSERT INTO location (name, local) VALUES ('x', 1)" "UPDATE sale SET day = 1" \
        "CREATE TABLE x (y)" "CREATE TEMP TABLE x (y)" "CREATE TEMP VIEW x AS SELECT 1" "DROP TABLE sale" "ALTER TABLE sale RENAME TO y" \
        "ATTACH '$work/other.db' AS other" "DETACH main" "VACUUM" "VACUUM INTO '$work/other.db'" "REINDEX" "ANALYZE" \
        "BEGIN" "SAVEPOINT x" "PRAGMA query_only=0" "PRAGMA journal_mode=DELETE" "PRAGMA user_version=9" "PRAGMA writable_schema=1" \
        "PRAGMA wal_checkpoint" "PRAGMA optimize" "SELECT load_extension('$work/x.so')" "EXPLAIN DELETE FROM sale" \
        "WITH x AS (SELECT 1) DELETE FROM sale"; do
        exits 1 sql "$query" && err_has "the SQL may only read" || return 1
    done
    refuses 2 "may not be modified" "UPDATE sqlite_master SET sql = ''" && [ ! -e "$work/other.db" ] && cmp "$db" "$work/before.db"
}
check "whatever would write is refused, and the file stays as it is" reads_only
tells() { exits 0 sql --format csv "PRAGMA table_info(sale)" && out_has "price_minor" && exits 0 sql "SELECT name FROM pragma_table_list" && exits 0 sql "EXPLAIN QUERY PLAN SELECT 1"; }
check "pragmas that only tell are answered" tells
deep() {
    brackets=$(awk 'BEGIN { for (i = 0; i < 5000; i++) printf "("; printf "1"; for (i = 0; i < 5000; i++) printf ")" }')
    refuses 2 "parser stack overflow" "SELECT $brackets" &&
        refuses 2 "Expression tree is too large" "SELECT $(awk 'BEGIN { for (i = 0; i < 300; i++) printf "1+"; printf "1" }')"
}
check "SQL that is nested too deeply is refused" deep
huge() { refuses 1 "string or blob too big" "SELECT length(zeroblob(1000000000))" && refuses 1 "too big" "SELECT length(replace(hex(zeroblob(30000000)), '00', 'xxxx'))"; }
check "values of gigabytes are refused" huge
endless() { # an interactive shell's job, so that SIGINT is not ignored from birth
    status=0
    timeout --preserve-status -s INT "$(later 1)" "$PROGRAM" --db "$db" sql "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c" >"$work/out" 2>"$work/err" || status=$?
    [ "$status" -eq 130 ] && err_has cancelled
}
check "Ctrl-C ends a query without end (exit code 130)" endless
streams() { # in the memory of a few rows; tools reserve far more than is used
    rows=2000000 limit=600000
    is_instrumented && rows=50000 limit=unlimited
    ( ulimit -v $limit; "$PROGRAM" --db "$db" sql --format csv "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT $rows) SELECT x, x * 1.5, 'a text of some length' FROM c" ) >"$work/big" || return 1
    [ "$(wc -l <"$work/big")" -eq $((rows + 1)) ]
}
check "CSV of millions of rows streams" streams
full() { [ ! -e /dev/full ] || { "$PROGRAM" --db "$db" sql --format csv "SELECT * FROM sale" >/dev/full 2>"$work/err"; [ $? -eq 1 ] && err_has "cannot write"; }; }
check "a full disk is told" full

# ---------------------------------------------------------------- the program's own functions
all_scored() { answers "9000,1,9000" "SELECT count(*), min(sale_id), max(sale_id) FROM score('returning') WHERE probability BETWEEN 0 AND 1"; }
check "score() has every sale once, with a probability" all_scored
as_predict() { # the customer of sale 17, by name as predict takes it, and by the codes of the table
    answers "1" "SELECT max(abs(probability - predict('returning', 'age', age_years, 'gender', gender, 'location', location.name, 'handset', handset.name,
        'price', price_minor / 100.0, 'facebook', facebook, 'follows', follows, 'heard', heard, 'date', day))) < 1e-9
        FROM score('returning') JOIN sale ON sale.id = sale_id JOIN location ON location.id = location_id JOIN handset ON handset.id = handset_id" || return 1
    answers "1" "SELECT count(*) = (SELECT count(*) FROM sale JOIN location ON location.id = location_id) FROM score('facebook') JOIN sale ON sale.id = sale_id JOIN location ON location.id = location_id JOIN handset ON handset.id = handset_id
        WHERE abs(probability - predict('facebook', 'age', age_years, 'gender', gender, 'location', location.name, 'handset', handset.name,
        'price', price_minor / 100.0, 'returning', bought_before, 'follows', follows, 'heard', heard, 'date', date(day * 86400, 'unixepoch'))) < 1e-9
        AND segment = segment_of('age', age_years, 'gender', gender, 'location', location.name, 'handset', handset.name,
        'price', price_minor / 100.0, 'facebook', facebook, 'returning', bought_before, 'follows', follows, 'heard', heard, 'date', day)"
}
check "score() says of every sale what predict() and segment_of() say of its customer" as_predict
as_command() {
    exits 0 predict --age 30 --price 22000 --follows yes --location Lakeside --format json && expected=$(grep -m 1 '"probability"' "$work/out" | tr -dc '0-9.') &&
        answers "$(printf '%.9f' "$expected")" "SELECT printf('%.9f', predict('returning', 'age', 30, 'price', 22000, 'follows', 'yes', 'location', 'Lakeside'))"
}
check "predict() says what the predict command says" as_command
label() { answers "0" "SELECT count(*) FROM score('returning') WHERE label <> (probability >= (SELECT json_extract(metrics, '\$.threshold') FROM model WHERE target = 'returning' AND active))"; }
check "the label is the model's threshold's" label
pushed() {
    answers "17,18" "SELECT min(sale_id), max(sale_id) FROM score('facebook') WHERE sale_id > 16 AND sale_id <= 18" &&
        answers "5" "SELECT sale_id FROM score('facebook') WHERE sale_id = 5" && answers "0" "SELECT count(*) FROM score('facebook') WHERE sale_id = 5.5" &&
        answers "0" "SELECT count(*) FROM score('facebook') WHERE sale_id > 9223372036854775807" && answers "2" "SELECT count(*) FROM score('facebook') WHERE sale_id = 7 OR sale_id = '9'" &&
        answers "0" "SELECT count(*) FROM score('facebook') WHERE sale_id = NULL" && answers "9000" "SELECT sale_id FROM score('facebook') ORDER BY sale_id DESC LIMIT 1"
}
check "conditions on the sale are obeyed" pushed
twice() { answers "9000" "SELECT count(*) FROM score('returning') a JOIN score('facebook') b USING (sale_id)" && answers "18000" "SELECT count(*) FROM (SELECT * FROM score('returning') UNION ALL SELECT * FROM score('returning'))"; }
check "score() may be used more than once in a query" twice
wrong() {
    refuses 1 "score needs an outcome" "SELECT * FROM score" && refuses 1 "'x' is no outcome" "SELECT * FROM score('x')" && refuses 1 "no outcome" "SELECT * FROM score(NULL)" &&
        refuses 1 "age 300 is outside" "SELECT predict('returning', 'age', 300)" && refuses 1 "must name a field" "SELECT predict('returning', 'agee', 30)" &&
        refuses 1 "has no value" "SELECT predict('returning', 'age')" && refuses 1 "needs an outcome first" "SELECT predict()" &&
        refuses 1 "is no whole number" "SELECT predict('returning', 'age', 30.5)" && refuses 1 "is no text or number" "SELECT segment_of('age', x'00')" &&
        refuses 1 "is no name" "SELECT segment_of('handset', 3)" && refuses 1 "has a NUL" "SELECT segment_of('handset', 'a' || char(0) || 'b')"
}
check "wrong arguments are told" wrong
untrained() {
    db=$work/untrained.db
    exits 0 import "$sample" && refuses 1 "run: retail-pulse train" "SELECT * FROM score('returning')" && refuses 1 "no segments have been trained" "SELECT segment_of('age', 30)"
}
check "without a model the functions say what to run" untrained

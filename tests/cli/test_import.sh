# Files in: what is counted, what is refused, what never reaches the terminal.
. tests/cli/common.sh

first() {
    exits 0 import "$sample" && out_has "sample.csv: 9,000 imported, 0 already present, 0 set aside (dates read as dd-mm-yyyy), "
}
check "the sample goes in, and the line says how its dates were read" first
again() {
    "$PROGRAM" --db "$db" overview --format json >"$work/before"
    exits 0 import "$sample" && out_has ": 0 imported, 9,000 already present, 0 set aside" || return 1
    "$PROGRAM" --db "$db" overview --format json | cmp - "$work/before"
}
check "the same file again changes nothing and says so" again
overlapping() {
    { head -n 101 "$sample"; printf 'SYN-900001,12-07-2025,Lakeside,30,F,Pixel 9a 8/128,46000,No,No,No,No\n'; } >"$work/over.csv"
    exits 0 import "$work/over.csv" && out_has ": 1 imported, 100 already present, 0 set aside"
}
check "of an overlapping file only what is new goes in" overlapping

db=$work/bad.db
cat >"$work/bad.csv" <<END
$header
1,27-05-2024,Lakeside,49,F,Pixel 9a 8/128,17073.0,No,Yes,No,Yes
2,31-02-2024,Lakeside,44,M,Pixel 9a 8/128,15546,Yes,No,No,Yes
3,27-05-2024,Lakeside,200,M,Pixel 9a 8/128,15546,Yes,No,No,Yes
4,27-05-2024,Lakeside,44,M,Pixel 9a 8/128,free,Yes,No,No,Yes
5,27-05-2024,Lakeside,44,M,Pixel 9a 8/128,15546,perhaps,No,No,Yes
6,27-05-2024,,,,Pixel 9a 8/128,15546,,,,
END
strict() {
    exits 1 import --strict "$work/bad.csv" && err_has "line 3" || return 1
    run sales --format csv
    [ "$(wc -l <"$work/out")" -le 1 ]
}
check "--strict refuses a file with a bad row, naming its line, and keeps nothing" strict
rm -f "$db"*
dry() { exits 3 import --dry-run "$work/bad.csv" && out_has "2 would be imported" && test ! -e "$db"; }
check "--dry-run checks everything and leaves no database behind" dry
aside() {
    exits 3 import "$work/bad.csv" && out_has ": 2 imported, 0 already present, 4 set aside" && out_has "line 3, date: " &&
        out_has "line 4, age: " && out_has "line 5, price: " && out_has "line 6, facebook: " && out_has "imports --rejects"
}
check "rows that cannot be read are set aside with line, field and reason (exit code 3)" aside
rejects() {
    exits 0 imports --rejects --format csv && [ "$(wc -l <"$work/out")" -eq 5 ] && out_has "free" &&
        out_has "4,27-05-2024,Lakeside,44,M,Pixel 9a 8/128,free,Yes,No,No,Yes"
}
check "imports --rejects lists them with the line as it stood" rejects
unknown() { exits 0 sales --format csv && grep -q '^2,6,2024-05-27,,,,Pixel 9a 8/128,15546,,,,,$' "$work/out"; }
check "empty optional fields are unknown, not an error" unknown
json() {
    rm -f "$db"*
    exits 3 import "$work/bad.csv" --format json && out_has '"imported": 2' && out_has '"rejected": 4' && out_has '"line": 3'
}
check "--format json gives the same figures" json

db=$work/other.db
cat >"$work/mapped.csv" <<END
Preis,Tag,Handy,Nummer
19999.50,2025-03-01,"Pixel, 9a",A-1
END
map() {
    exits 1 import "$work/mapped.csv" || return 1
    exits 0 import --map price=Preis --map date=Tag --map handset=Handy --map id=Nummer --map age= --map gender= --map location= \
        --map facebook= --map follows= --map returning= --map heard= "$work/mapped.csv" || return 1
    exits 0 sales --format csv && grep -qF '1,A-1,2025-03-01,,,,"Pixel, 9a",19999.50,,,,,' "$work/out"
}
check "--map reads a file by its own column names" map
map_usage() { exits 2 import --map nonsense "$work/mapped.csv" && exits 2 import --date-format yy "$work/mapped.csv" && err_has "dd-mm-yyyy"; }
check "a --map or --date-format that cannot be is a usage error" map_usage
month_first() {
    printf 'Date,Mobile Name,Sell Price\n03/04/2025,X,100\n' >"$work/us.csv"
    maps='--map age= --map gender= --map location= --map facebook= --map follows= --map returning= --map heard='
    exits 0 import $maps --date-format mm/dd/yyyy "$work/us.csv" && exits 0 sales --format csv --where 'price=100' && out_has 2025-03-04
}
check "--date-format is obeyed" month_first
stdin() {
    db=$work/stdin.db
    "$PROGRAM" --db "$db" import - <"$sample" >"$work/out" && out_has "standard input: 9,000 imported"
}
check "- is standard input" stdin
several() {
    db=$work/several.db
    { head -n 1 "$sample"; sed -n 2,11p "$sample"; } >"$work/a.csv"
    { head -n 1 "$sample"; sed -n 12,31p "$sample"; } >"$work/b.csv"
    exits 0 import "$work/a.csv" "$work/b.csv" --format json && out_has '"imported": 30' && out_has 'b.csv"'
}
check "several files go in one after the other" several
summed() {
    db=$work/summed.db
    exits 0 import "$work/a.csv" "$work/b.csv" && out_has "2 files: 30 rows, 30 imported, 0 already present, 0 set aside" &&
        exits 0 import "$work/a.csv" && ! grep -q "files:" "$work/out"
}
check "the last line sums several files up" summed
refused() {
    db=$work/refused.db
    echo "x,y" >"$work/no.csv"
    exits 1 import "$work/a.csv" "$work/no.csv" "$work/b.csv" && err_has "no.csv" &&
        out_has "1 of 3 files: 10 rows, 10 imported" && exits 0 sales --format csv && [ "$(wc -l <"$work/out")" -eq 11 ]
}
check "a file that is refused ends the call, and those before it stay" refused
mixed() {
    db=$work/several.db
    printf '%s\n1,27-05-2024,Lakeside,49,F,Pixel 9a 8/128,17073.0,No,Yes,No,Yes\n' "$header" >"$work/real.csv"
    exits 0 import "$work/real.csv" && err_has "synthetic and real" && exits 0 overview && out_has SYNTHETIC
}
check "synthetic sales beside real ones are warned of, and marked" mixed
missing() { exits 1 import "$work/nowhere.csv" && err_has nowhere.csv; }
check "a file that is not there is named" missing

hostile() {
    db=$work/hostile.db
    escape=$(printf '\033')
    { echo "$header"; printf '1,27-05-2024,Lake\033]0;owned\007side,49,F,Pix\033[31mel\302\2332J,17073,No,Yes,No,Yes\n'
      printf '2,27-05-2024,=HYPERLINK("x"),200\033[2J,F,=cmd|x,17073,No,Yes,No,Yes\n'
      printf '3,27-05-2024,@there,20,F,-2+3,17073,No,Yes,No,Yes\n'; } >"$work/ho$(printf '\033')[5mstile.csv"
    exits 3 import "$work/ho$(printf '\033')[5mstile.csv" || return 1
    cat "$work/out" "$work/err" >"$work/all"
    for command in overview "explore --by handset" impact sales imports "imports --rejects" models; do
        for format in text csv json; do
            run $command --format $format
            [ "$status" -eq 0 ] || { echo "$command $format: $status"; cat "$work/err"; return 1; }
            cat "$work/out" "$work/err" >>"$work/all"
        done
    done
    "$PROGRAM" --db "$db" export >>"$work/all"
    ! LC_ALL=C grep -q "$escape" "$work/all" && ! LC_ALL=C grep -q "$(printf '\302\233')" "$work/all" && ! LC_ALL=C grep -q "$(printf '\007')" "$work/all"
}
check "escape sequences in the data never reach the terminal, in any command or format" hostile
guard() {
    db=$work/hostile.db
    exits 0 export && out_has ",'@there," && out_has ",'-2+3," && ! grep -qE '(^|,)"?[=@]' "$work/out"
}
check "text that a spreadsheet would run is guarded in CSV" guard

"$plain" sample --rows 3000000 --seed 1 >"$work/long.csv"
interrupted() { # SIGNAL
    db=$work/killed.$1.db
    status=0
    timeout --preserve-status -s "$1" "$(later 1)" "$PROGRAM" --db "$db" import "$work/long.csv" >"$work/out" 2>"$work/err" || status=$?
    [ "$status" -eq 130 ] && err_has cancelled || { echo "exit code $status"; cat "$work/err"; return 1; }
    exits 0 imports --format csv && [ "$(wc -l <"$work/out")" -le 1 ] &&
        exits 0 sales --format csv && [ "$(wc -l <"$work/out")" -le 1 ]
}
check "Ctrl-C during an import leaves nothing behind (exit code 130)" interrupted INT
check "so does a polite kill" interrupted TERM
waiting() { # nothing arrives on standard input
    status=0
    mkfifo "$work/pipe"
    sleep "$(later 5)" >"$work/pipe" &
    holder=$!
    timeout --preserve-status -s INT "$(later 0.5)" "$PROGRAM" --db "$work/wait.db" import - <"$work/pipe" >"$work/out" 2>"$work/err" || status=$?
    kill $holder
    [ "$status" -eq 130 ] || { echo "exit code $status"; cat "$work/err"; return 1; }
}
check "Ctrl-C also ends an import that waits for standard input" waiting
rm -f "$work/long.csv"

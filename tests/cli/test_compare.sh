# Two slices side by side on the command line.
. tests/cli/common.sh

"$PROGRAM" --db "$db" import "$sample" >"$work/log" 2>&1 || cat "$work/log"
apart() {
    exits 0 compare --where facebook=yes --with facebook=no && out_has "Filter: facebook=yes" &&
        out_has "B: facebook=no." && out_has "Sales of both" && out_has "by choice" &&
        grep -Eq '^Mean price .*\[.*(higher|lower|unclear)$' "$work/out"
}
check "two slices stand side by side with intervals and verdicts" apart
same_as_explore() {
    exits 0 explore --by facebook --format csv && cp "$work/out" "$work/explore.csv" &&
        exits 0 compare --where facebook=yes --with facebook=no --format json &&
        yes=$(awk -F, '$1 == "yes" { print $2 }' "$work/explore.csv") &&
        no=$(awk -F, '$1 == "no" { print $2 }' "$work/explore.csv") && [ -n "$yes" ] && [ -n "$no" ] &&
        out_has "\"sales_a\": $yes" && out_has "\"sales_b\": $no" && out_has '"shared": 0'
}
check "both sides hold the sales that explore counts" same_as_explore
rest() {
    exits 0 compare --where facebook=yes --format json && ! out_has '"sales_b": 0' >/dev/null &&
        exits 0 compare --where facebook=yes && out_has "all else" &&
        exits 0 compare --with facebook=yes && out_has "B lies within A"
}
check "without --with it is compared with all else, and a part with its whole apart from it" rest
again() {
    exits 0 compare --where 'gender=male' --with 'facebook=no' --with 'gender=male' --format json &&
        cp "$work/out" "$work/two" &&
        exits 0 compare --where 'gender=male' --with 'facebook=no gender=male' --format json &&
        cmp "$work/two" "$work/out"
}
check "--with again and again narrows B as --where narrows A" again
formats() {
    exits 0 compare --where facebook=yes --format csv && head -n 1 "$work/out" | grep -q "^section,sales_a,sales_b,shared,measure," &&
        exits 0 compare --where facebook=yes --format json && out_has '"money": [' && out_has '"shares": [' &&
        out_has '"verdict": "by choice"' && out_has '"low": ' &&
        out_has '"of": "age_band"' &&
        exits 0 compare --where facebook=yes --linear && grep -q "^Measure Mean price, A .*, A is " "$work/out" &&
        grep -q "^Measure Revenue, A .*, A - B [-+0-9,]*$" "$work/out" && grep -q "^Of Age band, Share 18-24, " "$work/out" &&
        exits 0 compare --where facebook=yes --format markdown && grep -q "^| Measure " "$work/out" &&
        exits 0 compare --where facebook=yes --format html && out_has "<table"
}
check "every format has it" formats
wrong() {
    exits 2 compare && err_has "--where, --with or both" &&
        exits 2 compare --where facebook=yes --with 'location=Nowhere' && err_has "Nowhere" &&
        exits 2 compare --where facebook=yes --wiht gender=male && err_has "Did you mean --with"
}
check "what is missing or misspelt is said, with exit code 2" wrong

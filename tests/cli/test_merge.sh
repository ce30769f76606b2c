# retail-pulse merge: other shops' databases, with their sales or their sums alone.
. tests/cli/common.sh

"$PROGRAM" --db "$work/east.db" import --quiet "$sample" >/dev/null
head -3001 "$sample" | sed 's/SYN-/N-/' >"$work/west.csv"
"$PROGRAM" --db "$work/west.db" import --quiet "$work/west.csv" >/dev/null
sales=$(($(wc -l <"$sample") - 1))

two_shops() {
    exits 0 merge "$work/east.db" "$work/west.db" --own Centre --format json &&
        out_has '"shop": "east"' && out_has "\"added\": $sales" && out_has '"added": 3000'
}
check "merge takes in other shops' databases and calls them as their files are called" two_shops

again() {
    exits 0 merge "$work/east.db" && out_has "0 sales were added"
}
check "merge finds nothing new in the same file" again

by_shop() {
    exits 0 explore --by shop --format csv && out_has "east,$sales," && out_has "west,3000," &&
        exits 0 sales --where "shop=west" --limit 1 && out_has "of 3,000"
}
check "shops are a dimension and a filter" by_shop

db=$work/sums.db
sums() {
    exits 0 merge --cubes "$work/west.db" --shop West && out_has "West" &&
        exits 0 import --quiet "$sample" &&
        exits 0 explore --by shop --format csv && out_has "West,3000," &&
        exits 0 explore --by weekday --format csv && out_has "unknown,3000," &&
        exits 0 sales --limit 1 && out_has "Of West only sums by month are here"
}
check "of a shop with sums only, totals count and single sales are said to be missing" sums

left_out() {
    for question in "describe age" describe "explore --by gender --where age>30"; do
        exits 0 $question && [ "$(grep -c "left out, for only sums of them are here: West" "$work/err")" -eq 1 ] &&
            exits 0 $question --quiet && [ ! -s "$work/err" ] || { echo "$question"; return 1; }
    done
    exits 0 describe gender && [ ! -s "$work/err" ] && exits 0 describe age --where "age>30" && [ "$(wc -l <"$work/err")" -eq 1 ]
}
check "what needs single sales names the shops that it leaves out, unless it shall be quiet" left_out

replaced() {
    exits 0 merge "$work/west.db" --shop West && out_has "Sales took the place of a shop's sums." &&
        exits 0 explore --by shop --format csv && out_has "West,3000," &&
        exits 0 sales --limit 1 && ! grep -q "only sums" "$work/out" && exits 0 doctor
}
check "sales take the place of a shop's sums" replaced

db=$work/names.db
named() {
    exits 0 import --quiet --shop North "$work/west.csv" &&
        exits 0 explore --by shop --format csv && out_has "North,3000,"
}
check "import --shop takes a file in as another shop's" named

db=$work/shop.db
wrong() {
    exits 2 merge && err_has "needs a database" &&
        exits 2 merge a.db b.db --shop X && err_has "one file" &&
        exits 1 merge "$work/west.csv" && err_has "not a database" &&
        exits 1 merge --cubes "$work/east.db" && err_has "without --cubes"
}
check "what cannot be merged is refused with what to do" wrong

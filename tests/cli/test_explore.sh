# One measure by one or two dimensions: as rows and columns, shaded, long and wide.
. tests/cli/common.sh

"$PROGRAM" --db "$db" import "$sample" >"$work/log" 2>&1 || cat "$work/log"
cross() {
    exits 0 explore --by location,weekday --measure sales && out_has "Location" && out_has "Total" &&
        out_has "differ from the rest" && head -n 6 "$work/out" | grep -q "Mon.*Tue.*Sun.*Total" &&
        grep -q "^Total .*9,000$" "$work/out"
}
check "two dimensions and a measure are rows and columns with totals" cross
heat() {
    exits 0 explore --by location,weekday --measure revenue_per_day --heat && out_has "█" && out_has "░" &&
        exits 0 explore --by location,weekday --measure revenue_per_day --heat --ascii && out_has "# " &&
        ! LC_ALL=C grep -q '[^ -~]' "$work/out" || return 1
    exits 0 explore --by location,weekday --measure revenue_per_day --heat --linear && out_has "Location " &&
        ! grep -q "[█▓▒░]" "$work/out"
}
check "heat shades the cells, in ASCII too, and not for screen readers" heat
long() {
    exits 0 explore --by location,gender --measure sales --format csv && cp "$work/out" "$work/long" &&
        head -n 1 "$work/long" | grep -q "^location,gender,sales,revenue," &&
        exits 0 explore --by location,gender --measure sales --format csv --wide &&
        head -n 1 "$work/out" | grep -q "^location,.*,total$" &&
        wide=$(awk -F, 'END { print $NF }' "$work/out") &&
        [ "$wide" = "$(awk -F, 'NR > 1 { n += $3 } END { print n }' "$work/long")" ]
}
check "CSV is long, and wide on request, with the same sums" long
hostile() {
    db=$work/hostile.db
    { echo "$header"
      echo '1,01-02-2025,"total",30,M,"weekday",100,Yes,No,No,No'
      echo '2,02-02-2025,"a,b ""c""",30,M,"=1+1",100,Yes,No,No,No'; } >"$work/hostile.csv"
    exits 0 import "$work/hostile.csv" &&
        exits 0 explore --by weekday,location --measure sales --format csv --wide &&
        [ "$(head -n 1 "$work/out")" = 'weekday,total (value),"a,b ""c""",total' ] &&
        out_has "Sat,1,,1" && out_has "Sun,,1,1" &&
        exits 0 explore --by weekday,handset --measure sales --format csv --wide &&
        [ "$(head -n 1 "$work/out")" = "weekday,weekday (value),'=1+1,total" ]
}
check "labels that are called like columns, or like formulas, stay apart in wide CSV" hostile
db=$work/shop.db
needs() {
    exits 2 explore --by location --heat && err_has "two dimensions" &&
        exits 2 explore --by location,gender --wide && err_has "measure" &&
        exits 2 explore --by location --measure saels && err_has "Did you mean sales"
}
check "what heat, wide and a measure need is said" needs
json() {
    exits 0 explore --by month --measure mean_price --format json && out_has '"measure": "mean_price"' &&
        out_has '"residual"' && out_has '"median_price"' && out_has '"days"' && out_has '"partial": true' &&
        out_has '"tested"'
}
check "JSON has days, medians and residuals beside the contract's keys" json
empty() { exits 0 explore --by location,gender --measure sales --where 'price>1000000' && out_has "(0 sales)"; }
check "an empty slice is said, not crossed" empty

# What impact takes and answers on the command line.
. tests/cli/common.sh

"$PROGRAM" --db "$db" import "$sample" >"$work/log" 2>&1 || cat "$work/log"
blocks() {
    exits 0 impact --format json || return 1
    for key in risk_ratio odds_ratio_high method p_pearson breslow_day_p strata_total reach pairs \
        jaccard trend slope months partial p_ranks superiority sales_share per_factor needed; do
        out_has "\"$key\":" || return 1
    done
}
check "impact answers with ratios, methods, strata, reach, trend, ranks, revenue and power" blocks
strata() {
    exits 0 impact --strata heard,month --format json && out_has '"strata": "heard, month"' &&
        exits 0 impact --strata none --format json && out_has '"strata": "nothing"' &&
        exits 0 impact --format json && out_has '"strata": "location, gender, age_band"'
}
check "the strata are those that --strata names" strata
refused() {
    exits 2 impact --strata shoes && err_has "no dimension 'shoes'" &&
        exits 2 impact --strata gender,gender && err_has "twice" &&
        exits 2 impact --strata gender,month,location,brand,heard && err_has "at most 4" &&
        exits 2 impact --difference 0 && err_has "between 0 and 100" &&
        exits 2 impact --difference 5x && err_has "'5x'"
}
check "strata and differences that cannot be are refused with a reason" refused
needed() { # POINTS: how many sales the first factor needs
    run impact --difference "$1" --format json
    sed -n 's/^ *"needed": *\([0-9]*\),*$/\1/p' "$work/out" | head -n 1
}
smaller() { [ "$(needed 1)" -gt $(($(needed 3) * 8)) ] && [ "$(needed 6)" -lt "$(needed 3)" ]; }
check "a third of the difference needs about nine times the sales" smaller
few() {
    exits 0 impact --where 'date=2025-02-10' --format json && out_has '"method": "fisher"' &&
        out_has '"method": "monte carlo"'
    cp "$work/out" "$work/first"
    exits 0 impact --where 'date=2025-02-10' --format json && cmp -s "$work/first" "$work/out"
}
check "few sales are tested exactly, with the same p each time" few
words() { exits 0 impact && out_has "not effects" && ! grep -qi "caused by\|effect of" "$work/out"; }
check "impact speaks of differences, and says why" words

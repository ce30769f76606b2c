# Weeks, days and weekends as dimensions and filters, and the days that are the weekend.
. tests/cli/common.sh

"$PROGRAM" --db "$db" import "$sample" >"$work/log" 2>&1 || cat "$work/log"
sales() { # FILTERS [ARGUMENT...]: how many sales they leave
    filters=$1
    shift
    run "$@" overview --where "$filters" --format json
    sed -n 's/^ *"sales": *\([0-9]*\),*$/\1/p' "$work/out" | head -n 1
}
weeks_add_up() {
    whole=$(sales "date>=2025-02-10 date<=2025-02-16")
    [ "$whole" -gt 0 ] && [ "$(sales "week=2025-W07")" = "$whole" ] && [ "$(sales "week=2025w7")" = "$whole" ]
}
check "a week is the seven days from its Monday" weeks_add_up
weekend() {
    default=$(sales "weekend=yes")
    [ "$default" -gt 0 ] && [ "$(sales "weekday=Fri|Sat")" = "$default" ] &&
        [ "$(sales "weekend=yes" --weekend sat,sun)" = "$(sales "weekday=Sat|Sun")" ] &&
        [ "$(sales "weekend=yes" --weekend sun)" = "$(sales "weekday=Sun")" ]
}
check "the weekend is Friday and Saturday unless --weekend says otherwise" weekend
refused() {
    exits 2 --weekend someday overview && err_has "someday" && err_has "fri,sat" &&
        exits 2 --weekend "" overview && err_has "at least one" && exits 2 --weekend s overview && err_has "several"
}
check "a weekend that is none is refused with an example" refused
by_week() { exits 0 explore --by week --format csv && out_has "2025-W07," && [ "$(wc -l <"$work/out")" -gt 40 ]; }
check "explore goes by week" by_week
wrong() { exits 2 overview --where 'week=2025' && err_has "2025-W07" && exits 2 overview --where 'week=2025-W54'; }
check "a week that is none is refused with an example" wrong

# The user's settings file: what it changes, and what it refuses with its line.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME="$work"
mkdir "$work/retail-pulse"
file=$work/retail-pulse/config
db=$work/shop.db
head -n 301 data/sample.csv >"$work/sales.csv"
"$PROGRAM" --db "$db" import --quiet "$work/sales.csv" >/dev/null 2>&1
check() { name=$1; shift; if "$@" >"$work/out" 2>&1; then echo "ok - $name"; else echo "not ok - $name"; cat "$work/out"; fi; }

groups() {
    printf 'grouping = lakh\n' >"$file"
    "$PROGRAM" --db "$db" overview | grep -qE '[0-9]{2},[0-9]{2},[0-9]{3}' || return 1
    printf '' >"$file"
    "$PROGRAM" --db "$db" overview | grep -qE '[0-9]{1,3},[0-9]{3},[0-9]{3}'
}
check "numbers are grouped as the settings say" groups

json_is_the_same() {
    printf 'grouping = space\ndates = words\ncurrency = Tk\n' >"$file"
    "$PROGRAM" --db "$db" overview --format json >"$work/with"
    printf '' >"$file"
    "$PROGRAM" --db "$db" overview --format json | cmp - "$work/with"
}
check "JSON does not change with the settings" json_is_the_same

refuses() { # TEXT WORDS
    printf "$1" >"$file"
    "$PROGRAM" --db "$db" overview >"$work/said" 2>&1 && return 1
    cat "$work/said"
    grep -qF -- "$2" "$work/said"
}
check "an unknown setting is named with its line and the likely one" refuses 'theme = dark\n\ncurency = Tk\n' "line 3: there is no setting 'curency'"
check "the likely setting is suggested" refuses 'curency = Tk\n' "Did you mean currency?"
check "a value that cannot be is refused with those that can" refuses 'theme = pink\n' "auto, dark, light, safe, mono"
check "a key that is none is refused" refuses '[keys]\nfilter = Hyper\n' "line 2: 'Hyper' is no key"
check "a key bound twice is refused with both actions" refuses '[keys]\nfilter = q\n' "bound to both filter and quit"
check "an action that is none is refused" refuses '[keys]\nfly = x\n' "line 2: there is no action 'fly'"
check "and where the actions are listed is told" refuses '[keys]\nfly = x\n' "help settings lists the actions"
check "a setting like no other is refused without a guess" refuses 'zzzzzzzzzz = 1\n' "help settings lists them"
for setting in ascii mouse suspend remember read-only; do
    check "$setting is yes or no" refuses "$setting = perhaps\n" "$setting cannot be 'perhaps': it is one of yes, no"
done

ascii() {
    printf 'ascii = yes\n' >"$file"
    "$PROGRAM" --db "$db" explore --by handset | LC_ALL=C grep -q '[^ -~]' && return 1
    printf 'ascii = no\n' >"$file"
    "$PROGRAM" --db "$db" explore --by handset | LC_ALL=C grep -q '[^ -~]'
}
check "with ascii = yes nothing but ASCII is written" ascii

read_only() {
    printf 'read-only = yes\n' >"$file"
    ! "$PROGRAM" --db "$db" import data/sample.csv 2>"$work/said" && grep -q "read-only" "$work/said"
}
check "read-only is obeyed by every command" read_only

documented() {
    printf '' >"$file"
    "$PROGRAM" help settings | grep -q "lakh" && "$PROGRAM" help settings | grep -q "search-next"
}
check "help settings lists settings, values and actions" documented

weekend() {
    printf 'weekend = sat,sun\n' >"$file"
    "$PROGRAM" --db "$db" explore --by weekend --format csv >"$work/own"
    printf '' >"$file"
    "$PROGRAM" --db "$db" --weekend sat,sun explore --by weekend --format csv | cmp - "$work/own" || return 1
    ! "$PROGRAM" --db "$db" explore --by weekend --format csv | cmp -s - "$work/own"
}
check "the weekend is the settings', unless the command line says otherwise" weekend

signed_money() {
    printf 'currency = Tk\n' >"$file"
    "$PROGRAM" --db "$db" overview | grep -q "Revenue .*Tk [0-9]" || return 1
    "$PROGRAM" --db "$db" overview --format html | grep -q "Tk [0-9]" || return 1
    ! "$PROGRAM" --db "$db" overview --format csv | grep -q Tk
}
check "key figures have the currency's sign, CSV has not" signed_money

# One customer, sweeps, scenarios and batches from the command line.
. tests/cli/common.sh

"$PROGRAM" --db "$db" --quiet import "$sample" >"$work/log" 2>&1 || cat "$work/log"
untrained() {
    exits 0 predict --age 30 --sweep age && out_has "no model has been trained yet; run: retail-pulse train" &&
        exits 0 predict --scenario age=30 --scenario age=40 && out_has "no model has been trained yet"
}
check "without a model it says what to run, for sweeps and scenarios too" untrained
rm -f "$db"*
trained_sample

json() { # json PROGRAM: a test of the last output, by Python's parser where there is one
    command -v python3 >/dev/null || return 0
    python3 -c "import json,sys; d=json.load(open('$work/out')); $1"
}

sweep_text() {
    exits 0 predict --age 30 --handset 'Redmi Note 14 6/128' --sweep age && out_has "Sweep of age: ages" &&
        out_has "<- this customer" && out_has "●" && out_has "points ["
}
check "a sweep shows each value with its interval, a bar, and what to make of it" sweep_text
sweep_ascii() { exits 0 --ascii predict --age 30 --sweep age && out_has "o" && ! LC_ALL=C grep -q '[^ -~]' "$work/out"; }
check "in ASCII the bars are ASCII" sweep_ascii
sweep_linear() { exits 0 --linear predict --age 30 --sweep age && ! grep -q '●' "$work/out"; }
check "for a screen reader there are no bars" sweep_linear
sweep_json() {
    exits 0 --format json predict --age 101 --price 22000 --sweep age &&
        json "s=d['returning']['sweep']; p=s['points']
assert s['field'] == 'age' and p[-1]['value'] == 101 and p[-1]['outside'] and p[-1]['own']
assert p[-1]['probability'] == d['returning']['probability'] and p[-1]['low'] == d['returning']['low']
assert all(q['low'] <= q['probability'] <= q['high'] for q in p) and not p[0]['outside']
assert len(d['facebook']['sweep']['points']) == len(p)"
}
check "in JSON each outcome has its points, the customer's own among them" sweep_json
sweep_csv() {
    exits 0 --format csv predict --date 2025-01-31 --sweep date &&
        [ "$(head -n 1 "$work/out")" = "outcome,field,value,probability,low,high,outside,own" ] &&
        grep -q '^returning,date,2025-01-31,0\.[0-9]*,0\.[0-9]*,0\.[0-9]*,no,yes$' "$work/out" &&
        ! grep -qvE '^(outcome|returning|facebook),' "$work/out"
}
check "in CSV a sweep is a row for each outcome and value" sweep_csv
sweep_bad() { exits 2 predict --sweep colour && err_has "price" && exits 2 predict --sweep pricee && err_has "Did you mean price"; }
check "a field that cannot be swept is a usage error with a guess" sweep_bad

side() {
    exits 0 predict --price 22000 --scenario "age=30 handset=Redmi Note 14 6/128" --scenario "age='45' price=" &&
        out_has "Scenario" && out_has "points against A" && grep -qE '^Price +22,000 +unknown' "$work/out" &&
        grep -qE '^Age +30 +45' "$work/out" && grep -qE '^Handset +Redmi Note 14 6/128 +unknown' "$work/out" &&
        out_has "no skill: differences between its answers say nothing"
}
check "scenarios stand side by side, each changing what the flags give" side
side_json() {
    exits 0 --format json predict --price 22000 --scenario age=30 --scenario 'age=45 follows=yes' &&
        json "s=d['scenarios']; a=s[0]['returning']; b=s[1]['returning']
assert [x['name'] for x in s] == ['A', 'B'] and s[1]['customer']['age'] == 45 and s[1]['customer']['follows'] is True
assert s[0]['customer']['price'] == 22000 and s[0]['customer']['handset'] is None
assert a['difference'] is None and abs(b['difference'] - (b['probability'] - a['probability'])) < 1e-12
assert b['difference_low'] <= b['difference'] <= b['difference_high']
assert b['difference_verdict'] in ('higher', 'lower', 'unclear') and d['comparison']['returning']"
}
check "in JSON each scenario has its customer, probabilities and differences" side_json
side_csv() {
    exits 0 --format csv predict --scenario age=30 --scenario age=45 && [ "$(wc -l <"$work/out")" -eq 5 ] &&
        grep -q '^B,,,45,.*,facebook,0\.' "$work/out"
}
check "in CSV a scenario is a row for each outcome" side_csv
side_bad() {
    exits 2 predict --scenario 'colour=red' && err_has "'colour' is no field" &&
        exits 2 predict --scenario 'age=200' && err_has "age '200'" && exits 2 predict --scenario 'thirty' &&
        exits 2 predict --sweep age --scenario age=30 && err_has "one at a time"
}
check "what is no scenario is a usage error that names it" side_bad

misspelt() { exits 0 predict --handset 'Redmi Note 14 6/182' && out_has 'was never sold here; is "Redmi Note 14 6/128" meant?'; }
check "a handset never sold is told, with the one that was probably meant" misspelt

batch_bad() {
    { sed -n 1,3001p "$sample"; echo '=cmd,31-02-2025,Lakeside,30,F,X,100,Yes,No,No,No'; echo 'too,few'
        sed -n 3002,6001p "$sample"; } >"$work/bad.csv"
    exits 3 predict --batch "$work/bad.csv" && [ "$(wc -l <"$work/out")" -eq 6001 ] &&
        err_has "line 3002, date: '31-02-2025'" && err_has "line 3003: not as many fields" &&
        [ "$(wc -l <"$work/err")" -eq 2 ] && [ "$(sed -n '3002p' "$work/out" | cut -d, -f1)" = 3004 ]
}
check "bad rows in the middle of a batch are told by line and field, and the rest is done" batch_bad
batch_same() {
    exits 0 predict --batch "$sample" && cp "$work/out" "$work/whole.csv" || return 1
    for line in 2 4097 4098 9001; do # the edges of the blocks
        { sed -n 1p "$sample"; sed -n "${line}p" "$sample"; } >"$work/one.csv"
        exits 0 predict --batch "$work/one.csv" &&
            [ "$(sed -n 2p "$work/out" | cut -d, -f2-)" = "$(sed -n "${line}p" "$work/whole.csv" | cut -d, -f2-)" ] || return 1
    done
}
check "a customer's answer in a batch is the answer alone" batch_same
batch_guard() {
    { sed -n 1p "$sample"; echo '=1+1,01-02-2025,Lakeside,30,F,X,100,Yes,No,No,No'; } >"$work/formula.csv"
    exits 0 predict --batch "$work/formula.csv" && grep -q "^2,'=1+1,0" "$work/out"
}
check "an id that a spreadsheet would run as a formula is guarded" batch_guard
batch_live() { # the answer comes while the writer is still waiting with the next row
    mkfifo "$work/in" "$work/answers"
    "$PROGRAM" --db "$db" predict --batch - <"$work/in" >"$work/answers" 2>/dev/null &
    exec 8>"$work/in" 9<"$work/answers"
    sed -n 1,2p "$sample" >&8
    read -r head <&9 && read -r first <&9
    sed -n 3p "$sample" >&8
    read -r second <&9
    exec 8>&- 9<&-
    wait
    [ "${head%%,*}" = line ] && [ "${first%%,*}" = 2 ] && [ "${second%%,*}" = 3 ]
}
check "from a pipe each row is answered at once" batch_live
batch_memory() {
    command -v python3 >/dev/null || return 0
    { cat "$sample"; for i in 1 2 3 4 5 6 7; do sed 1d "$sample"; done; } >"$work/large.csv"
    for file in "$sample" "$work/large.csv"; do
        python3 -c "import resource,subprocess,sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)" "$PROGRAM" --db "$db" predict --batch "$file"
    done >"$work/kilobytes"
    awk '{ size[NR] = $1 } END { exit !(size[2] < size[1] + 4096) }' "$work/kilobytes" || cat "$work/kilobytes" "$work/missing"
}
if is_instrumented; then
    echo "skip - eight times the rows in the same memory: a tool keeps memory of its own"
else
    check "eight times the rows take no more memory" batch_memory
fi

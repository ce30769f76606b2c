# Scores in the database: written once, kept up with imports and trainings, never half.
. tests/cli/common.sh

"$PROGRAM" sample --rows 2000 --seed 5 >"$work/two.csv"
head -n 1501 "$work/two.csv" >"$work/one.csv"
train() { "$PROGRAM" --db "$db" train "$@" --algorithm gbtree --folds 2 --repeats 1 --permutations 0 >"$work/log" 2>&1 || cat "$work/log"; }
answers() { # CSV QUERY
    run sql --format csv "$2"
    [ "$status" -eq 0 ] && [ "$(tail -n +2 "$work/out")" = "$1" ] && return 0
    echo "expected $1 of $2"
    cat "$work/out" "$work/err"
    return 1
}
scores() { # SCORED SALES ANEW [ARGUMENT...]
    wanted=$1,$2,$3
    shift 3
    exits 0 score --format csv "$@" && tail -n 1 "$work/out" | grep -q "^$wanted," || { cat "$work/out"; return 1; }
}
same_as_function() {
    answers "$1,0,0" "SELECT count(*), sum(abs(returning_probability - a.probability) > 1e-12), sum(abs(facebook_probability - b.probability) > 1e-12)
        FROM sale_score JOIN score('returning') a USING (sale_id) JOIN score('facebook') b USING (sale_id)"
}

absent() { exits 1 score && err_has import && [ ! -e "$db" ]; }
check "a missing database is told and not made" absent
exits 0 import "$work/one.csv"
untrained() { exits 1 score && err_has "retail-pulse train" && exits 0 sales --scores && out_has "No sale is scored yet"; }
check "without a model it says what to run" untrained
train returning
partly() { scores 1500 1500 yes && answers "1500,1500,0,0" "SELECT count(*), count(returning_probability), count(facebook_probability), count(segment) FROM sale_score"; }
check "what is not trained stays unknown" partly
train
all() { scores 1500 1500 yes && same_as_function 1500 && answers 0 "SELECT count(*) FROM sale_score JOIN score('returning') a USING (sale_id)
    WHERE a.segment <> (SELECT coalesce((SELECT p.name FROM persona_name p WHERE p.persona = s.name), s.name) FROM segment s WHERE position = sale_score.segment)"; }
check "after another training all are scored again" all
check "a second time there is nothing to do" scores 0 1500 no
exits 0 import "$work/two.csv"
"$PROGRAM" --db "$db" sql "SELECT 1" >"$work/log" # the snapshot of before is not in the way
added() { scores 500 2000 no && same_as_function 2000; }
check "after an import only the new sales are scored" added
check "--all scores all again" scores 2000 2000 yes --all
listed() {
    exits 0 sales --scores --format json --limit 1 && out_has '"returning_probability": 0.' && out_has '"scores_current": true' &&
        exits 0 sales --format csv --limit 1 && ! grep -q probability "$work/out"
}
check "sales --scores lists them" listed
train returning --seed 9
stale() { exits 0 sales --scores --limit 1 && out_has "of an earlier training; run: retail-pulse score"; }
check "scores of an earlier training are called so" stale
refused() { exits 1 --read-only score && err_has "read-only"; }
check "--read-only refuses it" refused
cancelled() { # more sales than are scored before the signal comes
    db=$work/many.db
    "$plain" sample --rows 300000 --seed 6 >"$work/many.csv"
    exits 0 import "$work/one.csv" && train returning && scores 1500 1500 yes && "$plain" --db "$db" --quiet import "$work/many.csv" || return 1
    status=0
    timeout --preserve-status -s INT "$(later 0.25)" "$PROGRAM" --db "$db" score --all >"$work/out" 2>"$work/err" || status=$?
    [ "$status" -eq 130 ] && err_has cancelled || { echo "exit code $status"; cat "$work/err"; return 1; }
    answers "1500,1500" "SELECT count(*), (SELECT max(last_sale_id) FROM score_source) FROM sale_score"
}
check "Ctrl-C leaves the scores of before (exit code 130)" cancelled

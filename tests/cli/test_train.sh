# Training from the command line: what it says, how it is stopped, what it refuses.
. tests/cli/common.sh

"$PROGRAM" --db "$db" import "$sample" >"$work/log" 2>&1 || cat "$work/log"

nothing() { exits 0 models && out_has "None trained yet; run: retail-pulse train" && exits 0 models --format json && out_has '"models": []'; }
check "a new database says that nothing is trained and how to" nothing
predicts() { exits 0 predict --age 30 --format json && out_has '"available": false' && exits 0 predict --age 30 && out_has "retail-pulse train"; }
check "predict says so too, and still answers" predicts
interrupted() {
    status=0
    timeout --preserve-status -s INT "$(later 1)" "$PROGRAM" --db "$db" train --permutations 5000 >"$work/out" 2>"$work/err" || status=$?
    [ "$status" -eq 130 ] && err_has cancelled || { echo "exit code $status"; cat "$work/err"; return 1; }
    nothing
}
check "Ctrl-C ends it (exit code 130) with nothing half-written" interrupted
one() {
    exits 0 train returning --algorithm gbtree --folds 2 --repeats 1 --permutations 0 && out_has "AUC" && [ ! -s "$work/err" ] &&
        exits 0 models --format csv && [ "$(wc -l <"$work/out")" -eq 2 ] && grep -q '^returning,gbtree,yes,' "$work/out"
}
check "one target is trained alone, its sentence goes to standard output" one
same() {
    "$PROGRAM" --db "$db" predict --age 30 --price 50000 --format json >"$work/first"
    exits 0 train returning --algorithm gbtree --folds 2 --repeats 1 --permutations 0 --threads 2 && exits 0 predict --age 30 --price 50000 --format json &&
        cmp "$work/first" "$work/out" || return 1
    exits 0 train returning --algorithm gbtree --folds 2 --repeats 1 --permutations 0 --seed 2 && exits 0 predict --age 30 --price 50000 --format json &&
        ! cmp -s "$work/first" "$work/out"
}
check "the same seed gives the same model with any number of threads, another seed another" same
unskilled() { exits 0 models && out_has "no skill"; }
check "without a permutation test there is no skill" unskilled
no_effects() {
    db=$work/none.db
    "$PROGRAM" sample --no-effects --rows 3000 >"$work/none.csv"
    exits 0 import "$work/none.csv" && exits 0 train facebook --algorithm gbtree --folds 3 --repeats 1 --permutations 30 && exits 0 models --format csv &&
        grep -q '^facebook,.*,no skill$' "$work/out"
}
check "where nothing is planted no skill is found" no_effects
usage() { exits 2 train nonsense && err_has "returning, facebook, segments" && exits 2 train --algorithm magic && err_has "gbtree, dart, linear, forest, tree, all" && exits 2 train --weights heavy && exits 2 train --sampling smote && exits 2 train --threshold 0.6 && exits 2 train --cost-false-yes 0 && exits 2 train --threshold f1 --folds 2 && exits 2 train --k 1; }
check "what cannot be trained is a usage error" usage
few() {
    db=$work/few.db
    head -n 20 "$sample" >"$work/few.csv"
    exits 0 import "$work/few.csv" && exits 1 train --format json && err_has '"code":"no_data"'
}
check "too few sales are told" few
absent() { db=$work/absent.db; exits 1 train && err_has import && test ! -e "$db"; }
check "a missing database is told and not made" absent
by_hand() { exits 2 train-worker && err_has "by hand"; }
check "the worker is not for hands" by_hand

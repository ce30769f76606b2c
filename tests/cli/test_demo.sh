# What `make run` starts: the sample imported and trained once, opened ever after.
. tests/cli/common.sh

# The program, but training takes a second instead of a minute.
cat >"$work/program" <<'END'
#!/bin/sh
case $3 in
    train) echo train >>"$TRACE"; [ -z "${SLOW:-}" ] || exec sleep 20; exec "$PROGRAM" "$@" returning --algorithm gbtree --folds 2 --repeats 1 --permutations 0 ;;
    import) echo import >>"$TRACE" ;;
esac
exec "$PROGRAM" "$@"
END
chmod +x "$work/program"
TRACE=$work/trace
export PROGRAM TRACE
database=$work/new/demo.db

first() {
    sh data/demo.sh "$work/program" "$database" >"$work/out" 2>"$work/err" </dev/null && out_has SYNTHETIC && out_has "9,000" || { cat "$work/err"; return 1; }
    [ "$(cat "$TRACE")" = "import
train" ]
}
check "the first time the sample is imported and trained, then shown" first
tidy() { [ "$(ls "$work/new" | grep -c '\.new\.')" -eq 0 ]; }
check "nothing of the making is left beside it" tidy
trained() { "$PROGRAM" --db "$database" models --format csv >"$work/out" && grep -q '^returning,' "$work/out"; }
check "the model is in it" trained
second() {
    : >"$TRACE"
    timeout "$(later 5)" sh data/demo.sh "$work/program" "$database" >"$work/again" 2>"$work/err" </dev/null && grep -q SYNTHETIC "$work/again" && [ ! -s "$TRACE" ]
}
check "the second time it opens without importing or training" second
interrupted() {
    : >"$TRACE"
    SLOW=yes setsid sh data/demo.sh "$work/program" "$work/half/demo.db" >"$work/out" 2>"$work/err" </dev/null &
    demo=$!
    for try in $(seq 100); do
        grep -q train "$TRACE" && break
        sleep 0.2
    done
    kill -TERM "-$demo"
    status=0
    wait "$demo" || status=$?
    [ "$status" -eq 130 ] && [ -z "$(ls -A "$work/half")" ] || { echo "exit code $status"; ls -A "$work/half"; return 1; }
}
check "a start that is interrupted leaves nothing behind" interrupted

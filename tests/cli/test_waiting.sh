# Two writers: the second waits, says for whom, can give up, and is never kept by the dead.
. tests/cli/common.sh

head -201 "$sample" >"$work/first.csv"
head -301 "$sample" >"$work/second.csv"
mkfifo "$work/pipe"

# An import that reads a pipe holds the lock for as long as the pipe is open.
hold() {
    "$PROGRAM" --db "$db" import --quiet - <"$work/pipe" >/dev/null 2>&1 &
    holder=$!
    exec 3>"$work/pipe"
    cat "$work/first.csv" >&3
    until_holds "^pid $holder$" "$db.lock"
}

until_holds() { # PATTERN FILE: at most a minute
    for _ in $(seq 1200); do
        grep -q "$1" "$2" 2>/dev/null && return
        sleep 0.05
    done
    echo "no '$1' in $2:"
    cat "$2"
    return 1
}

second() { # ARGUMENT...: another writer, in the background
    "$PROGRAM" --db "$db" "$@" >"$work/second.out" 2>"$work/second.err" </dev/null 3>&- &
    waiting=$!
}

run import --quiet "$work/first.csv"

told() {
    hold && second import "$work/second.csv" &&
        until_holds "waiting for retail-pulse import (user .*, since ..:.., process $holder)" "$work/second.err" &&
        sleep 1 && [ "$(grep -c waiting "$work/second.err")" -eq 1 ]
}
check "a second writer says once, without a terminal too, whose end it waits for" told

# A job in the background of a script ignores Ctrl-C; a polite kill is caught by the same hand.
gives_up() {
    kill -TERM "$waiting"
    status=0
    wait "$waiting" || status=$?
    [ "$status" -eq 130 ] && grep -q "cancelled; nothing was half-written" "$work/second.err" &&
        exits 0 imports --format csv && [ "$(wc -l <"$work/out")" -eq 2 ]
}
check "it can give up, and nothing has happened then" gives_up

goes_on() {
    second import "$work/second.csv"
    until_holds waiting "$work/second.err" && exec 3>&- && wait "$holder" && wait "$waiting" &&
        grep -q "100 imported, 200 already present" "$work/second.out"
}
check "it goes on when the first has finished" goes_on

quiet() {
    hold && second train returning --quiet
    sleep 0.6
    kill -TERM "$waiting"
    wait "$waiting"
    [ ! -s "$work/second.err" ] || grep -v waiting "$work/second.err" | grep -q cancelled
}
check "--quiet says nothing of it" quiet

dead() {
    kill -KILL "$holder"
    wait "$holder"
    exec 3>&-
    grep -q "^pid $holder$" "$db.lock" && second import "$work/first.csv" && wait "$waiting" &&
        ! grep -q waiting "$work/second.err"
}
check "the note of a writer that was killed keeps nobody waiting" dead

# Nothing can be read meanwhile, because a first import writes no log that readers could read beside.
first() {
    db=$work/new.db
    hold && until_stays "$db-journal" && second overview &&
        until_holds "waiting for the database's first import to end: retail-pulse import (user" "$work/second.err" &&
        exec 3>&- && wait "$holder" && wait "$waiting" && grep -q "Sales *200" "$work/second.out" &&
        [ "$(grep -c waiting "$work/second.err")" -eq 1 ]
}
# Earlier ones come and go while the database is made, which has a log then (byte 18: 2) or nothing.
until_stays() { # FILE: at most a minute
    seen=0
    for _ in $(seq 1200); do
        if [ -e "$1" ] && [ "$(od -An -tu1 -j18 -N1 "$db" | tr -d ' ')" = 1 ]; then
            seen=$((seen + 1))
        else
            seen=0
        fi
        [ "$seen" -eq 10 ] && return
        sleep 0.05
    done
    echo "there is no $1 that stays"
    return 1
}
check "who reads during the very first import is told so, once, and gets figures when it has ended" first

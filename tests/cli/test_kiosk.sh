#!/bin/sh
# Who may do what: whom files are for, and what an administrator's settings forbid whatever others say.
. tests/cli/common.sh
export XDG_CONFIG_HOME="$work/user" XDG_STATE_HOME="$work/state"
mkdir -p "$work/user/retail-pulse" "$work/state" "$work/exports" "$work/other"
exports=$(cd "$work/exports" && pwd -P)
held=$work/held
head -n 301 data/sample.csv >"$work/sales.csv"
mode_of() { stat -c %a "$1"; }
are() { # are MODE FILE...
    expected=$1
    shift
    for file in "$@"; do
        [ "$(mode_of "$file")" = "$expected" ] || { ls -l "$@"; return 1; }
    done
}

umask 000
run import "$work/sales.csv"
run export --output "$work/all.csv"
check "a new database is its owner's alone, whatever the umask" are 600 "$db" "$db-wal" "$db-shm" "$db.lock"
check "and so is an export" are 600 "$work/all.csv"
umask 077
"$PROGRAM" --db "$work/group.db" --mode 0660 import "$work/sales.csv" >/dev/null 2>&1
"$PROGRAM" --db "$work/group.db" --mode 0660 export --output "$work/group.csv"
check "--mode opens them to the group, whatever the umask" \
    are 660 "$work/group.db" "$work/group.db-wal" "$work/group.db-shm" "$work/group.db.lock" "$work/group.csv"
chmod 644 "$work/all.csv"
run export --output "$work/all.csv" --force
check "what is replaced keeps its mode" are 644 "$work/all.csv"
umask 022
check "--mode takes no other" exits 2 --mode 0777 overview
printf 'mode = 0640\n' >"$work/user/retail-pulse/config"
"$PROGRAM" --db "$work/set.db" import "$work/sales.csv" >/dev/null 2>&1
check "the settings say it, too" are 640 "$work/set.db"
rm "$work/user/retail-pulse/config"

# --------------------------------------------------------------------------- what is held is held

printf 'read-only = yes\nremember = no\nmode = 0600\nexport-folder = %s\n' "$exports" >"$held"
printf 'read-only = no\nremember = yes\nmode = 0660\nexport-folder = %s/other\n' "$work" >"$work/user/retail-pulse/config"
sha256sum "$db" >"$work/before"
refuses() {
    exits 1 --settings "$held" "$@" && grep -qE 'read-only|only folder|may not be written' "$work/err"
}
check "no settings of the user's undo read-only" refuses import "$work/sales.csv"
check "nor for a new segment's name" refuses segments --rename "Thrifty=Savers"
check "nor does SQL write" exits 1 --settings "$held" sql "VACUUM INTO '$work/other/copy.db'"
check "nor attach" exits 1 --settings "$held" sql "ATTACH '$work/other/copy.db' AS copy"
ln -s "$work/other" "$work/exports/way-out"
ln -s "$work/other/through.csv" "$work/exports/through.csv"
for path in "$work/other/a.csv" ../other/a.csv "$work/exports/../other/a.csv" way-out/a.csv \
    "$work/exports/way-out/../a.csv" nowhere/a.csv /proc/self/cwd/a.csv /dev/shm/a.csv; do
    check "no file is written to $(basename "$(dirname "$path")")/a.csv" refuses export --output "$path"
done
check "nor a backup" refuses backup "$work/other/backup.db"
written() {
    exits 0 --settings "$held" export --output mine.csv && [ -s "$work/exports/mine.csv" ] && are 600 "$work/exports/mine.csv"
}
check "a name by itself is written in the folder, with the mode that is held" written
replaced() {
    exits 0 --settings "$held" export --output through.csv --force &&
        [ ! -e "$work/other/through.csv" ] && [ ! -L "$work/exports/through.csv" ]
}
check "a link in it is replaced, not followed" replaced
check "nothing came to be elsewhere" [ -z "$(ls -A "$work/other")" ]
check "and the database is the same to the byte" sha256sum --quiet -c "$work/before"
check "settings that are not there refuse everything" exits 1 --settings "$work/nowhere" overview
printf 'export-folder = relative\n' >"$work/bad"
relative() { exits 1 --settings "$work/bad" overview && err_has "line 1"; }
check "a relative folder is refused with its line" relative
printf 'export-folder = %s/none\n' "$work" >"$work/bad"
check "so is one that is not there" exits 1 --settings "$work/bad" overview

# -------------------------------------------------------------------------------- no other program

shells() {
    ! grep -rnE --include='*.[ch]' '\b(system|popen|execl|execlp|execle|execvp|execvpe|posix_spawnp?|wordexp)\(' \
        base db engine report tui cli
}
check "no source calls a shell or searches for a program" shells
if is_instrumented; then
    echo "skip - importing, training and predicting start no other program (a tool starts its own, and is traced by nobody)"
elif command -v strace >/dev/null && strace -o "$work/strace" true 2>/dev/null; then
    rm "$work/user/retail-pulse/config"
    run_traced() {
        strace -f -e trace=execve,execveat -o "$work/strace" "$PROGRAM" --db "$work/traced.db" "$@" >"$work/out" 2>&1
        cat "$work/strace" >>"$work/executed"
    }
    run_traced import "$work/sales.csv"
    run_traced train returning --algorithm tree --folds 2 --repeats 1 --permutations 0
    run_traced predict --age 30
    run_traced report
    only_itself() {
        grep -oE 'execve[a-z]*\([^,]*, *"?[^,"]*' "$work/executed" | sort -u >"$work/programs"
        [ -s "$work/programs" ] && ! grep -vE "\"($PROGRAM|/proc/self/exe)\"" "$work/programs"
    }
    check "importing, training and predicting start no other program" only_itself
else
    echo "skip - importing, training and predicting start no other program (strace is not installed)"
fi

#!/bin/sh
# Files from anywhere: none may crash the program, hang it, take its memory, reach the terminal raw
# or leave half an import. Address space is limited throughout, so that growing means failing.
. tests/cli/common.sh
if [ -n "${RETAIL_PULSE_UNDER:-}" ]; then
    echo "skip - hostile files (their limits are those of the program by itself)"
    exit 0
fi

LIMIT_KB=300000 # of address space, the program's own libraries included
is_instrumented && LIMIT_KB=unlimited # a sanitizer reserves terabytes
row='S1,16-09-2024,Old Town,60,M,Pixel 9,38568,No,Yes,No,Yes'

# import FILE...: the program under the limit, at most 20 seconds
import() {
    status=0
    (ulimit -v "$LIMIT_KB"; exec timeout 20 "$PROGRAM" --db "$db" import "$@") \
        >"$work/out" 2>"$work/err" || status=$?
}

# nothing_was_taken: no sale, and no import on record
nothing_was_taken() {
    [ ! -s "$db" ] && return 0
    "$PROGRAM" --db "$db" imports >"$work/imports" 2>&1
    grep -q '^(none)' "$work/imports" || { cat "$work/imports"; return 1; }
}

# is_refused WORDS FILE: with code 1 and these words, and nothing is taken
is_refused() {
    words=$1
    shift
    import "$@"
    [ "$status" -eq 1 ] || { echo "exit code $status"; cat "$work/err"; return 1; }
    err_has "$words" && nothing_was_taken
}

# piped WORDS: the same of standard input
piped() {
    is_refused "$1" -
}

# is_clean FILE: well-formed UTF-8 that no terminal obeys
is_clean() {
    iconv -f UTF-8 -t UTF-8 "$1" >"$work/valid" 2>&1 || { cat "$work/valid"; return 1; }
    ! LC_ALL=C grep -naP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$1"
}

# ------------------------------------------------------------------------------ what is no file

check "/dev/zero is no text" is_refused "zero byte" /dev/zero
check "/dev/full is no text" is_refused "zero byte" /dev/full
check "/dev/null is empty" is_refused "is empty" /dev/null
check "a folder is no file" is_refused "is a folder" "$work"
check "a file that is not there is said to be missing" is_refused "No such file" "$work/nothing.csv"
ln -s "$work/loop" "$work/pool" && ln -s "$work/pool" "$work/loop"
check "links that go in a circle are refused" is_refused "symbolic links" "$work/loop"
if [ "$(id -u)" -ne 0 ]; then
    printf '%s\n%s\n' "$header" "$row" >"$work/secret.csv" && chmod 000 "$work/secret.csv"
    check "a file of somebody else's is refused" is_refused "Permission denied" "$work/secret.csv"
else
    echo "skip - a file of somebody else's is refused (nothing is forbidden to root)"
fi

# ------------------------------------------------------------------------------ what is no CSV

printf '%s\n%s\n' "$header" "$row" >"$work/good.csv"
{ printf '\377\376'; iconv -t UTF-16LE "$work/good.csv"; } >"$work/wide.csv"
check "UTF-16 with a mark is named" is_refused "UTF-16" "$work/wide.csv"
iconv -t UTF-16LE "$work/good.csv" >"$work/wide.csv"
check "UTF-16 without one is no text" is_refused "zero byte" "$work/wide.csv"
check "a program is no table" is_refused "zero byte" "$PROGRAM"
printf 'PK\003\004' >"$work/book.xlsx"
check "a spreadsheet's own file is named" is_refused "spreadsheet" "$work/book.xlsx"

big() { head -c "$1" /dev/zero | tr '\0' "$2"; }
{ printf '%s\nS1,16-09-2024,Old Town,60,M,' "$header"; big 1000000000 a; } |
    check "a field of a gigabyte is refused" piped "a field of more than 64 KiB"
{ printf '%s\nS1,16-09-2024,"Old' "$header"; big 1000000000 '\n'; } |
    check "a quote that is open for a gigabyte is refused" piped "a field of more than 64 KiB"
big 1000000000 a | check "a line without end is refused" piped "a field of more than 64 KiB"
big 1000000000 ' ' | check "a gigabyte of blanks is refused" piped "more than"
big 20000000 '\n' | check "nothing but line ends is empty" piped "is empty"
{ printf 'Date'; i=0; while [ $i -lt 1000 ]; do printf ',c%d' $i; i=$((i + 1)); done; } |
    check "a thousand columns are refused" piped "more than 256 columns"
{ big 1000000 ,; echo; } | check "a million columns are refused" piped "256 columns"
{ printf '%s\n' "$header"; big 3000000 ,; } | check "a million fields are refused" piped "more than 1 MiB"
{ printf '%s\n' "$header"; yes x,y,z | head -n 300000; } |
    check "rows of other things are set aside up to a limit" piped "of the first 1"
yes "$row" | check "a stream of sales without a header is refused" piped "no column"

# ------------------------------------------------------------------------------ what is packed

big 200000000 a | gzip -1 >"$work/bomb.gz"
check "a packed line of 200 MB in 1 MB is refused" is_refused "a field of more than 64 KiB" "$work/bomb.gz"
{ echo "$header"; yes x,y,z | head -n 2000000; } | gzip -1 >"$work/bomb.gz"
check "a packed file of other things is refused" is_refused "of the first 1" "$work/bomb.gz"
cat data/sample.csv | gzip >"$work/whole.gz"
head -c 20000 "$work/whole.gz" >"$work/cut.gz"
check "a packed file that was cut off is refused" is_refused "cut off" "$work/cut.gz"
{ printf '\037\213\010'; big 4000 x; } >"$work/odd.gz"
check "a packed file that is damaged is refused" is_refused "$work/odd.gz" "$work/odd.gz"
if command -v zstd >/dev/null; then
    zstd -q -c data/sample.csv | head -c 20000 >"$work/cut.zst"
    check "one of zstd that was cut off is refused" is_refused "cut off" "$work/cut.zst"
else
    echo "skip - one of zstd that was cut off is refused (zstd is not installed)"
fi

# ------------------------------------------------------------------------------ what takes its time

# cancels FILE: waits for it, and ends on a signal without having taken anything
cancels() {
    status=0
    timeout -s INT 1 "$PROGRAM" --db "$db" import "$1" >"$work/out" 2>"$work/err" || status=$?
    [ "$status" -eq 124 ] && err_has "cancelled" && nothing_was_taken
}
mkfifo "$work/pipe"
check "a pipe that nobody writes to can be cancelled" cancels "$work/pipe"
silent() { { cat "$work/good.csv"; sleep 3; } | cancels -; }
check "a writer that falls silent can be cancelled" silent
endless() { { echo "$header"; yes "$row"; } | cancels -; }
check "sales without end can be cancelled" endless
yes "$row" | head -n 3000000 >"$work/rows" && { echo "$header"; cat "$work/rows"; } >"$work/moving.csv"
moves() {
    import "$work/moving.csv" &
    sleep 0.3
    echo x >>"$work/moving.csv"
    wait $!
    err_has "was changed while it was read" && nothing_was_taken
}
check "a file that changes while it is read is refused" moves
rm -f "$work/rows" "$work/moving.csv"
cat "$work/good.csv" >"$work/pipe" &
check "a named pipe is read as it comes" sh -c "timeout 20 $PROGRAM --db $work/other.db import $work/pipe | grep -q '1 imported'"
wait

# ------------------------------------------------------------------------------ what bites

bites=$(printf '\033[2J\033]0;x\007\302\2331m\342\200\256evil\342\201\246\300\257\355\240\200\377\010')
name=$(printf 'a\033[31m\342\200\256.csv')
{
    echo "$header"
    printf '%sS1,16-09-2024,Place %s,60,M,Phone %s,38568,No,Yes,No,Yes\n' "$bites" "$bites" "$bites"
    printf 'S2,%s,%s,%s,%s,%s,%s,%s,,,\n' "$bites" "$bites" "$bites" "$bites" "$bites" "$bites" "$bites"
    printf 'S3,16-09-2024,=1+1,60,M,@SUM(A1) +2,38568,No,Yes,No,Yes\n'
} >"$work/$name"
import "$work/$name"
check "bytes that bite are taken as text, or set aside" [ "$status" -eq 3 ]
check "no message sends them to the terminal" is_clean "$work/err"
check "nor what is said of the import" is_clean "$work/out"
for command in overview "imports --rejects" sales "explore --by location" "explore --by handset" report export; do
    for format in text csv json markdown html; do
        run --format $format $command
        cat "$work/err" >>"$work/out"
        check "$command sends none of them as $format" is_clean "$work/out"
    done
done
formulas() { # no cell of the last output begins like one
    ! grep -nE '(^|,)"?[=+@]|(^|,)"?-[^0-9",]' "$work/out"
}
for command in export sales "explore --by location" "explore --by handset" "imports --rejects" overview; do
    run --format csv $command
    check "no cell of $command begins like a formula" formulas
done
run overview --where "location=$bites"
check "a filter that bites is refused in clean words" is_clean "$work/err"
run "$bites"
check "so is a command" is_clean "$work/err"

# ------------------------------------------------------------------------------ as other files

head -c 3000000 "$PROGRAM" >"$work/nonsense"
# opens OPTION FILE WORDS: refused at once, in words
opens() {
    status=0
    timeout 20 "$PROGRAM" "$1" "$2" overview >"$work/out" 2>"$work/err" || status=$?
    [ "$status" -eq 1 ] && err_has "$3"
}
check "a device is no database" opens --db /dev/zero "not a regular file"
check "nor is a pipe" opens --db "$work/pipe" "not a regular file"
check "nor is a program" opens --db "$work/nonsense" "not a database of retail-pulse"
check "nor are links that go in a circle" opens --db "$work/loop" "symbolic links"
check "a device has no settings" opens --settings /dev/zero "not a file"
check "nor has a pipe" opens --settings "$work/pipe" "not a file"
check "nor has a program" opens --settings "$work/nonsense" "64 KiB"

# ------------------------------------------------------------------------------ where it goes

full() { # full COMMAND...: fails, because nothing can be written
    status=0
    "$PROGRAM" --db "$db" "$@" >/dev/full 2>"$work/err" || status=$?
    [ "$status" -eq 1 ] && err_has "standard output"
}
for command in overview export sales report help sample "--format json overview"; do
    check "$command tells that its output is full" full $command
done
check "sql tells that its output is full" full sql "SELECT 1"


# retail-pulse log: every write is on record, with who wrote it and what came of it.
. tests/cli/common.sh

unset SSH_CONNECTION
head -501 "$sample" >"$work/first.csv"
{ cat "$work/first.csv"; echo 'x,not a date,,,,,,,,,'; } >"$work/second.csv"

# actions: of the log, oldest first, in one line
actions() { exits 0 log --limit 0 --format csv && sed 1d "$work/out" | cut -d, -f3 | tac | tr '\n' ' '; }

every_write() {
    exits 0 import --quiet "$work/first.csv" && exits 0 import --dry-run "$work/second.csv"
    exits 0 train segments --k 2 --quiet && exits 0 score --quiet && exits 0 rebuild &&
        exits 0 backup "$work/copy.db" && exits 0 import --undo 1 --dry-run &&
        exits 0 import --undo 1 && exits 0 merge --own Lakeside --quiet || return 1
    said=$(actions)
    [ "$said" = "create import train score rebuild backup undo rename " ] || { echo "$said"; return 1; }
}
check "every write has its entry, in the order of writing, and a dry run has none" every_write

outcome() {
    exits 0 log && out_has "500 sales in, 0 present already, 0 set aside" && out_has "500 sales out" &&
        out_has "$(id -un)" && out_has "$(uname -n)"
}
check "an entry tells what came of it and who it was" outcome

ssh_client() {
    SSH_CONNECTION='192.0.2.7 50022 192.0.2.1 22' exits 0 rebuild &&
        exits 0 log --limit 1 --format json && out_has '"origin": "192.0.2.7 by ssh to ' &&
        out_has '"action": "rebuild"' && out_has '"program": "' && out_has '"pid": '
}
check "who came by ssh is told with the address" ssh_client

cut_off() {
    cp "$work/out" "$work/before"
    exits 1 import "$work/nowhere.csv"
    exits 1 import --strict "$work/second.csv"
    exits 0 log --limit 1 --format json && cmp "$work/out" "$work/before"
}
check "what was refused has no entry" cut_off

silent() {
    exits 0 backup --read-only "$work/silent.db" && exits 0 log --limit 1 --format json &&
        cmp "$work/out" "$work/before"
}
check "a backup under --read-only writes nothing, not even that" silent

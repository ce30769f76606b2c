# docs/ssh.md against a real sshd on loopback, with keys, ports and accounts of this test only.
. tests/cli/common.sh
sshd=$(PATH=$PATH:/usr/sbin command -v sshd) || { echo "skip - logging in by ssh: there is no sshd"; exit 0; }
for tool in ssh ssh-keygen tmux; do
    command -v $tool >/dev/null || { echo "skip - logging in by ssh: there is no $tool"; exit 0; }
done
case $work in *\ *) echo "skip - logging in by ssh: blanks in the name of the temporary folder"; exit 0 ;; esac
if is_instrumented; then
    echo "skip - logging in by ssh: once is enough, without the tools"
    exit 0
fi
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd # as its service does
port=$((20000 + $$ % 20000)) kiosk=$((20001 + $$ % 20000))
ssh-keygen -q -t ed25519 -N '' -f "$work/host" && ssh-keygen -q -t ed25519 -N '' -f "$work/key" && cp "$work/key.pub" "$work/allowed"

# The kiosk's settings and its part of sshd_config are the document's own; only who comes by which
# port stands instead of who comes by which name, and the paths are this test's.
ours() { sed "s|/srv/shop/exports|$work/exports|; s|/srv/shop/shop.db|$db|; s|/etc/retail-pulse/kiosk|$work/kiosk|; s|ForceCommand retail-pulse|ForceCommand $PROGRAM|; s|Match User kiosk|Match LocalPort $kiosk|"; }
mkdir "$work/exports"
awk '/^cat > \/etc\/retail-pulse\/kiosk/ { on = 1; next } /^END$/ { on = 0 } on' docs/ssh.md | ours >"$work/kiosk"
{
    printf '%s\n' "ListenAddress 127.0.0.1:$port" "ListenAddress 127.0.0.1:$kiosk" "HostKey $work/host" "AuthorizedKeysFile $work/allowed" \
        "PidFile $work/sshd.pid" "StrictModes no" "UsePAM no" "PasswordAuthentication no" "PermitRootLogin prohibit-password" "AcceptEnv LANG LC_*"
    awk '/^Match User kiosk/ { on = 1 } /^```/ { on = 0 } on' docs/ssh.md | ours
} >"$work/config"
"$sshd" -D -e -f "$work/config" 2>"$work/sshd.log" &
server=$!
tmx() { env -u TMUX tmux -L "retail-pulse-ssh-$$" -f /dev/null "$@"; }
trap 'tmx kill-server 2>/dev/null; kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
options="-F none -i $work/key -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile=$work/known -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR -o SendEnv=LC_ALL"
by_ssh() { to=$1; shift; ssh $options -p "$to" 127.0.0.1 "$@" </dev/null; }
within() { # SECONDS COMMAND...
    tries=$(($1 * 5)); shift
    while ! "$@"; do tries=$((tries - 1)); [ $tries -gt 0 ] || return 1; sleep 0.2; done
}
if ! within 10 by_ssh "$port" true 2>"$work/ssh.err"; then
    echo "skip - logging in by ssh: this account cannot log in: $(tail -n 1 "$work/sshd.log")"
    exit 0
fi
trained_sample

screen() { tmx capture-pane -p; }
shows() { within 20 sh -c "env -u TMUX tmux -L retail-pulse-ssh-$$ capture-pane -p | grep -qF -e '$1'" || { screen; cat "$work/sshd.log"; return 1; }; }
fits() { width=$(screen | wc -L); [ "$width" -le "$1" ] && [ "$width" -gt $(($1 - 6)) ]; } # the status stands at the right edge
sized() {
    tmx new-session -d -x 100 -y 30 "ssh -tt $options -p $kiosk 127.0.0.1"
    shows "Overview" && within 10 fits 100 && tmx resize-window -x 64 -y 20 && within 10 fits 64 && shows "Overview" &&
        tmx resize-window -x 150 -y 40 && within 10 fits 150 || { echo "$(screen | wc -L) columns"; screen; return 1; }
}
check "who logs in sees the dashboard in the size of the session, and in the new one when that changes" sized
ends() { tmx send-keys q; within 10 sh -c "! env -u TMUX tmux -L retail-pulse-ssh-$$ has-session 2>/dev/null"; }
check "the session ends with the dashboard" ends
forced() {
    cp "$db" "$work/before.db"
    for asked in "import $sample" "sh -c 'touch $work/touched'" "train"; do
        by_ssh "$kiosk" "$asked" >"$work/out" 2>&1 && grep -q "Revenue" "$work/out" || { cat "$work/out"; return 1; }
    done
    [ ! -e "$work/touched" ] && cmp "$db" "$work/before.db"
}
check "a kiosk answers whatever is asked for with the overview, and changes nothing" forced

rows=1500000
"$plain" sample --rows $rows --seed 9 >"$work/big.csv"
begun() { [ -n "$(find "$work" -name 'big.db*' -size +1000k)" ]; }
sales() { by_ssh "$port" "$PROGRAM --db $work/big.db --format csv sql 'SELECT count(*) FROM sale'" 2>/dev/null | tr -d '\r' | tail -n 1; }
lost() {
    ssh -tt $options -p "$port" 127.0.0.1 "$PROGRAM --db $work/big.db import $work/big.csv" </dev/null >"$work/out" 2>&1 &
    client=$!
    tries=1500
    until begun; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { cat "$work/out"; kill $client; return 1; }
        sleep 0.02
    done
    kill -KILL $client
    wait $client 2>/dev/null
    [ $? -eq 137 ] || { echo "the import had ended"; return 1; }
    by_ssh "$port" "$PROGRAM --db $work/big.db import --quiet $work/big.csv; echo again" | grep -q again || return 1
    [ "$(sales)" = $rows ] || { echo "$(sales) sales"; return 1; }
    by_ssh "$port" "$PROGRAM --db $work/big.db doctor" >"$work/out" || { cat "$work/out"; return 1; }
}
check "the line lost in the middle of an import: logged in again, everything is whole" lost

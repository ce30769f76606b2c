# make install puts a program in place that works from there; make uninstall leaves nothing behind.
. tests/cli/common.sh
build=$(dirname "$RETAIL_PULSE_PROGRAM")
root="$work/a root"
files() { (cd "$root" && find . ! -type d | sort); }

# As after `make all`: what was built is installed as it is, whatever make thinks of its age.
make_it() { make -s "$@" -o all BUILD="$build" PREFIX=/opt/pulse DESTDIR="$root"; }

if is_instrumented; then
    echo "skip - installing: once is enough, without the tools"
    exit 0
fi

installs() {
    make_it install >"$work/log" || return 1
    for file in bin/retail-pulse lib/retail-pulse/retail_pulse.so share/man/man1/retail-pulse.1 share/man/man5/retail-pulse-settings.5 \
        share/bash-completion/completions/retail-pulse share/zsh/site-functions/_retail-pulse share/fish/vendor_completions.d/retail-pulse.fish \
        share/doc/retail-pulse/LICENSE share/doc/retail-pulse/README.md share/doc/retail-pulse/docs/ssh.md; do
        [ -s "$root/opt/pulse/$file" ] || { echo "$file is missing"; return 1; }
    done
    [ -z "$(find "$root" ! -path "$root" ! -path "$root/opt*")" ]
}
check "make install puts everything below DESTDIR and PREFIX" installs
readable() { [ -z "$(find "$root" -type f ! -perm -444)" ] && [ -z "$(find "$root" -perm /022 ! -type l)" ]; }
check "everybody may read it, only its owner change it" readable
links() { # of the README, to files
    grep -oE '\]\((docs/[^)#]*)' "$root/opt/pulse/share/doc/retail-pulse/README.md" | cut -c 3- | sort -u >"$work/links"
    [ "$(wc -l <"$work/links")" -ge 5 ] || return 1
    while read -r link; do
        [ -s "$root/opt/pulse/share/doc/retail-pulse/$link" ] || { echo "$link leads nowhere"; return 1; }
    done <"$work/links"
}
check "the README's links lead to files that are installed with it" links
works() {
    (
        cd "$work" || exit 1
        PATH="$root/opt/pulse/bin:$PATH"
        [ "$(command -v retail-pulse)" = "$root/opt/pulse/bin/retail-pulse" ] || exit 1
        retail-pulse sample --rows 500 --seed 3 >sales.csv && retail-pulse --db installed.db import --quiet sales.csv &&
            retail-pulse --db installed.db overview | grep -q 500
    )
}
check "it works from there" works
if command -v sqlite3 >/dev/null; then
    loads() { sqlite3 "$work/installed.db" ".load '$root/opt/pulse/lib/retail-pulse/retail_pulse.so'" "SELECT wilson_low(5, 10) BETWEEN 0.23 AND 0.24" | grep -qx 1; }
    check "the extension loads from there" loads
else
    echo "skip - the extension loads from there: there is no sqlite3"
fi
uninstalls() {
    mkdir -p "$root/opt/pulse/share/man/man1" && echo other >"$root/opt/pulse/share/man/man1/other.1"
    make_it uninstall >"$work/log" || return 1
    [ "$(files)" = ./opt/pulse/share/man/man1/other.1 ] || { files; return 1; }
    [ -z "$(find "$root" -name '*retail*')" ] && [ -s "$work/installed.db" ]
}
check "make uninstall takes away all of it, nothing of others, and leaves the data" uninstalls

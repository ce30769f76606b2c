# The manual's pages and the shells' completions, made from the lists that --help is made from.
. tests/cli/common.sh
commands=$("$plain" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }')
[ "$(echo "$commands" | wc -l)" -ge 20 ] || echo "not ok - the list of commands was read from --help"

# page FILE: as text, each line that is not filled as wide as it will
page() { groff -man -Tutf8 -k -P-cbou -rLL=1000n "$1"; }

for name in man settings bash zsh fish; do
    case $name in
        settings) "$PROGRAM" help settings --as man ;;
        *) "$PROGRAM" help --as "$name" ;;
    esac >"$work/$name" 2>"$work/err" || echo "not ok - help made $name"
done

if command -v groff >/dev/null; then
    page "$work/man" >"$work/man.text" 2>"$work/man.warnings"
    page "$work/settings" >"$work/settings.text" 2>>"$work/man.warnings"
    well_formed() {
        for name in man settings; do
            groff -man -Tutf8 -k -ww -z "$work/$name" >"$work/warnings" 2>&1
            [ ! -s "$work/warnings" ] || { cat "$work/warnings"; return 1; }
        done
    }
    check "roff has nothing to complain of" well_formed
    says_what_help_says() { # each option's line of every command, in the command's section
        for command in $commands; do
            awk -v name="$command" '/^   [a-z]/ { on = $1 == name } /^[A-Z]/ { on = 0 } on' "$work/man.text" >"$work/section"
            "$plain" $command --help | awk '/^Options:/ { on = 1; next } /^$/ { on = 0 } on && /^  --/ { print $1 }' >"$work/options"
            while read -r option; do
                grep -qE "^ *$option( |\$)" "$work/section" || { echo "$command $option is missing"; return 1; }
            done <"$work/options"
            [ -s "$work/section" ] || { echo "$command is missing"; return 1; }
        done
    }
    check "the manual has every command with every option" says_what_help_says
    keeps_characters() { # what roff would swallow or replace
        tr -s ' \n' ' ' <"$work/man.text" >"$work/flat"
        for text in "= != < <= > >= ~ !~" "'a'|'b' means either" "--where 'shop=East'"; do
            grep -qF -e "$text" "$work/flat" || { echo "lost: $text"; return 1; }
        done
    }
    check "quotes, tildes and dashes come through as they can be typed" keeps_characters
    names_settings() {
        "$plain" help settings | awk '/^  [a-z-]+ +[^=]/ && !/^  (theme|currency|filter) =/ { print $1 }' >"$work/names"
        [ "$(wc -l <"$work/names")" -gt 50 ] || return 1
        while read -r name; do
            grep -qE "^ *$name( =|\$)" "$work/settings.text" || { echo "$name is missing"; return 1; }
        done <"$work/names"
    }
    check "the settings' page has every setting and every key" names_settings
else
    echo "skip - the manual's pages as text: there is no groff"
fi
own_keys() {
    mkdir -p "$work/config/retail-pulse"
    printf '[keys]\nquit = K\n' >"$work/config/retail-pulse/config"
    XDG_CONFIG_HOME=$work/config "$PROGRAM" help settings --as man | cmp - "$work/settings" &&
        ! XDG_CONFIG_HOME=$work/config "$PROGRAM" help settings | cmp -s - "$work/settings" &&
        XDG_CONFIG_HOME=$work/config "$PROGRAM" help settings | grep -q 'quit  *K'
}
check "the page has the keys as they come, not those of who makes it" own_keys
whole_program() { exits 2 help import --as bash && err_has "of the whole program" && exits 2 help --as ksh && err_has "man, bash, zsh, fish"; }
check "--as is of the whole program, in the forms that there are" whole_program

# bash_completes WORD...: what bash would offer for the last word, parted as bash parts words
bash_completes() {
    bash -c '
        compopt() { [ "$2" = default ] && echo FILES; return 0; }
        . "$0"; COMP_WORDS=(retail-pulse "$@"); COMP_CWORD=$#; _retail_pulse
        printf "%s\n" "${COMPREPLY[@]}"' "$work/bash" "$@" | grep -v '^$'
}
# fish_completes LINE: what fish offers, without its descriptions
fish_completes() {
    HOME=$work XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work fish --no-config -c "source $work/fish; complete -C '$1'" | cut -f 1
}
# zsh_completes LINE: all that zsh writes when Tab is pressed twice
cat >"$work/press_tab" <<'END'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; unsetopt beep; autoload -Uz compinit; compinit -u -D; source $1; LISTMAX=10000; print REA\DY"
zpty -r shell out '*READY*'
zpty -w -n shell "$2"$'\t\t'
for ((quiet = 0; quiet < 5; )); do
    if zpty -r -t shell piece; then print -rn -- "$piece"; quiet=0; else sleep 0.2; ((quiet++)); fi
done
zpty -d shell
END
zsh_completes() { (cd "$work/folder" && PATH=$work/bin:$PATH HOME=$work zsh -f "$work/press_tab" "$work/zsh" "$1"); }
mkdir -p "$work/folder" "$work/bin"
ln -s "$RETAIL_PULSE_PROGRAM" "$work/bin/retail-pulse" 2>/dev/null || ln -s "$plain" "$work/bin/retail-pulse"
touch "$work/folder/ledger.csv"

is() { # EXPECTED COMMAND...
    expected=$1
    shift
    given=$("$@" | sort | tr '\n' ' ')
    [ "${given% }" = "$expected" ] || { echo "$given instead of $expected: $*"; return 1; }
}
if command -v bash >/dev/null; then
    bash_commands() {
        is "$(echo "$commands" | sort | tr '\n' ' ' | sed 's/ $//')" bash_completes "" &&
            is "impact import imports" bash_completes imp && is "impact import imports" bash_completes --db x.db --quiet imp &&
            is "impact import imports" bash_completes --db = x.db imp
    }
    check "bash completes commands, after options too" bash_commands
    bash_options() {
        is "--strata" bash_completes impact --stra && is "" bash_completes overview --stra && is "--format" bash_completes impact --form &&
            is "facebook returning" bash_completes impact --outcome "" && is "json" bash_completes impact --format = j
    }
    check "bash completes a command's own options and their values" bash_options
    bash_lists() {
        is "month,week month,weekday month,weekend" bash_completes explore --by month,week &&
            is "location,gender" bash_completes explore --by location,gend && is "FILES" bash_completes import "" && is "FILES" bash_completes --db "" &&
            is "facebook" bash_completes train face && is "settings" bash_completes help sett
    }
    check "bash completes lists of dimensions, files and operands" bash_lists
else
    echo "skip - completion by bash: there is no bash"
fi
if command -v fish >/dev/null; then
    fish_all() {
        is "impact import imports" fish_completes "retail-pulse imp" && is "impact import imports" fish_completes "retail-pulse --db x.db imp" &&
            is "--strata" fish_completes "retail-pulse impact --stra" && is "" fish_completes "retail-pulse overview --stra" &&
            is "facebook returning" fish_completes "retail-pulse impact --outcome " &&
            is "location,gender" fish_completes "retail-pulse explore --by location,gend" && is "facebook" fish_completes "retail-pulse train face"
    }
    check "fish completes commands, options, values and lists" fish_all
    fish_files() { (cd "$work/folder" && is "ledger.csv" fish_completes "retail-pulse import led" && is "" fish_completes "retail-pulse overview led"); }
    check "fish offers files where a command takes them" fish_files
else
    echo "skip - completion by fish: there is no fish"
fi
if command -v zsh >/dev/null; then
    zsh_has() { zsh_completes "$1" >"$work/zsh.out" 2>&1; grep -qF -e "$2" "$work/zsh.out" || { cat -v "$work/zsh.out"; return 1; }; }
    zsh_all() {
        zsh_has "retail-pulse impa" impact && zsh_has "retail-pulse --quiet " "a synthetic shop as CSV" &&
            zsh_has "retail-pulse impact --stra" "--strata=" && zsh_has "retail-pulse impact --outcome f" facebook &&
            zsh_has "retail-pulse explore --by location,gend" "location,gender" && zsh_has "retail-pulse import led" ledger.csv
    }
    check "zsh completes commands, options, values, lists and files" zsh_all
else
    echo "skip - completion by zsh: there is no zsh"
fi

# `describe`: pages for people, and what it refuses.
. tests/cli/common.sh

exits 0 import "$sample" >/dev/null

refuses() { # TEXT ARGUMENT...
    text=$1
    shift
    exits 2 describe "$@" && err_has "$text"
}
check "a misspelt column is answered with the nearest one" refuses "Did you mean price?" pric
check "a word that is near nothing is answered with all columns" refuses "price, age, month" xyzzy
check "box plots of a dimension alone are refused" refuses "are for numbers" gender --by location
check "an unknown dimension to draw by is told" refuses "there is no dimension 'price'" price --by price
check "two ways to choose bins exclude each other" refuses "exclude each other" price --bins 3 --bin-width 5
check "a width that is no number is told" refuses "not '1k'" price --bin-width 1k
check "a width of nothing is refused" refuses "wider than zero" price --bin-width 0
check "bins beyond counting are refused with a width that works" refuses "choose a width of at least" price --bin-width 0.5
check "a width on the logarithm is refused" refuses "no one width" price --bin-width 5 --log

draws_bars_and_boxes() {
    exits 0 describe price --by location &&
        out_has "Price: histogram" && out_has "█" && out_has "[██" && out_has "▸" && out_has "Box-Cox"
}
check "a number has its figures, bars and box plots" draws_bars_and_boxes

stays_ascii() {
    exits 0 describe price age gender --by handset --ascii && out_has "###" && out_has "|###" || return 1
    ! LC_ALL=C grep -q '[^ -~]' "$work/out"
}
check "the same in ASCII is nothing but ASCII" stays_ascii

no_drawings() {
    exits 0 describe price gender --by location --linear || return 1
    ! grep -q '[█▸┝]' "$work/out" && out_has "Median"
}
check "plain lines for a screen reader have no drawings" no_drawings

no_trailing_blanks() {
    exits 0 describe && ! grep -q ' $' "$work/out" || return 1
    exits 0 describe price gender --by month && ! grep -q ' $' "$work/out"
}
check "nothing trails on a line" no_trailing_blanks

says_all() {
    exits 0 describe && out_has "Numbers" && out_has "Categories" &&
        out_has "What goes with returning" && out_has "What goes with facebook"
}
check "without operands everything is told in few lines" says_all

empty_slice() {
    exits 0 describe price handset --by location --where 'age>129' && out_has "no bins" || return 1
    exits 0 describe --where 'age>129' && out_has "Too few answers" && ! grep -qi 'nan' "$work/out"
}
check "an empty slice has no figures and no trouble" empty_slice

# The report: all chapters, the figures of the commands, in three formats and as plain lines.
. tests/cli/common.sh

"$PROGRAM" --db "$db" import "$sample" >"$work/log" 2>&1 || cat "$work/log"

chapters='Overview By_month By_location By_handset Segments Who_is_returning Who_came_from_Facebook Models Data'
all_chapters() {
    exits 0 report || return 1
    for chapter in $chapters; do
        grep -qx -A 1 -e "$(echo "$chapter" | tr _ ' ').*" "$work/out" || { echo "no $chapter"; return 1; }
    done
    [ "$(grep -c '^===*$' "$work/out")" -eq 9 ] && out_has 'Filter: none (9,000 sales, ' && out_has SYNTHETIC
}
check "the report has every chapter under a heading, and the filters once" all_chapters
in_80_columns() {
    exits 0 report --ascii && awk 'length($0) > 80 { print; bad = 1 } END { exit bad }' "$work/out" &&
        [ "$(wc -l <"$work/out")" -gt 200 ]
}
check "text for a mail keeps to 80 columns" in_80_columns

# number KEY: of the overview's JSON, as people write it
number() { run overview "$@" --format json && tr ',{}' '\n' <"$work/out" | sed -n "s/^ *\"sales\": *\([0-9]*\)\$/\1/p" | head -n 1 | sed ':a;s/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/;ta'; }
same_figures() { # the overview's key figures, line by line, in another database's slice too
    for where in 'age>0' 'location=outside' 'facebook=yes age<30'; do
        exits 0 overview --where "$where" && grep -E '^(Sales|Revenue|Mean price|Median price|Returning) ' "$work/out" >"$work/want" || return 1
        sales=$(number --where "$where")
        exits 0 report --where "$where" && [ "$(wc -l <"$work/want")" -ge 5 ] || return 1
        grep -qE "^Sales +$sales\$" "$work/out" || { echo "no $sales"; return 1; }
        while read -r line; do
            tr -s ' ' <"$work/out" | grep -qxF "$(echo "$line" | tr -s ' ')" || { echo "no: $line"; return 1; }
        done <"$work/want"
    done
}
check "its figures are those of the overview, as text and as JSON" same_figures
one_outcome() {
    exits 0 report --outcome facebook && grep -qx 'Who came from Facebook' "$work/out" && ! grep -qx 'Who is returning' "$work/out"
}
check "--outcome leaves the other one out" one_outcome
other_formats() { exits 2 report --format csv && err_has "text, markdown or html" && exits 2 report --format json; }
check "CSV and JSON are refused with what has them" other_formats

# Every tag that is opened is closed, in order; what needs no end (meta, and <…/>) does not count.
balanced() {
    grep -oE '<[^>]*>' "$1" | awk '
        /^<!/ || /\/>$/ { next }
        { name = $0; sub(/^<\/?/, "", name); sub(/[ >].*/, "", name) }
        name == "meta" { next }
        /^<\// { if (depth == 0 || stack[depth] != name) { print "misplaced " $0; exit 1 } depth--; next }
        { stack[++depth] = name; seen++ }
        END { if (depth != 0 || seen < 100) { print depth " left open, " seen " seen: " stack[depth]; exit 1 } }'
}
html() {
    exits 0 report --format html && cp "$work/out" "$work/report.html" && balanced "$work/report.html" || return 1
    [ "$(grep -c '<!DOCTYPE html>' "$work/report.html")" -eq 1 ] && [ "$(grep -c '</html>' "$work/report.html")" -eq 1 ] || return 1
    [ "$(grep -c '<h2 id=' "$work/report.html")" -eq 9 ] && grep -q 'name="viewport"' "$work/report.html" && grep -q '<svg class="c"' "$work/report.html"
}
check "HTML is one well-formed page with a heading a chapter and columns for the months" html
broken_page() { printf '<p><b></p></b>' >"$work/broken" && ! balanced "$work/broken" >"$work/log"; }
check "(the test of the tags sees a misplaced one)" broken_page
links() {
    grep -o 'href="[^"]*"' "$work/report.html" | sed 's/href="#\(.*\)"/\1/' >"$work/links"
    grep -o 'h2 id="[^"]*"' "$work/report.html" | sed 's/h2 id="\(.*\)"/\1/' | cmp - "$work/links" && [ -z "$(uniq -d "$work/links")" ]
}
check "the list of contents leads to every chapter, in order" links
nothing_else() { ! grep -qiE '<script|<link|<img|<iframe|javascript:|url\(|https?://|src=' "$work/report.html"; }
check "the page runs nothing and loads nothing" nothing_else

hostile() {
    db=$work/hostile.db
    { echo "$header"
      i=0
      while [ $i -lt 40 ]; do
          i=$((i + 1))
          echo "$i,0$((i % 9 + 1))-0$((i % 3 + 1))-2025,<script>alert(1)</script>,3$((i % 10)),F,\"A\"\"><img src=x onerror=y>|**b**\",1000,Yes,No,$([ $((i % 2)) -eq 0 ] && echo Yes || echo No),No"
      done; } >"$work/hostile.csv"
    exits 0 import "$work/hostile.csv" && exits 0 report --format html && cp "$work/out" "$work/hostile.html" || return 1
    grep -q '&lt;script&gt;alert' "$work/hostile.html" && grep -q '&lt;img src=x' "$work/hostile.html" || return 1
    ! grep -qE '<(script|img)' "$work/hostile.html" && balanced "$work/hostile.html" || return 1
    exits 0 report --format markdown && ! grep -qE '(^|[^\\])<(script|img)' "$work/out" && grep -qF '\<script>' "$work/out"
}
check "names from the data are text in every format, whatever they hold" hostile
db=$work/shop.db

markdown() {
    exits 0 report --format markdown && [ "$(grep -c '^# ' "$work/out")" -eq 1 ] && [ "$(grep -c '^## ' "$work/out")" -eq 9 ] && out_has '| ---: |'
}
check "Markdown has one title and a heading a chapter" markdown

linear() {
    exits 0 report --linear && cp "$work/out" "$work/linear" && ! grep -q '^===' "$work/linear" || return 1
    grep -q '^Location .*, Sales [0-9,]*, ' "$work/linear" && exits 0 --linear && cmp "$work/out" "$work/linear"
}
check "--linear by itself is the whole report as plain lines" linear
every_screen_linear() { # segments are looked for in few sales
    db=$work/few.db
    head -n 601 "$sample" >"$work/few.csv"
    exits 0 --quiet import "$work/few.csv" || return 1
    for command in overview 'explore --by location,facebook' impact models sales imports describe 'segments --k 2'; do
        exits 0 $command --linear || return 1
        grep -qE '  [^ ]+  ' "$work/out" && { grep -E '  [^ ]+  ' "$work/out" | head -n 3; echo "columns in $command"; return 1; }
    done
    true
}
check "every command has plain lines without columns" every_screen_linear
db=$work/shop.db
still_overview() { exits 0 && head -n 1 "$work/out" | grep -q Overview && exits 0 --format json && out_has '"median_price"'; }
check "without a terminal and without --linear it is still the overview" still_overview
empty_slice() { exits 0 report --where 'price>1000000' && out_has '(0 sales)' && exits 0 report --where 'price>1000000' --format html && balanced "$work/out"; }
check "an empty slice is a report too" empty_slice

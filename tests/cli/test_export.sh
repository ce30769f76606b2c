# Sales out, and in again; the sample's bytes.
. tests/cli/common.sh

same_bytes() { "$PROGRAM" sample --rows 9000 --seed 2024 | cmp - data/sample.csv; }
check "the generator still makes the bundled sample, byte for byte" same_bytes
defaults() { "$PROGRAM" sample | cmp - data/sample.csv; }
check "without options it is the bundled sample" defaults
another_seed() { ! "$PROGRAM" sample --seed 2025 | cmp -s - data/sample.csv; }
check "another seed makes another shop" another_seed

"$PROGRAM" --db "$db" import "$sample" >"$work/log" 2>&1 || cat "$work/log"
all() {
    exits 0 export && cp "$work/out" "$work/all.csv" && [ "$(wc -l <"$work/out")" -eq 9001 ] &&
        [ "$(head -n 1 "$work/out")" = "$header" ]
}
check "export writes every sale under the shop's own headers" all
faithful() { # but for the dates' spelling it is the file that went in
    sed -E '2,$s/,([0-9]{4})-([0-9]{2})-([0-9]{2}),/,\3-\2-\1,/' "$work/all.csv" | cmp - "$sample"
}
check "what went in comes out" faithful
round_trip() {
    db=$work/again.db
    exits 0 import "$work/all.csv" && out_has "9,000 imported" && out_has "yyyy-mm-dd" && exits 0 export &&
        cmp "$work/out" "$work/all.csv"
}
check "an export goes in again and comes out the same" round_trip
present() { exits 0 import "$work/all.csv" && out_has ": 0 imported, 9,000 already present"; }
check "into the database it came from, it brings nothing new" present
slice() {
    exits 0 export --where 'location=outside' --where 'facebook=yes age<30' &&
        awk -F, 'NR > 1 && ($3 != "Outside Town" || $8 != "Yes" || $4 >= 30) { bad = 1 } END { exit bad || NR < 100 }' "$work/out" &&
        expected=$(awk -F, '$3 == "Outside Town" && $8 == "Yes" && $4 < 30' "$sample" | wc -l) &&
        [ "$(wc -l <"$work/out")" -eq $((expected + 1)) ]
}
check "the filters are obeyed, several to a --where and several of those" slice
empty() { exits 0 export --where 'price>1000000' && [ "$(cat "$work/out")" = "$header" ]; }
check "an empty slice is a header alone" empty
unclear() { exits 2 export --where 'location=Mars' && err_has Mars && exits 2 overview --where 'colour=red'; }
check "a filter that means nothing is a usage error" unclear

file() {
    exits 0 export --output "$work/file.csv" && cmp "$work/file.csv" "$work/all.csv" && [ ! -s "$work/out" ]
}
check "--output writes a file" file
kept() {
    echo mine >"$work/mine.csv"
    exits 1 export --output "$work/mine.csv" && err_has "--force" && [ "$(cat "$work/mine.csv")" = mine ] || return 1
    exits 0 export --force --output "$work/mine.csv" && cmp "$work/mine.csv" "$work/all.csv"
}
check "a file that exists is kept unless --force is given" kept
no_folder() { exits 1 export --output "$work/none/file.csv" && err_has "$work/none/file.csv"; }
check "a folder that is not there is told" no_folder
no_rest() { ls "$work" | grep -E 'csv\.[A-Za-z0-9]{6}$' && return 1; return 0; }
check "no half-written file stays behind" no_rest
not_json() { exits 2 export --format json && err_has "sales --limit 0"; }
check "export says where JSON is to be had" not_json

sorted() {
    exits 0 sales --sort price --desc --limit 3 --format csv &&
        [ "$(awk -F, 'NR > 1 { print $8 }' "$work/out")" = "$(awk -F, 'NR > 1 { print $7 }' "$sample" | sort -rn | head -n 3)" ]
}
check "sales are sorted as asked" sorted
sorted_downwards() {
    exits 0 sales --sort price --desc --limit 30 --format csv && cp "$work/out" "$work/flag" &&
        exits 0 sales --sort price:desc --limit 30 --format csv && cmp "$work/flag" "$work/out"
}
check "a column is sorted downwards by its own name as well" sorted_downwards
unsortable() { exits 2 sales --sort shoes && grep -q "no column 'shoes'" "$work/err" && grep -q handset "$work/err"; }
check "a column that is not there is refused with those that are" unsortable
found() {
    exits 0 sales --search SYN-000040 --format csv && [ "$(wc -l <"$work/out")" = 2 ] &&
        grep -q '^40,SYN-000040,' "$work/out" &&
        exits 0 sales --search 2024-09-18 --limit 0 --format csv &&
        [ "$(awk -F, 'NR > 1 && $3 != "2024-09-18"' "$work/out")" = "" ] && [ "$(wc -l <"$work/out")" -gt 2 ]
}
check "sales are searched by reference and by date" found
paged() {
    exits 0 sales --format csv --limit 5 --offset 100 && [ "$(awk -F, 'NR == 2 { print $2 }' "$work/out")" = SYN-000101 ] &&
        [ "$(wc -l <"$work/out")" -eq 6 ] || return 1
    exits 0 sales --format csv && [ "$(wc -l <"$work/out")" -eq 51 ] && exits 0 sales --format csv --limit 0 &&
        [ "$(wc -l <"$work/out")" -eq 9001 ] && exits 0 sales --offset 9000 --format csv && [ "$(wc -l <"$work/out")" -eq 1 ]
}
check "sales come in pages, fifty by default" paged

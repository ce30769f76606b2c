#!/bin/sh
# Everything that is measured, on generated sales: sh bench/run.sh BUILD ROWS "SIZES"
# ROWS is where it is compared with others, SIZES over which it must not grow. The CSV files are kept
# in BUILD/bench; the databases are made anew, because how they are made is what is measured.
set -eu
build=$1 rows=$2 sizes=$3
folder=$build/bench
program=$build/retail-pulse
PROGRAM=$program # whom the pseudo-terminal starts
export PROGRAM
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive # as the program sets them for itself
home=$(mktemp -d) # nobody's own settings, and nothing remembered
trap 'rm -rf "$home"' EXIT
export XDG_CONFIG_HOME="$home" XDG_STATE_HOME="$home" XDG_DATA_HOME="$home"
BENCH_LOG=$folder/log
export BENCH_LOG

make_file() { # SIZE NAME ARGUMENTS...: once
    file=$folder/$1/$2.csv
    shift 2
    [ ! -e "$file" ] || return 0
    mkdir -p "${file%/*}"
    "$folder/generate" "$@" >"$file.new"
    mv "$file.new" "$file"
}

make_shop() { # SIZE
    make_file "$1" random "$1" random
    shop=$folder/$1/shop.db
    rm -f "$shop" "$shop"-* "$shop.lock"
    "$program" --db "$shop" import --quiet "$folder/$1/random.csv" >>"$BENCH_LOG" 2>&1
    train "$1"
}

train() { # SIZE: the models that predict by default; what they are worth is nobody's question here
    "$program" --db "$folder/$1/shop.db" train returning facebook segments --algorithm gbtree --permutations 0 \
        >>"$BENCH_LOG" 2>&1
}

missed=0
held() { # PROGRAM ARGUMENTS...
    name=$1
    shift
    status=0
    "$folder/$name" "$@" || status=$?
    [ "$status" -eq 0 ] || missed=1
}

ascending() { printf '%s\n' $sizes "$rows" 10000 | sort -nu | tr '\n' ' '; }

mkdir -p "$folder"
: >"$BENCH_LOG"
make_file "$rows" random "$rows" random
make_file "$rows" dated "$rows" dated
make_file "$rows" overlap $((rows * 20 / 19)) random
[ -e "$folder/$rows/random.csv.gz" ] || gzip -kf "$folder/$rows/random.csv"

held import_bench "$program" "$folder/$rows" "$rows"
for size in $(ascending); do
    if [ "$size" -eq "$rows" ]; then train "$size"; else make_shop "$size"; fi
done
held slice_bench "$folder" "$rows" $(ascending)
held wire_bench "$folder/10000/shop.db"
held sql_bench "$folder/$rows/shop.db"

echo
if [ "$missed" -eq 0 ]; then echo "Every goal was met."; else echo "Goals were missed: the lines above say MISSED."; fi
exit "$missed"

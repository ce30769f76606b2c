#!/bin/sh
# Everything that is measured, on generated sales: sh bench/run.sh BUILD ROWS "SIZES"
# ROWS is where it is compared with others, SIZES over which it must not grow. The CSV files are kept
# in BENCH_FOLDER, else BUILD/bench; the databases are made anew, because how they are made is what is measured.
set -eu
build=$1 rows=$2 sizes=$3
train_most=${BENCH_TRAIN:-1000000} # sales; training takes memory for all of them
programs=$build/bench
folder=${BENCH_FOLDER:-$programs}
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
    [ ! "$file" -nt bench/generate.c ] || [ ! "$file" -nt bench/made_up.c ] || return 0
    mkdir -p "${file%/*}"
    "$programs/generate" "$@" >"$file.new"
    mv "$file.new" "$file"
}

make_shop() { # SIZE
    make_file "$1" random "$1" random
    shop=$folder/$1/shop.db
    rm -f "$shop" "$shop"-* "$shop.lock"
    "$program" --db "$shop" import --quiet "$folder/$1/random.csv" >>"$BENCH_LOG" 2>&1
}

train() { # SIZE: by default but for the test against chance, which is the same work a hundred times over
    for what in 'returning --algorithm gbtree --permutations 0' 'facebook --algorithm gbtree --permutations 0' segments; do
        "$program" --db "$folder/$1/shop.db" train $what >>"$BENCH_LOG" 2>&1 || echo "train $what failed at $1 sales: see $BENCH_LOG"
    done
}

# Places and handsets have the same numbers everywhere, because the larger files begin with the
# smaller ones: so a model that learned from fewer sales can answer for more.
lend() { # FROM TO
    sqlite3 "$folder/$2/shop.db" "ATTACH '$folder/$1/shop.db' AS lender; BEGIN;
        INSERT INTO segmentation SELECT * FROM lender.segmentation; INSERT INTO segment SELECT * FROM lender.segment;
        INSERT INTO model SELECT * FROM lender.model; INSERT INTO booster SELECT * FROM lender.booster; COMMIT;"
}

missed=0
held() { # PROGRAM ARGUMENTS...
    name=$1
    shift
    status=0
    "$programs/$name" "$@" || status=$?
    [ "$status" -eq 0 ] || missed=1
    [ "$status" -le 1 ] || echo "$name ended with $status: see $BENCH_LOG"
}

mkdir -p "$folder"
: >"$BENCH_LOG"
make_file "$rows" random "$rows" random
make_file "$rows" dated "$rows" dated
make_file "$rows" overlap $((rows * 20 / 19)) random
[ "$folder/$rows/random.csv.gz" -nt "$folder/$rows/random.csv" ] || gzip -kf "$folder/$rows/random.csv"

model=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
memory=$(awk '/^MemTotal/ { printf "%.0f", $2 / 1024 / 1024 }' /proc/meminfo)
echo "$(getconf _NPROCESSORS_ONLN) processors (${model:-$(uname -m)}), $memory GB of memory; $("$program" --version | head -n 1); sqlite3 $(sqlite3 --version | cut -d ' ' -f 1)"

all=$(printf '%s\n' $sizes "$rows" | sort -nu)
held import_bench "$program" "$folder/$rows" "$rows"
for size in $all; do
    [ "$size" -eq "$rows" ] || make_shop "$size"
done
held store_bench "$folder" $all

learner=0 # the largest that is trained; those beyond borrow its models
for size in $all; do
    [ "$size" -gt "$train_most" ] || learner=$size
done
[ "$learner" -ne 0 ] || learner=${all%%[!0-9]*}
for size in $all; do
    [ "$size" -ge "$learner" ] || train "$size"
done
held learn_bench train "$program" "$folder" "$learner"
for size in $all; do
    [ "$size" -le "$learner" ] || lend "$learner" "$size"
done
held learn_bench use "$program" "$folder" "$rows" $all
held slice_bench "$folder" $all
held peer_bench "$folder" "$rows"
held wire_bench "$folder" $all
held sql_bench "$folder/$rows/shop.db"

echo
if [ "$missed" -eq 0 ]; then echo "Every goal was met."; else echo "Goals were missed: the lines above say MISSED."; fi
exit "$missed"

#!/bin/sh
# DuckDB's shared library as its makers publish it for Node, in a folder: sh bench/fetch_duckdb.sh FOLDER
# The registry's own client checks what it fetches; nothing of the package is run.
set -eu
folder=$1
package=@duckdb/node-bindings-linux-x64
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { echo "bench-duckdb: $package is for Linux on x86-64" >&2; exit 1; }
command -v npm >/dev/null 2>&1 || { echo "bench-duckdb: npm is needed" >&2; exit 1; }
mkdir -p "$folder"
cd "$folder"
archive=$(npm pack --silent "$package")
tar -xzf "$archive" --strip-components=1 package/libduckdb.so
rm -f "$archive"
echo "$folder/libduckdb.so is there" >&2

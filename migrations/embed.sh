#!/bin/sh
# Turns migrations/NNNN_name.sql files into one C source: sh embed.sh FILE... > migrations.c
set -eu
echo '#include "db/migrate.h"'
echo '#pragma GCC diagnostic ignored "-Woverlength-strings"'
echo 'const struct migration migrations[] = {'
for file in "$@"; do
    name=$(basename "$file" .sql)
    version=$(echo "$name" | sed 's/^0*\([0-9]*\).*/\1/')
    # What is copied into another table can be lost; what is only added cannot.
    removes=false rewrites=false
    grep -qE '^(UPDATE|DELETE|DROP TABLE)' "$file" && removes=true
    $removes && grep -qE '^(INSERT INTO|UPDATE|DELETE|DROP TABLE) (sale|import_|location|handset|shop|persona|audit)' "$file" &&
        rewrites=true
    printf '    {%s, "%s",\n' "$version" "$name"
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/     "/' -e 's/$/\\n"/' "$file"
    printf '    , %s, %s},\n' "$removes" "$rewrites"
done
echo '};'
echo 'const int migration_count = (int)(sizeof migrations / sizeof *migrations);'

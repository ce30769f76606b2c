#!/bin/sh
# Turns migrations/NNNN_name.sql files into one C source: sh embed.sh FILE... > migrations.c
set -eu
echo '#include "db/migrate.h"'
echo '#pragma GCC diagnostic ignored "-Woverlength-strings"'
echo 'const struct migration migrations[] = {'

# The words of FILE in one line, lower case, between single spaces: no literals, comments, marks.
words() {
    printf ' '
    sed -e "s/'[^']*'//g" -e 's/--.*//' "$1" | tr A-Z a-z | tr -cs 'a-z0-9_' ' ' |
        sed -E -e 's/ on (delete|update) (cascade|restrict|no|set)//g' -e 's/ if exists / /g' -e 's/ main / /g'
}

facts='(sale|import_|location|handset|shop|persona|audit|till_)'
or=' (or [a-z]+ )?'
for file in "$@"; do
    name=$(basename "$file" .sql)
    version=$(echo "$name" | sed 's/^0*\([0-9]*\).*/\1/')
    # What is copied into another table can be lost; what is only added cannot.
    removes=false rewrites=false
    words "$file" | grep -qE ' (update|delete from|drop table|alter table [a-z0-9_]+ drop|replace into|or replace) ' &&
        removes=true
    $removes && words "$file" | grep -qE " ((insert${or}into|replace into|update( or [a-z]+)?|delete from|drop table) $facts|alter table ${facts}[a-z0-9_]* drop )" &&
        rewrites=true
    printf '    {%s, "%s",\n' "$version" "$name"
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/     "/' -e 's/$/\\n"/' "$file"
    printf '    , %s, %s},\n' "$removes" "$rewrites"
done
echo '};'
echo 'const int migration_count = (int)(sizeof migrations / sizeof *migrations);'

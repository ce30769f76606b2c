#!/bin/sh
# Includes point down (cli > tui, serve > report > engine > db > base) and each library stays in its room.
set -u
failures=0
complain() {
    [ -z "$2" ] && return
    echo "layering: $1:" >&2
    echo "$2" >&2
    failures=$((failures + 1))
}
includes() { # FOLDERS PATTERN: include lines in FOLDERS that match
    grep -rnE --include='*.[ch]' "#include *[<\"]($2)" $1 2>/dev/null
}
complain "base/ may include only base/" "$(includes base '(db|engine|report|serve|tui|cli)/')"
complain "db/ may include only db/ and base/" "$(includes db '(engine|report|serve|tui|cli)/')"
complain "engine/ may not look up" "$(includes engine '(report|serve|tui|cli)/')"
complain "report/ may not look up" "$(includes report '(serve|tui|cli)/')"
complain "tui/ may not look up, nor aside" "$(includes tui '(serve|cli)/')"
complain "serve/ may not look up, nor aside" "$(includes serve '(tui|cli)/')"
complain "tui/ sees of db/ no more than an opaque handle" "$(includes tui 'db/' | grep -vE 'db/(sale|db)\.h')"
complain "screens never include each other" "$(includes tui/screens 'tui/screens/' | grep -v 'tui/screens/\(screens\|screen\)\.h' |
    awk -F: '{ screen = $1; sub(/.*\//, "", screen); sub(/[_.].*/, "", screen) # whatif_form.c is of whatif
        if ($3 !~ "tui/screens/" screen "[_.]") print }')"
complain "sqlite3.h belongs in db/" "$(includes 'base engine report serve tui cli' 'sqlite3')"
complain "curses.h belongs in tui/" "$(includes 'base db engine report serve cli' '(n?curses|panel|form)')"
complain "XGBoost, GSL and libcsv belong in engine/" "$(includes 'base db report serve tui cli' '(xgboost/|gsl/|csv\.h>)')"
complain "microhttpd.h belongs in serve/" "$(includes 'base db engine report tui cli' 'microhttpd')"
[ "$failures" -eq 0 ] && echo "layering: includes point down, libraries are in their rooms"
[ "$failures" -eq 0 ]

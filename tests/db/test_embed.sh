# migrations/embed.sh: which upgrades could break references, and which begin with a backup.
. tests/cli/common.sh

flags() { # SQL: what is told of a step of it
    printf '%s\n' "$1" >"$work/0042_step.sql"
    sh migrations/embed.sh "$work/0042_step.sql" | sed -n 's/^    , \(.*\)},$/\1/p'
}

all() { # FLAGS: each line of standard input is a step of these
    while read -r sql; do
        found=$(flags "  $sql")
        [ "$found" = "$1" ] || { echo "$found instead of $1: $sql"; return 1; }
    done
}

facts() {
    all 'true, true' <<'END'
DELETE FROM sale;
DELETE FROM "sale" WHERE id = 1;
delete from main.till_key;
CREATE TABLE x (a); UPDATE sale SET day = 1;
UPDATE OR IGNORE handset SET name = '';
WITH a AS (SELECT 1) UPDATE location SET name = '-- no comment'; -- the shop's
REPLACE INTO shop VALUES (1, 'x');
INSERT OR REPLACE INTO audit VALUES (1);
INSERT INTO import_run VALUES (1) ON CONFLICT DO UPDATE SET id = 2;
DROP TABLE IF EXISTS main.persona_name;
ALTER TABLE sale DROP COLUMN heard;
ALTER TABLE sale DROP heard;
SELECT '--'; DELETE FROM sale;
END
}
check "a step that changes facts is one with a backup, wherever in a line it stands" facts

derived() {
    all 'true, false' <<'END'
DELETE FROM model;
INSERT OR REPLACE INTO model SELECT * FROM sale;
DROP TABLE pack; -- DELETE FROM sale
END
}
check "a step that changes what can be made again has its references checked only" derived

added() {
    all 'false, false' <<'END'
CREATE TABLE x (sale_id INTEGER REFERENCES sale (id) ON DELETE CASCADE ON UPDATE SET NULL);
INSERT INTO shop (id, name) VALUES (1, 'DELETE FROM sale');
ALTER TABLE sale ADD COLUMN x TEXT DEFAULT ''; -- nothing to UPDATE
INSERT OR IGNORE INTO shop SELECT 1, replace(name, 'a', 'b') FROM shop;
END
}
check "a step that only adds is neither" added

released() {
    sh migrations/embed.sh migrations/*.sql | sed -n 's/^    , \(.*\)},$/\1/p' >"$work/flags"
    [ "$(sed -n '2p;4p' "$work/flags" | tr '\n' ' ')" = "true, false true, true " ] &&
        [ "$(grep -c '^false, false$' "$work/flags")" -eq $(($(wc -l <"$work/flags") - 2)) ]
}
check "of the released steps the second changes models and the fourth rewrites sales" released

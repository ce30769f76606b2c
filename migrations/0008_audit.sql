-- Facts: what was done to this database, one row a write, made in that write's own transaction. Of
-- customers it holds nothing.

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,                          -- UTC
  action TEXT NOT NULL,                      -- import, undo, train, …: see db/audit.h
  subject TEXT NOT NULL,                     -- which file, import or model
  outcome TEXT NOT NULL,                     -- what came of it, in words
  who TEXT NOT NULL,                         -- user name
  origin TEXT NOT NULL,                      -- the host, or where an ssh session came from
  pid INTEGER NOT NULL,
  program TEXT NOT NULL                      -- version
) STRICT;

-- Facts: imports that were taken back. Their sales and the rows that they had set aside are gone; what
-- the file was, and who took it in, stays in import_run.

CREATE TABLE import_undone (
  run_id INTEGER PRIMARY KEY REFERENCES import_run (id),
  undone_at TEXT NOT NULL,
  who TEXT NOT NULL,
  sales INTEGER NOT NULL,                    -- that went
  last_run_id INTEGER NOT NULL               -- the newest import then: a file that came no later may
                                             -- have left sales out that have gone since
) STRICT;

-- Facts: what the till called each sale when it sent it, so that a sale which is sent again, because
-- its answer was lost, is not stored again.

CREATE TABLE till_key (
  key TEXT PRIMARY KEY,                      -- the till's own, or the sale's reference
  sale_id INTEGER NOT NULL,                  -- taken out together with it
  run_id INTEGER NOT NULL REFERENCES import_run (id) -- the run that the sale is of
) STRICT, WITHOUT ROWID;
CREATE INDEX till_key_by_run ON till_key (run_id);

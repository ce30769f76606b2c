-- A leaderboard instead of one model an algorithm; what sales score; what people call segments.

-- Facts: names that people gave to personas. Kept by the rule's name, so that they survive training.
CREATE TABLE persona_name (
  persona TEXT PRIMARY KEY,                  -- as engine/learn/persona.h derives it
  name TEXT NOT NULL COLLATE NOCASE UNIQUE
) STRICT;

-- Derived: training and scoring make all of this again from the facts.

CREATE TABLE model_2 (
  id INTEGER PRIMARY KEY,
  target TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  weights TEXT NOT NULL DEFAULT 'balanced',  -- of the classes: balanced, none
  sampling TEXT NOT NULL DEFAULT 'none',     -- inside the training folds: none, over, under
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  trained_at TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  last_sale_id INTEGER NOT NULL,
  parameters TEXT NOT NULL,
  features TEXT NOT NULL,
  metrics TEXT NOT NULL,
  golden TEXT NOT NULL,
  verdict TEXT NOT NULL,
  sha256 TEXT NOT NULL,                      -- of the texts from parameters on, each with its NUL
  UNIQUE (target, algorithm, weights, sampling)
) STRICT;
INSERT INTO model_2 (id, target, algorithm, active, trained_at, row_count, last_sale_id, parameters,
                     features, metrics, golden, verdict, sha256)
  SELECT id, target, algorithm, active, trained_at, row_count, last_sale_id, parameters,
         features, metrics, golden, verdict, sha256 FROM model;
DROP TABLE model;
ALTER TABLE model_2 RENAME TO model;
CREATE UNIQUE INDEX model_active ON model (target) WHERE active = 1;

-- What a model said of each sale that it had not seen.
CREATE TABLE out_of_fold (
  model_id INTEGER PRIMARY KEY REFERENCES model (id) ON DELETE CASCADE,
  row_count INTEGER NOT NULL,
  repeats INTEGER NOT NULL,
  sale_ids BLOB NOT NULL,                    -- row_count little-endian 64-bit integers, ascending
  answers BLOB NOT NULL,                     -- row_count bytes, 0 or 1
  folds BLOB NOT NULL,                       -- repeats × row_count bytes: the fold of each sale
  log_odds BLOB NOT NULL,                    -- repeats × row_count little-endian floats
  sha256 TEXT NOT NULL                       -- of the four, in this order
) STRICT;

-- A search for parameters: every trial as soon as it is known, so that a search can be resumed.
CREATE TABLE tuning (
  id INTEGER PRIMARY KEY,
  target TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  weights TEXT NOT NULL,
  sampling TEXT NOT NULL,
  identity TEXT NOT NULL UNIQUE,             -- SHA-256 of all that the trials depend on
  plan TEXT NOT NULL,                        -- JSON: method, space, folds, repeats, seed, trials, rows
  started_at TEXT NOT NULL,
  finished_at TEXT                           -- NULL: cancelled or killed; can be resumed
) STRICT;

CREATE TABLE tuning_trial (
  tuning_id INTEGER NOT NULL REFERENCES tuning (id) ON DELETE CASCADE,
  repeat INTEGER NOT NULL,
  fold INTEGER NOT NULL,                     -- the outer fold; -1: for the model on all sales
  number INTEGER NOT NULL,                   -- 0 is the default recipe
  parameters TEXT NOT NULL,
  log_loss REAL NOT NULL,                    -- on the validation rows inside the training folds
  auc REAL NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (tuning_id, repeat, fold, number)
) STRICT, WITHOUT ROWID;

-- JSON of a segmentation beyond its centroids: principal components, stability.
ALTER TABLE segmentation ADD COLUMN shape TEXT NOT NULL DEFAULT '{}';

-- What each sale scored: NULL where there was no such model. Not called `score`, which in SQL is
-- the table-valued function that scores anew.
CREATE TABLE sale_score (
  sale_id INTEGER PRIMARY KEY REFERENCES sale (id),
  returning_probability REAL,
  facebook_probability REAL,
  segment INTEGER                            -- position in the segmentation
) STRICT;

-- What the scores were made by; another model makes them stale.
CREATE TABLE score_source (
  target TEXT PRIMARY KEY,                   -- returning, facebook, segments
  source_sha256 TEXT NOT NULL,               -- of the model or segmentation
  scored_at TEXT NOT NULL,
  last_sale_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

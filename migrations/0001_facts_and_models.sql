-- Facts: what the shop's files said. Nothing here can be made again from anything else.

CREATE TABLE import_run (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL,
  who TEXT NOT NULL,
  size_bytes INTEGER NOT NULL DEFAULT 0,
  sha256 TEXT NOT NULL DEFAULT '',
  date_format TEXT,
  started_at TEXT NOT NULL,
  finished_at TEXT,                          -- set in the same transaction as the sales
  row_count INTEGER NOT NULL DEFAULT 0,
  imported INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  synthetic INTEGER NOT NULL DEFAULT 0 CHECK (synthetic IN (0, 1))
) STRICT;
CREATE INDEX import_run_by_digest ON import_run (sha256);

CREATE TABLE import_reject (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES import_run (id),
  line INTEGER NOT NULL,
  field TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw BLOB NOT NULL                          -- the line's own bytes, whatever they are
) STRICT;
CREATE INDEX import_reject_by_run ON import_reject (run_id, line);

CREATE TABLE location (
  id INTEGER PRIMARY KEY,                    -- dense from 1
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  local INTEGER NOT NULL CHECK (local IN (0, 1))
) STRICT;

CREATE TABLE handset (
  id INTEGER PRIMARY KEY,                    -- dense from 1
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  brand TEXT NOT NULL
) STRICT;

CREATE TABLE sale (
  id INTEGER PRIMARY KEY,                    -- ascending in the order of import
  identity INTEGER NOT NULL,                 -- day × 2^32 + a hash of the other fields, see db/sales.c
  run_id INTEGER NOT NULL REFERENCES import_run (id),
  reference TEXT,                            -- the shop's own number for it
  day INTEGER NOT NULL CHECK (day >= 0),     -- days since 1970-01-01
  location_id INTEGER REFERENCES location (id),
  age_years INTEGER CHECK (age_years BETWEEN 1 AND 130),
  gender INTEGER CHECK (gender BETWEEN 0 AND 2), -- female, male, other
  handset_id INTEGER NOT NULL REFERENCES handset (id),
  price_minor INTEGER NOT NULL CHECK (price_minor > 0),
  facebook INTEGER CHECK (facebook BETWEEN 0 AND 1),
  follows INTEGER CHECK (follows BETWEEN 0 AND 1),
  bought_before INTEGER CHECK (bought_before BETWEEN 0 AND 1), -- the outcome called "returning"
  heard INTEGER CHECK (heard BETWEEN 0 AND 1)
) STRICT;
-- Finds whether a sale is already present, however many share its day and price; nearly ascending,
-- because files are.
CREATE INDEX sale_by_identity ON sale (identity);

-- Derived: training makes all of this again from the facts.

CREATE TABLE segmentation (
  id INTEGER PRIMARY KEY,
  trained_at TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  last_sale_id INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  k INTEGER NOT NULL,
  width INTEGER NOT NULL,
  inertia REAL NOT NULL,
  silhouette REAL NOT NULL,
  features TEXT NOT NULL,
  scan TEXT NOT NULL,
  sha256 TEXT NOT NULL                       -- of the texts above, each with its NUL
) STRICT;

CREATE TABLE segment (
  segmentation_id INTEGER NOT NULL REFERENCES segmentation (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  sales INTEGER NOT NULL,
  centroid BLOB NOT NULL,                    -- width little-endian doubles
  sha256 TEXT NOT NULL,
  PRIMARY KEY (segmentation_id, position)
) STRICT;

CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  target TEXT NOT NULL,
  algorithm TEXT NOT NULL,
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
  UNIQUE (target, algorithm)
) STRICT;
CREATE UNIQUE INDEX model_active ON model (target) WHERE active = 1;

CREATE TABLE booster (
  model_id INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,                 -- 0 is trained on all sales, 1… leave one fold out
  length INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (model_id, position)
) STRICT;

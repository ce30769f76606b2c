-- Facts: whose sales they are. A run belongs to a shop, and so do its sales: nothing is kept a sale.

CREATE TABLE shop (
  id INTEGER PRIMARY KEY,                    -- dense from 1, which is the shop of this database
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  sums_only INTEGER NOT NULL DEFAULT 0 CHECK (sums_only IN (0, 1)), -- no sales, only cube_month
  bands INTEGER,                             -- of such a shop: those of its cells, …
  first_day INTEGER,                         -- … and the days of its sales
  last_day INTEGER,
  merged_at TEXT                             -- when it last came from another database
) STRICT;
INSERT INTO shop (id, name) VALUES (1, 'this shop');

ALTER TABLE import_run ADD COLUMN shop_id INTEGER NOT NULL DEFAULT 1 REFERENCES shop (id);

-- Derived: the sales once more, as columns by month, and added up; a rebuild makes all of this again
-- from the facts, but for the cells of a shop with sums only, which are facts here. Sales above
-- packed.last_sale_id stand in neither yet.

CREATE TABLE packed (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  last_sale_id INTEGER NOT NULL,
  generation INTEGER NOT NULL,               -- one more with every write
  bands INTEGER NOT NULL                     -- which age and price bands the cube's cells speak of
) STRICT;

CREATE TABLE pack (
  id INTEGER PRIMARY KEY,
  month INTEGER NOT NULL,                    -- year × 12 + month − 1
  shop_id INTEGER NOT NULL,
  sales INTEGER NOT NULL,
  first_sale_id INTEGER NOT NULL,
  last_sale_id INTEGER NOT NULL,
  generation INTEGER NOT NULL                -- of the write that made it what it is
) STRICT;
CREATE INDEX pack_by_month ON pack (month, shop_id, id);

CREATE TABLE pack_column (
  id INTEGER PRIMARY KEY,                    -- pack × 16 + column, see db/packs.h
  checksum INTEGER NOT NULL,                 -- CRC-32 of the bytes
  bytes BLOB NOT NULL                        -- little-endian, 1, 2, 4 or 8 bytes a sale
) STRICT;

CREATE TABLE cube_month (
  month INTEGER NOT NULL,
  shop_id INTEGER NOT NULL,
  cells INTEGER NOT NULL,                    -- -1: too many to be of use, ask the packs
  generation INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  bytes BLOB NOT NULL,                       -- see engine/slice/cube_cells.h
  PRIMARY KEY (month, shop_id)
) STRICT;

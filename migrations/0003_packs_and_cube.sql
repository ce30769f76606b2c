-- Derived: the sales once more, as columns by month, and added up; a rebuild makes all of this again
-- from the facts. Sales above packed.last_sale_id stand in neither yet.

CREATE TABLE packed (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  last_sale_id INTEGER NOT NULL,
  generation INTEGER NOT NULL,               -- one more with every write
  bands INTEGER NOT NULL                     -- which age and price bands the cube's cells speak of
) STRICT;

CREATE TABLE pack (
  id INTEGER PRIMARY KEY,
  month INTEGER NOT NULL,                    -- year × 12 + month − 1
  sales INTEGER NOT NULL,
  first_sale_id INTEGER NOT NULL,
  last_sale_id INTEGER NOT NULL,
  generation INTEGER NOT NULL                -- of the write that made it what it is
) STRICT;
CREATE INDEX pack_by_month ON pack (month, id);

CREATE TABLE pack_column (
  id INTEGER PRIMARY KEY,                    -- pack × 16 + column, see db/packs.h
  checksum INTEGER NOT NULL,                 -- CRC-32 of the bytes
  bytes BLOB NOT NULL                        -- little-endian, 1, 2, 4 or 8 bytes a sale
) STRICT;

CREATE TABLE cube_month (
  month INTEGER PRIMARY KEY,
  cells INTEGER NOT NULL,                    -- -1: too many to be of use, ask the packs
  generation INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  bytes BLOB NOT NULL                        -- see engine/slice/cube_cells.h
) STRICT;

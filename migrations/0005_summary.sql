-- Derived: what each month of the cube adds up to by one column at a time, so that the first picture
-- of a shop of any size needs none of the cells. Made with them, by them alone; a month whose
-- generation is not that of its cells here is made anew by the next write.

CREATE TABLE cube_summary (
  month INTEGER NOT NULL,
  shop_id INTEGER NOT NULL,
  generation INTEGER NOT NULL,               -- of the cells that were added up
  checksum INTEGER NOT NULL,
  bytes BLOB NOT NULL,                       -- see engine/slice/summary.h
  PRIMARY KEY (month, shop_id)
) STRICT;

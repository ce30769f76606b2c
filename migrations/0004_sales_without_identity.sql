-- Duplicates are found month by month from the packs, so a sale needs neither its identity nor an
-- index of it: half of what an import wrote. The table is copied, all or nothing; that needs as much
-- room on the disk again as the sales take.

DROP INDEX sale_by_identity;
CREATE TABLE sale_2 (
  id INTEGER PRIMARY KEY,                    -- ascending in the order of import
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
INSERT INTO sale_2 SELECT id, run_id, reference, day, location_id, age_years, gender, handset_id,
                          price_minor, facebook, follows, bought_before, heard FROM sale;
DROP TABLE sale;
ALTER TABLE sale_2 RENAME TO sale;

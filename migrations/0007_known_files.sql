-- How a file was read: which column was which field, and whether its dates' format was given. The
-- same bytes read the same way again bring nothing new, and need not be read.
ALTER TABLE import_run ADD COLUMN reading TEXT; -- NULL: of an older program, or no file

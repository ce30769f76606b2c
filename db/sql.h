/* Every SQL statement of the program, with named binds. The one list: a test prepares each of them
 * on a fresh schema, and no SQL is made anywhere else (migrations apart, and what a person gives to
 * `retail-pulse sql`, see db/query.h). */
#ifndef DB_SQL_H
#define DB_SQL_H

/* X(symbol, text) */
#define SQL_LIST(X)                                                                                \
    /* connection */                                                                               \
    X(FOREIGN_KEYS_ON, "PRAGMA foreign_keys=ON")                                                   \
    X(FOREIGN_KEYS_OFF, "PRAGMA foreign_keys=OFF")                                                 \
    X(CHECKS_ON, "PRAGMA ignore_check_constraints=OFF")                                            \
    X(CHECKS_OFF, "PRAGMA ignore_check_constraints=ON")                                            \
    X(UNTRUSTED_SCHEMA, "PRAGMA trusted_schema=OFF")                                               \
    X(NO_MMAP, "PRAGMA mmap_size=0")                                                               \
    X(CELL_SIZE_CHECK, "PRAGMA cell_size_check=ON")                                                \
    X(QUERY_ONLY, "PRAGMA query_only=ON")                                                          \
    X(NO_WAL, "PRAGMA journal_mode=DELETE")                                                        \
    X(WAL, "PRAGMA journal_mode=WAL")                                                              \
    X(SYNCHRONOUS_FULL, "PRAGMA synchronous=FULL")                                                 \
    X(NO_AUTOCHECKPOINT, "PRAGMA wal_autocheckpoint=0")                                            \
    X(WRITER_CACHE, "PRAGMA cache_size=-16384")                                                    \
    X(DATA_VERSION, "PRAGMA data_version")                                                         \
    X(PAGE_SIZE, "PRAGMA page_size")                                                               \
    X(PAGE_COUNT, "PRAGMA page_count")                                                             \
    X(FREELIST_COUNT, "PRAGMA freelist_count")                                                     \
    X(APPLICATION_ID, "PRAGMA application_id")                                                     \
    X(USER_VERSION, "PRAGMA user_version")                                                         \
    X(SCHEMA_COUNT, "SELECT count(*) FROM sqlite_schema")                                          \
    X(FOREIGN_KEY_CHECK, "PRAGMA foreign_key_check")                                               \
    X(FOREIGN_KEY_COUNTS, "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check"       \
                          " GROUP BY 1, 2 ORDER BY 1, 2")                                          \
    X(INTEGRITY_CHECK, "PRAGMA integrity_check(20)")                                               \
    X(JOURNAL_IN_MEMORY, "PRAGMA journal_mode=MEMORY")                                             \
    X(SYNCHRONOUS_OFF, "PRAGMA synchronous=OFF")                                                   \
    X(SCHEMA, "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema"                   \
              " WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1")                                    \
    /* Of tables that there are from the first version on: a copy may be of any */                 \
    X(COPY_COUNTS, "SELECT (SELECT count(*) FROM sale), (SELECT count(*) FROM import_run),"        \
                   " (SELECT coalesce(max(id), 0) FROM sale),"                                     \
                   " (SELECT coalesce(sum(imported), 0) FROM import_run),"                         \
                   " (SELECT count(*) FROM import_reject), (SELECT count(*) FROM location),"       \
                   " (SELECT count(*) FROM handset), (SELECT count(*) FROM model),"                \
                   " (SELECT count(*) FROM booster)")                                              \
    X(VACUUM, "VACUUM")                                                                            \
    X(BEGIN_IMMEDIATE, "BEGIN IMMEDIATE")                                                          \
    X(BEGIN_EXCLUSIVE, "BEGIN EXCLUSIVE")                                                          \
    X(COMMIT, "COMMIT")                                                                            \
    X(ROLLBACK, "ROLLBACK")                                                                        \
    X(SNAPSHOT, "SAVEPOINT snapshot")                                                              \
    X(SNAPSHOT_END, "RELEASE snapshot")                                                            \
    /* The ends of every table and of the largest index: costs a few pages, whatever their size */ \
    X(PROBE, "SELECT (SELECT max(id) FROM import_run), (SELECT max(sha256) FROM import_run),"      \
             " (SELECT max(id) FROM import_reject), (SELECT max(run_id) FROM import_reject),"      \
             " (SELECT max(id) FROM location), (SELECT max(name) FROM location),"                  \
             " (SELECT max(id) FROM handset), (SELECT max(name) FROM handset),"                    \
             " (SELECT min(id) FROM sale), (SELECT max(id) FROM sale),"                            \
             " (SELECT min(id) FROM pack), (SELECT max(id) FROM pack_column),"                     \
             " (SELECT max(id) FROM segmentation), (SELECT max(segmentation_id) FROM segment),"    \
             " (SELECT max(id) FROM model), (SELECT max(model_id) FROM booster)")                  \
                                                                                                   \
    /* dictionaries */                                                                             \
    X(LOCATIONS, "SELECT id, name, local FROM location ORDER BY id")                               \
    X(HANDSETS, "SELECT id, name, brand FROM handset ORDER BY id")                                 \
    X(LOCATION_FIND, "SELECT id FROM location WHERE name = :name")                                 \
    X(LOCATION_ADD, "INSERT INTO location (name, local) VALUES (:name, :local)")                   \
    X(HANDSET_FIND, "SELECT id FROM handset WHERE name = :name")                                   \
    X(HANDSET_ADD, "INSERT INTO handset (name, brand) VALUES (:name, :brand)")                     \
    X(LOCATIONS_REMOVE, "DELETE FROM location WHERE id > :last_id")                                \
    X(HANDSETS_REMOVE, "DELETE FROM handset WHERE id > :last_id")                                  \
                                                                                                   \
    /* sales */                                                                                    \
    /* From the array that db/sale_batch.c lends to SQLite */                                      \
    X(SALES_ADD, "INSERT INTO sale SELECT NULL, :run_id, reference, day, location_id, age_years,"  \
                 " gender, handset_id, price_minor, facebook, follows, bought_before, heard"       \
                 " FROM incoming_sale")                                                            \
    X(SALE_REMOVE, "DELETE FROM sale WHERE id = :id")                                              \
    X(SALES_OF_RUN, "SELECT id FROM sale WHERE id > :after_id AND id <= :until_id"                 \
                    " AND run_id = :run_id ORDER BY id")                                           \
    X(SALES_OF_RUN_REMOVE, "DELETE FROM sale WHERE id > :after_id AND id <= :until_id"             \
                           " AND run_id = :run_id")                                                \
    X(SALE_GET,                                                                                    \
      "SELECT id, reference, day, location_id, age_years, gender, handset_id,"                     \
      " price_minor, facebook, follows, bought_before, heard, run_id FROM sale WHERE id = :id")    \
    X(SALES_SCAN, "SELECT id, reference, day, location_id, age_years, gender, handset_id,"         \
                  " price_minor, facebook, follows, bought_before, heard, run_id FROM sale"        \
                  " WHERE id > :after_id ORDER BY id")                                             \
    X(SALE_REFERENCE, "SELECT reference FROM sale WHERE id = :id")                                 \
    X(SALE_ORIGIN, "SELECT r.file, r.finished_at FROM sale s JOIN import_run r"                    \
                   " ON r.id = s.run_id WHERE s.id = :id")                                         \
    X(SALE_HAS_REFERENCE,                                                                          \
      "SELECT id FROM sale WHERE id = :id AND reference = :reference COLLATE NOCASE")              \
    X(SALES_BY_REFERENCE, "SELECT id FROM sale WHERE id > :after_id AND id <= :until_id"           \
                          " AND reference = :reference COLLATE NOCASE ORDER BY id")                \
    X(LOCATION_LAST_ID, "SELECT coalesce(max(id), 0) FROM location")                               \
    X(HANDSET_LAST_ID, "SELECT coalesce(max(id), 0) FROM handset")                                 \
    X(SALES_BY_RUN, "SELECT run_id, count(*) FROM sale WHERE id > :after_id GROUP BY run_id")      \
    X(SALE_LAST_ID, "SELECT coalesce(max(id), 0) FROM sale")                                       \
    /* Counting all rows of a large table takes seconds; the packs know. */                        \
    X(SALES_EXTENT, "SELECT (SELECT coalesce(sum(sales), 0) FROM pack) + (SELECT count(*)"         \
                    " FROM sale WHERE id > coalesce((SELECT last_sale_id FROM packed), 0)),"       \
                    " (SELECT coalesce(sum(imported), 0) FROM import_run WHERE synthetic"          \
                    " AND id NOT IN (SELECT run_id FROM import_undone)),"                          \
                    " (SELECT coalesce(max(id), 0) FROM sale),"                                    \
                    " (SELECT count(*) FROM import_undone)")                                       \
                                                                                                   \
    /* shops */                                                                                    \
    X(SHOPS,                                                                                       \
      "SELECT id, name, sums_only, bands, first_day, last_day, merged_at FROM shop ORDER BY id")   \
    X(SHOP_FIND, "SELECT id FROM shop WHERE name = :name")                                         \
    X(SHOP_ADD, "INSERT INTO shop (name) VALUES (:name)")                                          \
    X(SHOP_RENAME, "UPDATE shop SET name = :name WHERE id = :id")                                  \
    X(SHOP_MERGED,                                                                                 \
      "UPDATE shop SET sums_only = :sums_only, bands = :bands, first_day = :first_day,"            \
      " last_day = :last_day, merged_at = :merged_at WHERE id = :id")                              \
    X(SHOP_OF_RUN, "SELECT shop_id FROM import_run WHERE id = :id")                                \
    X(SHOP_HAS_RUNS, "SELECT 1 FROM import_run WHERE shop_id = :shop_id"                           \
                     " AND id NOT IN (SELECT run_id FROM import_undone) LIMIT 1")                  \
                                                                                                   \
    /* packs and cube */                                                                           \
    X(PACKED, "SELECT last_sale_id, generation, bands FROM packed")                                \
    X(PACKED_PUT, "INSERT OR REPLACE INTO packed (one, last_sale_id, generation, bands)"           \
                  " VALUES (1, :last_sale_id, :generation, :bands)")                               \
    X(PACKED_CLEAR, "DELETE FROM packed")                                                          \
    X(PACKS, "SELECT id, month, sales, first_sale_id, last_sale_id, generation, shop_id FROM pack" \
             " ORDER BY month, shop_id, id")                                                       \
    X(PACKS_OF_MONTH,                                                                              \
      "SELECT id, month, sales, first_sale_id, last_sale_id, generation, shop_id FROM pack"        \
      " WHERE month = :month AND shop_id = :shop_id ORDER BY id")                                  \
    X(PACK_LAST_OF_MONTH,                                                                          \
      "SELECT id, month, sales, first_sale_id, last_sale_id, generation"                           \
      " FROM pack WHERE month = :month AND shop_id = :shop_id ORDER BY id DESC LIMIT 1")           \
    X(PACK_ADD,                                                                                    \
      "INSERT INTO pack (month, shop_id, sales, first_sale_id, last_sale_id, generation)"          \
      " VALUES (:month, :shop_id, :sales, :first_sale_id, :last_sale_id, :generation)")            \
    X(PACK_UPDATE, "UPDATE pack SET sales = :sales, first_sale_id = :first_sale_id,"               \
                   " last_sale_id = :last_sale_id, generation = :generation WHERE id = :id")       \
    X(PACK_REMOVE, "DELETE FROM pack WHERE id = :id")                                              \
    X(PACK_COLUMNS_REMOVE, "DELETE FROM pack_column WHERE id >= :first_id AND id < :end_id")       \
    X(PACKS_CLEAR, "DELETE FROM pack")                                                             \
    X(PACK_COLUMN, "SELECT checksum, bytes FROM pack_column WHERE id = :id")                       \
    X(PACK_COLUMN_PUT, "INSERT OR REPLACE INTO pack_column (id, checksum, bytes)"                  \
                       " VALUES (:id, :checksum, :bytes)")                                         \
    X(PACK_COLUMNS_CLEAR, "DELETE FROM pack_column")                                               \
    X(CUBE_MONTHS,                                                                                 \
      "SELECT month, shop_id, cells, generation FROM cube_month ORDER BY month, shop_id")          \
    X(CUBE_MONTH, "SELECT cells, generation, checksum, bytes FROM cube_month WHERE month = "       \
                  ":month AND shop_id = :shop_id")                                                 \
    X(CUBE_MONTH_PUT,                                                                              \
      "INSERT OR REPLACE INTO cube_month (month, shop_id, cells, generation, checksum,"            \
      " bytes) VALUES (:month, :shop_id, :cells, :generation, :checksum, :bytes)")                 \
    X(CUBE_CLEAR,                                                                                  \
      "DELETE FROM cube_month WHERE shop_id NOT IN (SELECT id FROM shop WHERE sums_only)")         \
    X(CUBE_MONTH_REMOVE, "DELETE FROM cube_month WHERE month = :month AND shop_id = :shop_id")     \
    X(CUBE_CLEAR_SHOP, "DELETE FROM cube_month WHERE shop_id = :shop_id")                          \
    X(SUMMARIES,                                                                                   \
      "SELECT month, shop_id, generation, checksum, bytes FROM cube_summary ORDER BY month,"       \
      " shop_id")                                                                                  \
    X(SUMMARY_PUT,                                                                                 \
      "INSERT OR REPLACE INTO cube_summary (month, shop_id, generation, checksum, bytes)"          \
      " VALUES (:month, :shop_id, :generation, :checksum, :bytes)")                                \
    X(SUMMARIES_MISSING,                                                                           \
      "SELECT month, shop_id, cells, generation FROM cube_month WHERE cells >= 0 AND NOT EXISTS"   \
      " (SELECT 1 FROM cube_summary WHERE cube_summary.month = cube_month.month"                   \
      " AND cube_summary.shop_id = cube_month.shop_id"                                             \
      " AND cube_summary.generation = cube_month.generation) ORDER BY month, shop_id")             \
    X(SUMMARIES_ORPHANED, "DELETE FROM cube_summary WHERE NOT EXISTS (SELECT 1 FROM cube_month"    \
                          " WHERE cube_month.month = cube_summary.month"                           \
                          " AND cube_month.shop_id = cube_summary.shop_id AND cells >= 0)")        \
                                                                                                   \
    /* the till */                                                                                 \
    X(TILL_FIND, "SELECT sale_id FROM till_key WHERE key = :key")                                  \
    X(TILL_KEEP, "INSERT INTO till_key (key, sale_id, run_id) VALUES (:key, :sale_id, :run_id)")   \
    X(TILL_ADD, "INSERT INTO sale (run_id, reference, day, location_id, age_years, gender,"        \
                " handset_id, price_minor, facebook, follows, bought_before, heard) VALUES"        \
                " (:run_id, :reference, :day, :location_id, :age_years, :gender, :handset_id,"     \
                " :price_minor, :facebook, :follows, :bought_before, :heard)")                     \
    X(TILL_RUN_STANDS, "SELECT 1 FROM import_run WHERE id = :run_id AND sha256 = :sha256"          \
                       " AND imported = :imported"                                                 \
                       " AND id NOT IN (SELECT run_id FROM import_undone)")                        \
    X(TILL_FORGET_RUN, "DELETE FROM till_key WHERE run_id = :run_id")                              \
                                                                                                   \
    /* imports */                                                                                  \
    X(IMPORT_START, "INSERT INTO import_run (file, who, started_at, shop_id)"                      \
                    " VALUES (:file, :who, :started_at, :shop_id)")                                \
    X(IMPORT_FINISH,                                                                               \
      "UPDATE import_run SET size_bytes = :size_bytes, sha256 = :sha256,"                          \
      " date_format = :date_format, finished_at = :finished_at, row_count = :row_count,"           \
      " imported = :imported, duplicates = :duplicates, rejected = :rejected,"                     \
      " synthetic = :synthetic, reading = :reading WHERE id = :id")                                \
    X(IMPORT_KNOWN, "SELECT 1 FROM import_run WHERE sha256 = :sha256 AND shop_id = :shop_id"       \
                    " AND finished_at IS NOT NULL"                                                 \
                    " AND id > (SELECT coalesce(max(last_run_id), 0) FROM import_undone u"         \
                    " JOIN import_run r ON r.id = u.run_id WHERE r.shop_id = :shop_id) LIMIT 1")   \
    X(IMPORT_FIND,                                                                                 \
      "SELECT i.id, file, who, date_format, size_bytes, sha256, started_at, finished_at,"          \
      " row_count, imported, duplicates, rejected, synthetic, shop_id FROM import_run i"           \
      " JOIN shop s ON s.id = i.shop_id WHERE size_bytes = :size_bytes AND reading = :reading"     \
      " AND rejected = 0 AND finished_at IS NOT NULL AND sha256 = coalesce(:sha256, sha256)"       \
      " AND CASE WHEN :shop IS NULL THEN s.id = 1 ELSE s.name = :shop END"                         \
      " AND i.id > (SELECT coalesce(max(last_run_id), 0) FROM import_undone u"                     \
      " JOIN import_run r ON r.id = u.run_id WHERE r.shop_id = i.shop_id)"                         \
      " ORDER BY i.id DESC LIMIT 1")                                                               \
    X(IMPORTS, "SELECT id, file, who, date_format, size_bytes, sha256, started_at, finished_at,"   \
               " row_count, imported, duplicates, rejected, synthetic, shop_id FROM import_run"    \
               " WHERE finished_at IS NOT NULL AND id NOT IN (SELECT run_id FROM import_undone)"   \
               " ORDER BY id DESC")                                                                \
    X(IMPORTS_UNENDED, "SELECT count(*) FROM import_run WHERE finished_at IS NULL")                \
    X(IMPORTS_UNDONE_WITH_SALES, "SELECT count(DISTINCT run_id) FROM sale WHERE run_id IN"         \
                                 " (SELECT run_id FROM import_undone)")                            \
    X(REJECT_ADD, "INSERT INTO import_reject (run_id, line, field, reason, raw)"                   \
                  " VALUES (:run_id, :line, :field, :reason, :raw)")                               \
    X(REJECTS_OF_RUN_REMOVE, "DELETE FROM import_reject WHERE run_id = :run_id")                   \
    X(IMPORT_UNDONE_ADD,                                                                           \
      "INSERT INTO import_undone (run_id, undone_at, who, sales, last_run_id) VALUES (:run_id,"    \
      " :undone_at, :who, :sales, (SELECT max(id) FROM import_run))")                              \
    X(IMPORTS_UNDONE,                                                                              \
      "SELECT id, file, r.who, date_format, size_bytes, sha256, started_at, finished_at,"          \
      " row_count, imported, duplicates, rejected, synthetic, shop_id, undone_at, u.who, sales"    \
      " FROM import_undone u JOIN import_run r ON r.id = u.run_id"                                 \
      " ORDER BY undone_at DESC, run_id DESC")                                                     \
    X(REJECTS, "SELECT run_id, line, field, reason, raw FROM import_reject WHERE run_id = :run_id" \
               " ORDER BY run_id, line, id LIMIT :limit OFFSET :offset")                           \
    X(REJECTS_OF_ALL, "SELECT run_id, line, field, reason, raw FROM import_reject"                 \
                      " ORDER BY run_id, line, id LIMIT :limit OFFSET :offset")                    \
                                                                                                   \
    /* audit */                                                                                    \
    X(AUDIT_ADD, "INSERT INTO audit (at, action, subject, outcome, who, origin, pid, program)"     \
                 " VALUES (:at, :action, :subject, :outcome, :who, :origin, :pid, :program)")      \
    X(AUDIT, "SELECT id, at, action, subject, outcome, who, origin, pid, program FROM audit"       \
             " WHERE id < :before ORDER BY id DESC LIMIT :limit")                                  \
    X(AUDIT_NEWER, "SELECT id, at, action, subject, outcome, who, origin, pid, program FROM audit" \
                   " WHERE id > :after ORDER BY id LIMIT :limit")                                  \
    X(AUDIT_COUNT, "SELECT count(*) FROM audit WHERE id > :after")                                 \
                                                                                                   \
    /* salvage: rows as they stood, with the values of their columns in order */                   \
    X(SALVAGE_SALE, "INSERT OR IGNORE INTO sale VALUES (:c0, :c1, :c2, :c3, :c4, :c5, "            \
                    ":c6, :c7, :c8, :c9, :c10, :c11, :c12)")                                       \
    X(SALVAGE_RUN, "INSERT OR IGNORE INTO import_run VALUES (:c0, :c1, :c2, :c3, :c4, "            \
                   ":c5, :c6, :c7, :c8, :c9, :c10, :c11, :c12, :c13, :c14)")                       \
    X(SALVAGE_REJECT, "INSERT OR IGNORE INTO import_reject VALUES (:c0, :c1, :c2, :c3, "           \
                      ":c4, :c5)")                                                                 \
    X(SALVAGE_LOCATION, "INSERT OR IGNORE INTO location VALUES (:c0, :c1, :c2)")                   \
    X(SALVAGE_HANDSET, "INSERT OR IGNORE INTO handset VALUES (:c0, :c1, :c2)")                     \
    X(SALVAGE_SHOP, "INSERT OR REPLACE INTO shop VALUES (:c0, :c1, :c2, :c3, :c4, :c5, "           \
                    ":c6)")                                                                        \
    X(SALVAGE_PERSONA, "INSERT OR IGNORE INTO persona_name VALUES (:c0, :c1)")                     \
    X(SALVAGE_UNDONE, "INSERT OR IGNORE INTO import_undone VALUES (:c0, :c1, :c2, :c3, "           \
                      ":c4)")                                                                      \
    X(SALVAGE_AUDIT, "INSERT OR IGNORE INTO audit VALUES (:c0, :c1, :c2, :c3, :c4, :c5, "          \
                     ":c6, :c7, :c8)")                                                             \
    X(SALVAGE_CUBE, "INSERT OR IGNORE INTO cube_month VALUES (:c0, :c1, :c2, :c3, :c4, "           \
                    ":c5)")                                                                        \
    X(SALVAGE_PACK, "INSERT OR IGNORE INTO pack VALUES (:c0, :c1, :c2, :c3, :c4, :c5, "            \
                    ":c6)")                                                                        \
    X(SALVAGE_COLUMN, "INSERT OR IGNORE INTO pack_column VALUES (:c0, :c1, :c2)")                  \
    X(SALVAGE_PACKED, "INSERT OR REPLACE INTO packed VALUES (:c0, :c1, :c2, :c3)")                 \
    X(SALVAGE_MODEL, "INSERT OR IGNORE INTO model VALUES (:c0, :c1, :c2, :c3, :c4, :c5, "          \
                     ":c6, :c7, :c8, :c9, :c10, :c11, :c12, :c13, :c14)")                          \
    X(SALVAGE_BOOSTER, "INSERT OR IGNORE INTO booster VALUES (:c0, :c1, :c2, :c3, :c4)")           \
    X(SALVAGE_HELD_BACK, "INSERT OR IGNORE INTO out_of_fold VALUES (:c0, :c1, :c2, :c3, :c4,"      \
                         " :c5, :c6, :c7)")                                                        \
    X(SALVAGE_SEGMENTATION, "INSERT OR IGNORE INTO segmentation VALUES (:c0, :c1, :c2, :c3, "      \
                            ":c4, :c5, :c6, :c7, :c8, :c9, :c10, :c11, :c12)")                     \
    X(SALVAGE_SEGMENT, "INSERT OR IGNORE INTO segment VALUES (:c0, :c1, :c2, :c3, :c4, "           \
                       ":c5)")                                                                     \
    X(AUDIT_CLEAR, "DELETE FROM audit")                                                            \
    X(SALE_CORRECT, "UPDATE sale SET day = :day, location_id = :location_id,"                      \
                    " age_years = :age_years, gender = :gender, handset_id = :handset_id,"         \
                    " price_minor = :price_minor, facebook = :facebook, follows = :follows,"       \
                    " bought_before = :bought_before, heard = :heard WHERE id = :id")              \
    X(SALE_PUT,                                                                                    \
      "INSERT INTO sale (id, run_id, reference, day, location_id, age_years, gender,"              \
      " handset_id, price_minor, facebook, follows, bought_before, heard) VALUES (:id, :run_id,"   \
      " NULL, :day, :location_id, :age_years, :gender, :handset_id, :price_minor, :facebook,"      \
      " :follows, :bought_before, :heard)")                                                        \
    X(SALE_REFERENCE_DROP, "UPDATE sale SET reference = NULL WHERE id = :id")                      \
    X(SALES_RUNS, "SELECT id, run_id FROM sale ORDER BY id")                                       \
    X(SALES_RUN_SET, "UPDATE sale SET run_id = :run_id WHERE id >= :first_id AND id <= :last_id"   \
                     " AND run_id = :was")                                                         \
    X(SALES_OF_UNDONE_REMOVE, "DELETE FROM sale WHERE run_id IN"                                   \
                              " (SELECT run_id FROM import_undone)")                               \
    X(RUNS_BY_ID, "SELECT id, shop_id, imported, file FROM import_run WHERE id NOT IN"             \
                  " (SELECT run_id FROM import_undone) ORDER BY id")                               \
    X(RUN_LAST_ID, "SELECT max((SELECT coalesce(max(id), 0) FROM import_run),"                     \
                   " (SELECT coalesce(max(run_id), 0) FROM sale))")                                \
    X(RUNS_EXPECTED, "SELECT coalesce(sum(imported), 0) FROM import_run WHERE id NOT IN"           \
                     " (SELECT run_id FROM import_undone)")                                        \
    X(LOST_RUNS_ADD,                                                                               \
      "INSERT INTO import_run (id, file, who, started_at, finished_at, row_count,"                 \
      " imported, shop_id) SELECT run_id, 'lost: of a damaged database', '', :at, :at, count(*),"  \
      " count(*), 1 FROM sale WHERE run_id > 0 AND run_id NOT IN (SELECT id FROM import_run) "     \
      "GROUP BY run_id")                                                                           \
    X(LOST_RUN_ADD, "INSERT INTO import_run (id, file, who, started_at, finished_at, shop_id)"     \
                    " VALUES (:id, 'lost: of a damaged database', '', :at, :at, :shop_id)")        \
    /* … names that an index still has; the rest follows from them        */                     \
    X(LOCATION_RESTORE, "INSERT OR IGNORE INTO location VALUES (:id, :name, :local)")              \
    X(HANDSET_RESTORE, "INSERT OR IGNORE INTO handset VALUES (:id, :name, :brand)")                \
    X(SHOP_RESTORE, "INSERT OR IGNORE INTO shop (id, name) VALUES (:id, :name)")                   \
    X(LOST_LOCATIONS_ADD,                                                                          \
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"                             \
      " WHERE i < (SELECT max(coalesce(max(location_id), 0), (SELECT coalesce(max(id), 0) FROM"    \
      " location)) FROM sale)) INSERT OR IGNORE INTO location SELECT i, 'Lost place ' || i, 1"     \
      " FROM n WHERE i <= (SELECT max(location_id) FROM sale)"                                     \
      " OR i <= (SELECT max(id) FROM location)")                                                   \
    X(LOST_HANDSETS_ADD,                                                                           \
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"                             \
      " WHERE i < (SELECT max(coalesce(max(handset_id), 0), (SELECT coalesce(max(id), 0) FROM"     \
      " handset)) FROM sale)) INSERT OR IGNORE INTO handset SELECT i, 'Lost handset ' || i, "      \
      "'Lost'"                                                                                     \
      " FROM n WHERE i <= (SELECT max(handset_id) FROM sale)"                                      \
      " OR i <= (SELECT max(id) FROM handset)")                                                    \
    X(LOST_SHOPS_ADD,                                                                              \
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"                             \
      " WHERE i < (SELECT max(max(shop_id), (SELECT max(id) FROM shop)) FROM import_run))"         \
      " INSERT OR IGNORE INTO shop (id, name) SELECT i, 'Lost shop ' || i FROM n")                 \
    X(RUN_CORRECT, "UPDATE import_run SET imported = :imported, reading = NULL WHERE id = :id")    \
    X(RUNS_END, "UPDATE import_run SET finished_at = started_at WHERE finished_at IS NULL")        \
    X(LOST_REJECTS_REMOVE, "DELETE FROM import_reject WHERE run_id NOT IN"                         \
                           " (SELECT id FROM import_run)")                                         \
    X(LOST_UNDONE_REMOVE, "DELETE FROM import_undone WHERE run_id NOT IN"                          \
                          " (SELECT id FROM import_run)")                                          \
    X(LOST_BOOSTERS_REMOVE, "DELETE FROM booster WHERE model_id NOT IN (SELECT id FROM model)")    \
    X(LOST_HELD_BACK_REMOVE, "DELETE FROM out_of_fold WHERE model_id NOT IN"                       \
                             " (SELECT id FROM model)")                                            \
    X(LOST_SEGMENTS_REMOVE, "DELETE FROM segment WHERE segmentation_id NOT IN"                     \
                            " (SELECT id FROM segmentation)")                                      \
    X(MODEL_REMOVE_ID, "DELETE FROM model WHERE id = :id")                                         \
    X(CUBE_MONTHS_SUMS_ONLY,                                                                       \
      "SELECT month, shop_id, cells, generation FROM cube_month"                                   \
      " WHERE shop_id IN (SELECT id FROM shop WHERE sums_only) ORDER BY month, shop_id")           \
                                                                                                   \
    /* models */                                                                                   \
    X(LEARNT, "SELECT (SELECT count(*) FROM model) + (SELECT count(*) FROM segmentation)")         \
    X(MODEL_REMOVE, "DELETE FROM model WHERE target = :target AND algorithm = :algorithm"          \
                    " AND weights = :weights AND sampling = :sampling")                            \
    X(MODEL_DEACTIVATE, "UPDATE model SET active = 0 WHERE active = 1 AND target ="                \
                        " (SELECT target FROM model WHERE id = :id)")                              \
    X(MODEL_ACTIVATE, "UPDATE model SET active = 1 WHERE id = :id RETURNING id")                   \
    X(MODEL_ADD,                                                                                   \
      "INSERT INTO model (target, algorithm, weights, sampling, active, trained_at, row_count,"    \
      " last_sale_id, parameters, features, metrics, golden, verdict, sha256) VALUES (:target,"    \
      " :algorithm, :weights, :sampling,"                                                          \
      " NOT EXISTS (SELECT 1 FROM model WHERE target = :target AND active = 1), :trained_at,"      \
      " :row_count, :last_sale_id, :parameters, :features, :metrics, :golden, :verdict, :sha256)") \
    X(MODELS, "SELECT id, target, algorithm, active, trained_at, row_count, last_sale_id,"         \
              " parameters, features, metrics, golden, verdict, sha256, weights, sampling"         \
              " FROM model ORDER BY target, trained_at DESC, id DESC")                             \
    X(MODEL_ACTIVE, "SELECT id, target, algorithm, active, trained_at, row_count, last_sale_id,"   \
                    " parameters, features, metrics, golden, verdict, sha256, weights, sampling"   \
                    " FROM model WHERE target = :target AND active = 1")                           \
    X(OUT_OF_FOLD_ADD,                                                                             \
      "INSERT INTO out_of_fold (model_id, row_count, repeats, sale_ids, answers, folds, log_odds," \
      " sha256) VALUES (:model_id, :row_count, :repeats, :sale_ids, :answers, :folds, :log_odds,"  \
      " :sha256)")                                                                                 \
    X(OUT_OF_FOLD, "SELECT row_count, repeats, sale_ids, answers, folds, log_odds, sha256"         \
                   " FROM out_of_fold WHERE model_id = :model_id")                                 \
    X(TUNING_PUT,                                                                                  \
      "INSERT INTO tuning (target, algorithm, weights, sampling, identity, plan, started_at)"      \
      " VALUES (:target, :algorithm, :weights, :sampling, :identity, :plan, :started_at)"          \
      " ON CONFLICT (identity) DO UPDATE SET plan = :plan, finished_at = NULL RETURNING id")       \
    X(TUNING_FINISH, "UPDATE tuning SET finished_at = :finished_at WHERE id = :id")                \
    X(TRIAL_ADD,                                                                                   \
      "INSERT OR IGNORE INTO tuning_trial (tuning_id, repeat, fold, number, parameters, log_loss," \
      " auc, seconds) VALUES (:tuning_id, :repeat, :fold, :number, :parameters, :log_loss, :auc,"  \
      " :seconds)")                                                                                \
    X(TUNINGS, "SELECT id, target, algorithm, weights, sampling, identity, plan, started_at,"      \
               " finished_at, (SELECT count(*) FROM tuning_trial WHERE tuning_id = tuning.id)"     \
               " FROM tuning ORDER BY id DESC")                                                    \
    X(TRIALS, "SELECT repeat, fold, number, parameters, log_loss, auc, seconds FROM tuning_trial"  \
              " WHERE tuning_id = :tuning_id ORDER BY repeat, fold, number")                       \
    X(BOOSTER_ADD, "INSERT INTO booster (model_id, position, length, sha256, bytes)"               \
                   " VALUES (:model_id, :position, :length, :sha256, :bytes)")                     \
    X(BOOSTERS, "SELECT position, length, sha256, bytes FROM booster WHERE model_id = :model_id"   \
                " ORDER BY position")                                                              \
    X(SEGMENTATIONS_REMOVE, "DELETE FROM segmentation")                                            \
    X(SEGMENTATION_ADD,                                                                            \
      "INSERT INTO segmentation (trained_at, row_count, last_sale_id, seed, k, width, inertia,"    \
      " silhouette, features, scan, shape, sha256) VALUES (:trained_at, :row_count,"               \
      " :last_sale_id, :seed, :k, :width, :inertia, :silhouette, :features, :scan, :shape,"        \
      " :sha256)")                                                                                 \
    X(SEGMENT_ADD, "INSERT INTO segment (segmentation_id, position, name, sales, centroid,"        \
                   " sha256) VALUES (:segmentation_id, :position, :name, :sales, :centroid,"       \
                   " :sha256)")                                                                    \
    X(SEGMENTATION_NEWEST, "SELECT id, trained_at, row_count, last_sale_id, seed, k, width,"       \
                           " inertia, silhouette, features, scan, shape, sha256 FROM segmentation" \
                           " ORDER BY id DESC LIMIT 1")                                            \
    X(SEGMENTS, "SELECT position, name, sales, centroid, sha256 FROM segment"                      \
                " WHERE segmentation_id = :segmentation_id ORDER BY position")                     \
    X(PERSONA_NAMES, "SELECT persona, name FROM persona_name ORDER BY persona")                    \
    X(PERSONA_NAMESAKE, "SELECT persona FROM persona_name WHERE name = :name"                      \
                        " AND persona <> :persona")                                                \
    X(PERSONA_NAME_PUT, "INSERT INTO persona_name (persona, name) VALUES (:persona, :name)"        \
                        " ON CONFLICT (persona) DO UPDATE SET name = excluded.name")               \
    X(PERSONA_NAME_REMOVE, "DELETE FROM persona_name WHERE persona = :persona")                    \
                                                                                                   \
    /* scores */                                                                                   \
    X(MODEL_SOURCE, "SELECT sha256 FROM model WHERE target = :target AND active = 1")              \
    X(SEGMENTATION_SOURCE, "SELECT sha256 FROM segmentation ORDER BY id DESC LIMIT 1")             \
    X(SCORE_SOURCE, "SELECT source_sha256, scored_at, last_sale_id FROM score_source"              \
                    " WHERE target = :target")                                                     \
    X(SCORE_SOURCE_PUT, "INSERT OR REPLACE INTO score_source (target, source_sha256, scored_at,"   \
                        " last_sale_id) VALUES (:target, :source_sha256, :scored_at,"              \
                        " :last_sale_id)")                                                         \
    X(SCORE_SOURCES_CLEAR, "DELETE FROM score_source")                                             \
    X(SCORES_OF_RUN_REMOVE,                                                                        \
      "DELETE FROM sale_score WHERE sale_id > :after_id AND sale_id <= :until_id"                  \
      " AND sale_id IN (SELECT id FROM sale WHERE id > :after_id AND id <= :until_id"              \
      " AND run_id = :run_id)")                                                                    \
    X(SCORE_SOURCES_CLIP, "UPDATE score_source SET last_sale_id = min(last_sale_id,"               \
                          " (SELECT coalesce(max(id), 0) FROM sale))")                             \
    X(SCORES_CLEAR, "DELETE FROM sale_score")                                                      \
    X(SCORE_ADD, "INSERT INTO sale_score (sale_id, returning_probability, facebook_probability,"   \
                 " segment) VALUES (:sale_id, :returning_probability, :facebook_probability,"      \
                 " :segment)")                                                                     \
    X(SCORES_ALL, "SELECT sale_id, returning_probability, facebook_probability FROM sale_score"    \
                  " ORDER BY sale_id")                                                             \
    X(SCORE_GET, "SELECT returning_probability, facebook_probability, segment FROM sale_score"     \
                 " WHERE sale_id = :sale_id")

enum sql {
#define X(symbol, text) SQL_##symbol,
    SQL_LIST(X)
#undef X
        SQL_COUNT
};

const char *sql_text(enum sql sql);

#endif

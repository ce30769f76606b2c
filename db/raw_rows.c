/* B-tree pages and records (sqlite.org/fileformat2.html, sections 1.5, 1.6, 2.1). Nothing read is
 * trusted: every offset, length and page number is checked against the page and the file. */
#include "db/raw_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db/raw_pages.h"

enum {
    LEAF = 13,
    INTERIOR = 5,
    INDEX_LEAF = 10,
    INDEX_INTERIOR = 2,
    FILE_HEADER = 100,
    TABLES_MAX = 200,
    DEPTH_MAX = 30,
    REPORT_MS = 100,
    PAYLOAD_MAX = 1 << 30
};

/* What is known of a page. */
enum standing { UNKNOWN_PAGE, LED_TO, FREE_PAGE };

struct table {
    char name[RAW_NAME_SIZE];
    uint32_t root;
    bool index;
    bool names; /* the index of a table's unique names */
};

struct reader {
    struct raw_pages *pages;
    size_t usable; /* bytes of a page */
    unsigned char *standing;
    struct table tables[TABLES_MAX];
    int table_count;
    unsigned char *payload; /* of the row at hand */
    size_t payload_capacity;
    bool (*each)(void *, const struct raw_row *);
    void *context;
    bool stopped;
    uint32_t leaves; /* read so far */
    int64_t reported_ms;
    const struct progress_sink *progress;
    struct raw_reading *out;
};

/* ---------------------------------------------------------------------------------- records */

/* Up to nine bytes; 0 where they go beyond `end`. */
static size_t read_varint(const unsigned char *at, const unsigned char *end, int64_t *value) {
    uint64_t number = 0;
    for (size_t i = 0; i < 9 && at + i < end; i++) {
        if (i == 8) {
            *value = (int64_t)(number << 8 | at[i]);
            return 9;
        }
        number = number << 7 | (at[i] & 0x7FU);
        if ((at[i] & 0x80) == 0) {
            *value = (int64_t)number;
            return i + 1;
        }
    }
    return 0;
}

static int64_t read_integer(const unsigned char *at, size_t length) {
    uint64_t number = length > 0 && (at[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < length; i++)
        number = number << 8 | at[i];
    return (int64_t)number;
}

/* The value of that serial type; false where its bytes are not there. */
static bool read_value(int64_t type, const unsigned char **at, const unsigned char *end,
                       struct raw_value *value) {
    static const size_t lengths[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    if (type < 0 || type == 10 || type == 11)
        return false;
    size_t length = type < 10 ? lengths[type] : (size_t)((type - 12) / 2);
    if (length > (size_t)(end - *at))
        return false;
    *value = (struct raw_value){.kind = 'i', .bytes = (const char *)*at, .length = length};
    if (type == 0) {
        value->kind = 'n';
    } else if (type == 7) {
        uint64_t bits = (uint64_t)read_integer(*at, length);
        value->kind = 'r';
        memcpy(&value->real, &bits, sizeof bits);
    } else if (type >= 12) {
        value->kind = type % 2 == 0 ? 'b' : 't';
    } else {
        value->integer = type >= 8 ? type - 8 : read_integer(*at, length);
        value->real = (double)value->integer;
    }
    *at += length;
    return true;
}

static bool read_record(const unsigned char *payload, size_t length, struct raw_row *row) {
    const unsigned char *end = payload + length, *types = payload, *values;
    int64_t header, type;
    size_t taken = read_varint(types, end, &header);
    if (taken == 0 || header < (int64_t)taken || header > (int64_t)length)
        return false;
    values = payload + header;
    const unsigned char *types_end = values;
    types += taken;
    for (row->count = 0; types < types_end; row->count++) {
        taken = read_varint(types, types_end, &type);
        if (taken == 0 || row->count == RAW_VALUES_MAX ||
            !read_value(type, &values, end, &row->values[row->count]))
            return false;
        types += taken;
    }
    return values == end;
}

/* ------------------------------------------------------------------------------------ cells */

static void mark(struct reader *reader, uint32_t page, enum standing standing) {
    if (page > 0 && page <= raw_pages_count(reader->pages))
        reader->standing[page] = (unsigned char)standing;
}

/* What of a payload does not lie in the cell; false where the chain is broken. */
static bool read_overflow(struct reader *reader, uint32_t page, size_t from, size_t length) {
    unsigned char *bytes = xmalloc(raw_pages_size(reader->pages));
    bool sound = true;
    while (sound && from < length) {
        size_t room = reader->usable - 4, taken = length - from < room ? length - from : room;
        sound = raw_page_read(reader->pages, page, bytes);
        if (sound) {
            mark(reader, page, LED_TO);
            memcpy(reader->payload + from, bytes + 4, taken);
            from += taken;
            page = raw_big_endian(bytes);
        }
    }
    free(bytes);
    return sound;
}

static bool read_payload(struct reader *reader, const unsigned char *at, const unsigned char *end,
                         size_t length) {
    size_t usable = reader->usable, most = usable - 35, least = (usable - 12) * 32 / 255 - 23;
    size_t local = length;
    if (length > most) {
        local = least + (length - least) % (usable - 4);
        local = local <= most ? local : least;
    }
    if (local + (local < length ? 4 : 0) > (size_t)(end - at) ||
        length / usable > raw_pages_count(reader->pages))
        return false;
    if (length > reader->payload_capacity) {
        reader->payload = xreallocarray(reader->payload, length, 1);
        reader->payload_capacity = length;
    }
    memcpy(reader->payload, at, local);
    return local == length || read_overflow(reader, raw_big_endian(at + local), local, length);
}

static size_t header_at(uint32_t page) {
    return page == 1 ? FILE_HEADER : 0;
}

/* Offset of a cell, 0 where it cannot be one. */
static size_t cell_at(const struct reader *reader, const unsigned char *bytes, uint32_t page,
                      size_t cell) {
    size_t header = header_at(page), type = bytes[header];
    size_t pointer = header + (type == INTERIOR || type == INDEX_INTERIOR ? 12 : 8) + 2 * cell;
    if (pointer + 2 > reader->usable)
        return 0;
    size_t at = (size_t)bytes[pointer] << 8 | bytes[pointer + 1];
    return at > pointer && at + 4 <= reader->usable ? at : 0;
}

static size_t cell_count(const unsigned char *bytes, uint32_t page) {
    size_t header = header_at(page);
    return (size_t)bytes[header + 3] << 8 | bytes[header + 4];
}

/* Every cell of the leaf that can be read; a broken one is left out. `each` may be that of the
 * schema. How many rows there were. */
static size_t read_leaf(struct reader *reader, uint32_t page, const unsigned char *bytes,
                        struct raw_row *row, bool (*each)(void *, const struct raw_row *),
                        void *context) {
    size_t rows = 0;
    const unsigned char *end = bytes + reader->usable;
    for (size_t cell = 0; !reader->stopped && cell < cell_count(bytes, page); cell++) {
        size_t at = cell_at(reader, bytes, page, cell);
        int64_t length = 0;
        size_t taken = at != 0 ? read_varint(bytes + at, end, &length) : 0;
        size_t id_taken = taken != 0 ? read_varint(bytes + at + taken, end, &row->id) : 0;
        if (id_taken == 0 || length < 1 || length > PAYLOAD_MAX ||
            !read_payload(reader, bytes + at + taken + id_taken, end, (size_t)length) ||
            !read_record(reader->payload, (size_t)length, row))
            continue;
        rows++;
        reader->stopped = !each(context, row);
    }
    return rows;
}

/* Of an index of names, which has them a second time: the name and the rowid. Names are short: one
 * that does not lie in the page whole is left out. */
static void read_names(struct reader *reader, uint32_t page, const unsigned char *bytes,
                       const struct table *table) {
    const unsigned char *end = bytes + reader->usable;
    bool interior = bytes[header_at(page)] == INDEX_INTERIOR;
    for (size_t cell = 0; !reader->stopped && cell < cell_count(bytes, page); cell++) {
        size_t at = cell_at(reader, bytes, page, cell);
        struct raw_row row = {.table = table->name};
        int64_t length = 0;
        at += at != 0 && interior ? 4 : 0;
        size_t taken = at != 0 ? read_varint(bytes + at, end, &length) : 0;
        if (taken == 0 || length < 1 || length > (int64_t)(reader->usable / 8) ||
            length > end - (bytes + at + taken) ||
            !read_record(bytes + at + taken, (size_t)length, &row) || row.count != 2 ||
            row.values[1].kind != 'i')
            continue;
        row.id = row.values[1].integer;
        reader->stopped = !reader->each(reader->context, &row);
    }
}

static void report(struct reader *reader) {
    int64_t now_ms = clock_elapsed_ms();
    reader->leaves++;
    if (now_ms - reader->reported_ms < REPORT_MS)
        return;
    reader->reported_ms = now_ms;
    if (!progress_report(reader->progress, "reading pages", "pages", reader->leaves,
                         raw_pages_count(reader->pages)))
        reader->stopped = true;
}

/* ------------------------------------------------------------------------------------- walks */

/* From an interior page to what is below it; leaves go to `each`, of an index only their pages are
 * marked. */
static void walk(struct reader *reader, uint32_t page, int depth, const struct table *table,
                 bool (*each)(void *, const struct raw_row *), void *context) {
    if (depth > DEPTH_MAX || page == 0 || page > raw_pages_count(reader->pages) ||
        reader->standing[page] == LED_TO || reader->stopped)
        return;
    unsigned char *bytes = xmalloc(raw_pages_size(reader->pages));
    bool there = raw_page_read(reader->pages, page, bytes);
    size_t header = header_at(page), type = there ? bytes[header] : 0;
    bool interior = type == (table->index ? INDEX_INTERIOR : INTERIOR);
    if (interior || type == (table->index ? INDEX_LEAF : LEAF)) {
        mark(reader, page, LED_TO);
        report(reader);
    }
    if (interior) {
        for (size_t cell = 0; cell < cell_count(bytes, page); cell++) {
            size_t at = cell_at(reader, bytes, page, cell);
            if (at != 0)
                walk(reader, raw_big_endian(bytes + at), depth + 1, table, each, context);
        }
        walk(reader, raw_big_endian(bytes + header + 8), depth + 1, table, each, context);
    } else if (type == LEAF && !table->index) {
        struct raw_row row = {.table = table->name};
        read_leaf(reader, page, bytes, &row, each, context);
    }
    if (table->names && (interior || type == INDEX_LEAF))
        read_names(reader, page, bytes, table);
    free(bytes);
}

/* type, name, tbl_name, rootpage, sql */
static bool take_table(void *context, const struct raw_row *row) {
    struct reader *reader = context;
    const struct raw_value *type = &row->values[0], *name = &row->values[1],
                           *root = &row->values[3];
    if (row->count != 5 || type->kind != 't' || name->kind != 't' || root->kind != 'i' ||
        root->integer < 1 || root->integer > (int64_t)raw_pages_count(reader->pages) ||
        name->length >= RAW_NAME_SIZE || reader->table_count == TABLES_MAX)
        return true;
    struct table *table = &reader->tables[reader->table_count++];
    memcpy(table->name, name->bytes, name->length);
    table->name[name->length] = '\0';
    table->root = (uint32_t)root->integer;
    table->index = type->length == 5 && memcmp(type->bytes, "index", 5) == 0;
    table->names = table->index && strncmp(table->name, "sqlite_autoindex_", 17) == 0;
    return true;
}

/* A table without rowids is an index in its pages. */
static bool is_index_page(const struct reader *reader, uint32_t page) {
    unsigned char *bytes = xmalloc(raw_pages_size(reader->pages));
    bool index = raw_page_read(reader->pages, page, bytes) &&
                 (bytes[0] == INDEX_LEAF || bytes[0] == INDEX_INTERIOR);
    free(bytes);
    return index;
}

/* Trunks, each with the next one and its leaves (section 1.5). */
static void read_free_list(struct reader *reader, const unsigned char *first) {
    uint32_t trunk = raw_big_endian(first + 32), due = raw_big_endian(first + 36), met = 0;
    unsigned char *bytes = xmalloc(raw_pages_size(reader->pages));
    while (trunk != 0 && met < due && raw_page_read(reader->pages, trunk, bytes) &&
           reader->standing[trunk] == UNKNOWN_PAGE) {
        uint32_t count = raw_big_endian(bytes + 4);
        mark(reader, trunk, FREE_PAGE);
        met++;
        if (count > reader->usable / 4 - 2)
            break;
        for (uint32_t i = 0; i < count; i++, met++)
            mark(reader, raw_big_endian(bytes + 8 + 4 * i), FREE_PAGE);
        trunk = raw_big_endian(bytes);
    }
    free(bytes);
}

static void read_schema(struct reader *reader) {
    static const char magic[16] = "SQLite format 3";
    static const struct table schema = {.name = "sqlite_schema", .root = 1};
    unsigned char *first = xcalloc(1, raw_pages_size(reader->pages));
    bool there = raw_page_read(reader->pages, 1, first);
    if (there && memcmp(first, magic, sizeof magic) == 0) {
        reader->usable -= first[20] < 64 ? first[20] : 0;
        read_free_list(reader, first);
    }
    walk(reader, 1, 0, &schema, take_table, reader);
    reader->out->schema_is_whole = reader->table_count > 0;
    free(first);
}

static void read_tables(struct reader *reader) {
    for (int i = 0; i < reader->table_count; i++) {
        struct table *table = &reader->tables[i];
        table->index = table->index || is_index_page(reader, table->root);
        walk(reader, table->root, 0, table, reader->each, reader->context);
    }
}

static void read_orphans(struct reader *reader) {
    unsigned char *bytes = xmalloc(raw_pages_size(reader->pages));
    for (uint32_t page = 2; !reader->stopped && page <= raw_pages_count(reader->pages); page++) {
        if (reader->standing[page] != UNKNOWN_PAGE)
            continue;
        if (!raw_page_read(reader->pages, page, bytes)) {
            reader->out->unread++;
            continue;
        }
        struct raw_row row = {0};
        if (bytes[0] == LEAF &&
            read_leaf(reader, page, bytes, &row, reader->each, reader->context) > 0)
            reader->out->orphaned++;
        report(reader);
    }
    free(bytes);
}

enum err raw_rows_read(const char *path, bool (*each)(void *context, const struct raw_row *row),
                       void *context, const struct progress_sink *progress, struct raw_reading *out,
                       struct error *error) {
    struct reader reader = {.each = each, .context = context, .progress = progress, .out = out};
    *out = (struct raw_reading){0};
    enum err err = raw_pages_open(path, &reader.pages, error);
    if (err != ERR_OK)
        return err;
    out->pages = raw_pages_count(reader.pages);
    reader.usable = raw_pages_size(reader.pages);
    reader.standing = xcalloc((size_t)out->pages + 1, 1);
    read_schema(&reader);
    read_tables(&reader);
    read_orphans(&reader);
    free(reader.payload);
    free(reader.standing);
    raw_pages_close(reader.pages);
    return reader.stopped ? error_set(error, ERR_CANCELLED, "cancelled; nothing was saved")
                          : ERR_OK;
}

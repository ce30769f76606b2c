#include "db/packs.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/narrow.h"
#include "db/checksum.h"
#include "db/connection.h"
#include "db/pack_columns.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "packs are copied as they stand");

/* ------------------------------------------------------------------------------- the state */

enum err db_packed_state(struct db *db, struct packed_state *out, struct error *error) {
    *out = (struct packed_state){0};
    struct statement *get = statement_get(db, SQL_PACKED);
    bool row;
    enum err err = statement_step(get, &row, error);
    if (err == ERR_OK && row)
        *out = (struct packed_state){.last_sale_id = statement_integer(get, 0),
                                     .generation = statement_integer(get, 1),
                                     .bands = statement_integer(get, 2)};
    statement_end(get);
    return err;
}

enum err db_packed_put(struct db *db, const struct packed_state *state, struct error *error) {
    struct statement *put = statement_get(db, SQL_PACKED_PUT);
    statement_bind_integer(put, "last_sale_id", state->last_sale_id);
    statement_bind_integer(put, "generation", state->generation);
    statement_bind_integer(put, "bands", state->bands);
    return statement_run(put, error);
}

enum err db_packs_clear(struct db *db, struct error *error) {
    static const enum sql clear[] = {SQL_PACK_COLUMNS_CLEAR, SQL_PACKS_CLEAR, SQL_CUBE_CLEAR,
                                     SQL_PACKED_CLEAR};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof clear / sizeof *clear; i++)
        err = statement_run_plain(db, clear[i], error);
    return err;
}

/* ------------------------------------------------------------------------------- listing */

static enum err list(struct db *db, struct statement *statement, struct pack_list *out,
                     struct error *error) {
    *out = (struct pack_list){0};
    size_t capacity = 0;
    bool row;
    enum err err;
    while ((err = statement_step(statement, &row, error)) == ERR_OK && row) {
        struct pack pack = {.id = statement_integer(statement, 0),
                            .month = (int32_t)statement_integer(statement, 1),
                            .sales = (int32_t)statement_integer(statement, 2),
                            .first_sale_id = statement_integer(statement, 3),
                            .last_sale_id = statement_integer(statement, 4),
                            .generation = statement_integer(statement, 5),
                            .shop = (int32_t)statement_integer(statement, 6)};
        if (pack.sales < 1 || pack.sales > PACK_SALES_MAX) {
            err = db_damaged_derived(db, "columns", error);
            break;
        }
        if (out->count == capacity) {
            capacity = capacity * 2 + 64;
            out->packs = xreallocarray(out->packs, capacity, sizeof *out->packs);
        }
        out->packs[out->count++] = pack;
        out->sales += pack.sales;
    }
    statement_end(statement);
    if (err != ERR_OK)
        pack_list_free(out);
    return err;
}

enum err db_packs_list(struct db *db, struct pack_list *out, struct error *error) {
    return list(db, statement_get(db, SQL_PACKS), out, error);
}

enum err db_packs_of_month(struct db *db, int32_t shop, int month, struct pack_list *out,
                           struct error *error) {
    struct statement *of_month = statement_get(db, SQL_PACKS_OF_MONTH);
    statement_bind_integer(of_month, "month", month);
    statement_bind_integer(of_month, "shop_id", shop);
    return list(db, of_month, out, error);
}

void pack_list_free(struct pack_list *list) {
    free(list->packs);
    *list = (struct pack_list){0};
}

/* ------------------------------------------------------------------------------- columns */

void pack_column_encode(const void *values, size_t size, size_t count, int64_t base,
                        struct buffer *out) {
    size_t width = narrow_width(values, size, count, (uint64_t)base);
    buffer_clear(out);
    void *room = buffer_extend(out, width * count);
    narrow_convert(values, size, room, width, count, (uint64_t)-base);
}

bool pack_column_decode(const void *bytes, size_t length, size_t count, int64_t base, void *values,
                        size_t size) {
    size_t width = count != 0 ? length / count : 0;
    if (width * count != length || width > size || width > 8 || (width & (width - 1)) != 0 ||
        width == 0)
        return false;
    narrow_convert(bytes, width, values, size, count, (uint64_t)base);
    return true;
}

void *pack_rows_column(const struct pack_rows *rows, enum pack_column column, size_t *size) {
    switch (column) {
#define X(symbol, member)             \
    case PACK_COLUMN_##symbol:        \
        *size = sizeof *rows->member; \
        return rows->member;
        PACK_COLUMN_LIST(X)
#undef X
    default:
        *size = 0;
        return NULL;
    }
}

static enum err read_column(struct db *db, const struct pack *pack, enum pack_column column,
                            void *values, size_t size, bool *there, struct error *error) {
    struct statement *get = statement_get(db, SQL_PACK_COLUMN);
    statement_bind_integer(get, "id", pack->id * PACK_COLUMN_STRIDE + (int64_t)column);
    enum err err = statement_step(get, there, error);
    if (err == ERR_OK && *there) {
        size_t length;
        const void *bytes = statement_bytes(get, 1, &length);
        int64_t base = column == PACK_COLUMN_ID ? pack->first_sale_id : 0;
        if (checksum_of(bytes, length) != statement_integer(get, 0) ||
            !pack_column_decode(bytes, length, (size_t)pack->sales, base, values, size))
            err = db_damaged_derived(db, "columns", error);
    }
    statement_end(get);
    return err;
}

/* A pack without the column has no references, or was written before there were hashes. */
static enum err guess_references(struct db *db, const struct pack *pack, uint16_t *references,
                                 struct error *error) {
    uint32_t *identities = xcalloc((size_t)pack->sales, sizeof *identities);
    enum err err = db_pack_read(db, pack, &(struct pack_rows){.identity = identities}, error);
    for (int32_t row = 0; err == ERR_OK && row < pack->sales; row++)
        references[row] = (identities[row] & 1) != 0 ? REFERENCE_UNKNOWN : 0;
    free(identities);
    return err;
}

enum err db_pack_read(struct db *db, const struct pack *pack, const struct pack_rows *into,
                      struct error *error) {
    enum err err = ERR_OK;
    for (int column = 0; err == ERR_OK && column < PACK_COLUMN_COUNT; column++) {
        size_t size;
        void *values = pack_rows_column(into, (enum pack_column)column, &size);
        if (values == NULL)
            continue;
        bool there;
        err = read_column(db, pack, (enum pack_column)column, values, size, &there, error);
        if (err == ERR_OK && !there)
            err = column == PACK_COLUMN_REFERENCE
                      ? guess_references(db, pack, into->reference, error)
                      : db_damaged_derived(db, "columns", error);
    }
    return err;
}

/* ------------------------------------------------------------------------------- one sale */

/* The finalizer of MurmurHash3 (Appleby 2011): every bit of the input moves half of the output's.
 */
static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 33) * 0xFF51AFD7ED558CCDU;
    x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53U;
    return x ^ x >> 33;
}

/* Up to eight bytes as a little-endian number, by copies of fixed sizes. */
static uint64_t word_of(const char *at, size_t length) {
    uint64_t word = 0;
    if (length >= sizeof word) {
        memcpy(&word, at, sizeof word);
        return word;
    }
    uint32_t four;
    uint16_t two;
    unsigned shift = 0;
    if ((length & sizeof four) != 0) {
        memcpy(&four, at, sizeof four);
        word = four;
        shift = 32;
        at += sizeof four;
    }
    if ((length & sizeof two) != 0) {
        memcpy(&two, at, sizeof two);
        word |= (uint64_t)two << shift;
        shift += 16;
        at += sizeof two;
    }
    if ((length & 1) != 0)
        word |= (uint64_t)(unsigned char)*at << shift;
    return word;
}

uint32_t sale_identity(const struct sale *sale) {
    uint64_t hash = mix((uint64_t)sale->price_minor ^ (uint64_t)(uint32_t)sale->day << 47);
    uint64_t rest = (uint64_t)sale->location << 48 | (uint64_t)sale->handset << 32 |
                    (uint64_t)(uint8_t)sale->age_years << 16 |
                    (uint64_t)(uint8_t)sale->gender << 8 | sale_pack_answers(sale);
    hash = mix(hash ^ rest);
    if (sale->reference != NULL) {
        size_t left = strlen(sale->reference);
        hash ^= left;
        for (const char *at = sale->reference; left > 0;) {
            size_t part = left < sizeof(uint64_t) ? left : sizeof(uint64_t);
            hash = mix(hash ^ word_of(at, part)) + 0x9E3779B97F4A7C15U;
            at += part;
            left -= part;
        }
    }
    return ((uint32_t)(hash >> 32) & ~1U) | (sale->reference != NULL);
}

/* Eight letters at once: A to Z become small, all other bytes stay. */
static uint64_t small_letters(uint64_t word) {
    const uint64_t each = 0x0101010101010101U;
    uint64_t low = word & each * 0x7F;
    uint64_t from_a = low + each * (0x80 - 'A'), beyond_z = low + each * (0x7F - 'Z');
    uint64_t capital = (from_a ^ beyond_z) & ~word & each * 0x80;
    return word | capital >> 2;
}

uint16_t sale_reference_hash(const char *reference) {
    if (reference == NULL)
        return 0;
    size_t left = strlen(reference);
    uint64_t hash = left;
    for (const char *at = reference; left > 0;) {
        size_t part = left < sizeof(uint64_t) ? left : sizeof(uint64_t);
        hash = mix(hash ^ small_letters(word_of(at, part)));
        at += part;
        left -= part;
    }
    return (uint16_t)(1 + (hash >> 32) % (REFERENCE_UNKNOWN - 1));
}

uint8_t sale_pack_answers(const struct sale *sale) {
    int code = 0;
    for (int answer = ANSWER_COUNT - 1; answer >= 0; answer--)
        code = code * 3 + 1 + sale->answers[answer];
    return (uint8_t)code;
}

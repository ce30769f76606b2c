#include "engine/slice/cube_cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
#include "base/narrow.h"
#include "engine/slice/dimension.h"

__extension__ typedef unsigned __int128 wide;

void cube_cells_reserve(struct cube_cells *cells, size_t capacity) {
#define X(member, type) \
    cells->member = xreallocarray(cells->member, capacity != 0 ? capacity : 1, sizeof(type));
    CUBE_COLUMN_LIST(X)
#undef X
}

void cube_cells_free(struct cube_cells *cells) {
#define X(member, type) free(cells->member);
    CUBE_COLUMN_LIST(X)
#undef X
    *cells = (struct cube_cells){0};
}

/* -------------------------------------------------------------------------------- as bytes */

static void put_column(const void *values, size_t size, size_t count, struct buffer *out) {
    size_t width = narrow_width(values, size, count, 0);
    unsigned char *at = buffer_extend(out, 1 + width * count);
    *at = (unsigned char)width;
    narrow_convert(values, size, at + 1, width, count, 0);
}

/* Each column: one byte that says how wide it is, then its values. */
void cube_encode(const struct cube_cells *cells, struct buffer *out) {
    buffer_clear(out);
#define X(member, type) put_column(cells->member, sizeof(type), cells->count, out);
    CUBE_COLUMN_LIST(X)
#undef X
}

/* Little-endian: the low bytes come first, the others are 0. */
static void widen(unsigned char *out, size_t size, const unsigned char *in, size_t width,
                  size_t count) {
    memset(out, 0, size * count);
#define WIDEN(bytes)                                               \
    for (size_t i = 0; i < count; i++, in += (bytes), out += size) \
        memcpy(out, in, (bytes));                                  \
    break
    switch (width) {
    case 1:
        WIDEN(1);
    case 2:
        WIDEN(2);
    default:
        WIDEN(4);
    }
#undef WIDEN
}

static bool take_column(const unsigned char **at, const unsigned char *end, size_t count,
                        void *values, size_t size) {
    if (*at == end)
        return false;
    size_t width = *(*at)++;
    if ((width != 1 && width != 2 && width != 4 && width != 8) || width > size ||
        (size_t)(end - *at) < width * count)
        return false;
    const unsigned char *in = *at;
    *at += width * count;
    if (values == NULL)
        return true;
    if (width == size) {
        memcpy(values, in, width * count);
        return true;
    }
    widen(values, size, in, width, count);
    return true;
}

bool cube_decode(const struct buffer *bytes, size_t count, const struct cube_cells *into) {
    const unsigned char *at = (const unsigned char *)bytes->data, *end = at + bytes->length;
    if (count == 0 && bytes->length == 0)
        return true;
#define X(member, type)                                            \
    if (!take_column(&at, end, count, into->member, sizeof(type))) \
        return false;
    CUBE_COLUMN_LIST(X)
#undef X
    return at == end;
}

/* ------------------------------------------------------------------------------ making one */

struct sums {
    uint64_t key;
    int64_t revenue_minor;
    wide squares;
    uint32_t sales;
};

struct cube_builder {
    struct sums *sums;
    size_t count, capacity;
    uint32_t *slots; /* number + 1 by hash of the key, 0: free; a power of two of them */
    size_t slot_count;
};

enum { SLOTS_MIN = 4096 };

struct cube_builder *cube_builder_new(void) {
    struct cube_builder *builder = xcalloc(1, sizeof *builder);
    builder->slot_count = SLOTS_MIN;
    builder->slots = xcalloc(builder->slot_count, sizeof *builder->slots);
    return builder;
}

void cube_builder_free(struct cube_builder *builder) {
    if (builder == NULL)
        return;
    free(builder->sums);
    free(builder->slots);
    free(builder);
}

void cube_builder_clear(struct cube_builder *builder) {
    builder->count = 0;
    memset(builder->slots, 0, builder->slot_count * sizeof *builder->slots);
}

size_t cube_builder_count(const struct cube_builder *builder) {
    return builder->count;
}

/* Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4). */
static size_t slot_of(const struct cube_builder *builder, uint64_t key) {
    uint64_t hash = (key ^ key >> 29) * 0x9E3779B97F4A7C15U;
    return (size_t)(hash >> 20) & (builder->slot_count - 1);
}

static void grow(struct cube_builder *builder) {
    free(builder->slots);
    builder->slot_count *= 2;
    builder->slots = xcalloc(builder->slot_count, sizeof *builder->slots);
    for (size_t i = 0; i < builder->count; i++) {
        size_t slot = slot_of(builder, builder->sums[i].key);
        while (builder->slots[slot] != 0)
            slot = (slot + 1) & (builder->slot_count - 1);
        builder->slots[slot] = (uint32_t)i + 1;
    }
}

static struct sums *find(struct cube_builder *builder, uint64_t key) {
    size_t slot = slot_of(builder, key);
    for (; builder->slots[slot] != 0; slot = (slot + 1) & (builder->slot_count - 1)) {
        struct sums *sums = &builder->sums[builder->slots[slot] - 1];
        if (sums->key == key)
            return sums;
    }
    if (builder->count == builder->capacity) {
        builder->capacity = builder->capacity * 2 + 1024;
        builder->sums = xreallocarray(builder->sums, builder->capacity, sizeof *builder->sums);
    }
    struct sums *sums = &builder->sums[builder->count++];
    *sums = (struct sums){.key = key};
    builder->slots[slot] = (uint32_t)builder->count;
    if (builder->count * 2 > builder->slot_count)
        grow(builder);
    return sums;
}

static int64_t add_saturated(int64_t a, int64_t b) {
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static uint64_t key_of(unsigned location, unsigned handset, unsigned gender, unsigned age_band,
                       unsigned price_band, unsigned answers) {
    return (uint64_t)location << 48 | (uint64_t)handset << 32 | (uint64_t)gender << 24 |
           (uint64_t)age_band << 16 | (uint64_t)price_band << 8 | answers;
}

/* Of every thousand of a price the band, 0 where an edge lies within: looking it up is quicker than
 * comparing with each edge, and this is done once a sale. */
enum { STEP_MINOR = 1000 * MONEY_MINOR, STEPS = 128 };

static void price_steps(uint8_t steps[STEPS]) {
    for (int64_t step = 0; step < STEPS; step++) {
        int first = dimension_price_band_code(step * STEP_MINOR);
        int last = dimension_price_band_code((step + 1) * STEP_MINOR - 1);
        steps[step] = (uint8_t)(first == last ? first : 0);
    }
}

static unsigned price_band(const uint8_t steps[STEPS], int64_t price_minor) {
    uint64_t step = (uint64_t)price_minor / STEP_MINOR;
    unsigned code = step < STEPS ? steps[step] : 0;
    return code != 0 ? code : (unsigned)dimension_price_band_code(price_minor);
}

void cube_builder_add_rows(struct cube_builder *builder, const struct pack_rows *rows, size_t from,
                           size_t until) {
    uint8_t age_bands[256], steps[STEPS];
    price_steps(steps);
    for (int age = 0; age < 256; age++)
        age_bands[age] = (uint8_t)dimension_age_band_code(age);
    for (size_t row = from; row < until; row++) {
        int64_t price = rows->price_minor[row];
        struct sums *sums = find(builder, key_of(rows->location[row], rows->handset[row],
                                                 rows->gender[row], age_bands[rows->age[row]],
                                                 price_band(steps, price), rows->answers[row]));
        sums->sales++;
        sums->revenue_minor = add_saturated(sums->revenue_minor, price);
        sums->squares += (wide)price * (wide)price;
    }
}

void cube_builder_add_cells(struct cube_builder *builder, const struct cube_cells *cells) {
    for (size_t i = 0; i < cells->count; i++) {
        struct sums *sums =
            find(builder, key_of(cells->location[i], cells->handset[i], cells->gender[i],
                                 cells->age_band[i], cells->price_band[i], cells->answers[i]));
        sums->sales += cells->sales[i];
        sums->revenue_minor = add_saturated(sums->revenue_minor, cells->revenue_minor[i]);
        sums->squares += (wide)cells->squares_high[i] << 64 | cells->squares_low[i];
    }
}

struct place {
    uint64_t key;
    uint32_t at; /* of the sums */
};

/* Radix sort by the key, least significant byte first, without the bytes in which all keys agree
 * (Knuth, The Art of Computer Programming 3, section 5.2.5). What is sorted is returned: one of the
 * two. */
static struct place *sort_places(struct place *places, struct place *room, size_t count) {
    uint64_t differ = 0;
    for (size_t i = 1; i < count; i++)
        differ |= places[i].key ^ places[0].key;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if ((differ >> shift & UINT8_MAX) == 0)
            continue;
        size_t starts[UINT8_MAX + 1] = {0}, at = 0;
        for (size_t i = 0; i < count; i++)
            starts[places[i].key >> shift & UINT8_MAX]++;
        for (int byte = 0; byte <= UINT8_MAX; byte++) {
            size_t here = starts[byte];
            starts[byte] = at;
            at += here;
        }
        for (size_t i = 0; i < count; i++)
            room[starts[places[i].key >> shift & UINT8_MAX]++] = places[i];
        struct place *swap = places;
        places = room;
        room = swap;
    }
    return places;
}

void cube_builder_cells(const struct cube_builder *builder, struct cube_cells *out) {
    *out = (struct cube_cells){.count = builder->count};
    cube_cells_reserve(out, builder->count);
    struct place *places = xcalloc(2 * builder->count + 1, sizeof *places);
    for (size_t i = 0; i < builder->count; i++)
        places[i] = (struct place){builder->sums[i].key, (uint32_t)i};
    const struct place *sorted = sort_places(places, places + builder->count, builder->count);
    for (size_t i = 0; i < builder->count; i++) {
        const struct sums *sums = &builder->sums[sorted[i].at];
        out->location[i] = (uint16_t)(sums->key >> 48);
        out->handset[i] = (uint16_t)(sums->key >> 32);
        out->gender[i] = (uint8_t)(sums->key >> 24);
        out->age_band[i] = (uint8_t)(sums->key >> 16);
        out->price_band[i] = (uint8_t)(sums->key >> 8);
        out->answers[i] = (uint8_t)sums->key;
        out->sales[i] = sums->sales;
        out->revenue_minor[i] = sums->revenue_minor;
        out->squares_low[i] = (uint64_t)sums->squares;
        out->squares_high[i] = (uint64_t)(sums->squares >> 64);
    }
    free(places);
}

/* Which column of a file is which field: by the names that shops and table programs give them, or
 * by --map. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/intake/record.h"

enum { KEY_SIZE = 80, HEADERS_SHOWN = 14, HEADER_COLUMNS_SHOWN = 40 };

static const struct {
    const char *name, *header;
    bool required;
} table[] = {
#define X(symbol, name, header, required) [FIELD_##symbol] = {name, header, required},
    FIELD_LIST(X)
#undef X
};

/* Other names that a column goes by, as text_key writes them; a field's own name and header need
 * not be listed. */
static const struct {
    enum field field;
    const char *key;
} synonyms[] = {
    {FIELD_REFERENCE, "cusid"},
    {FIELD_REFERENCE, "customerid"},
    {FIELD_REFERENCE, "custid"},
    {FIELD_REFERENCE, "customer"},
    {FIELD_REFERENCE, "customernumber"},
    {FIELD_REFERENCE, "customerno"},
    {FIELD_REFERENCE, "saleid"},
    {FIELD_REFERENCE, "orderid"},
    {FIELD_REFERENCE, "invoice"},
    {FIELD_REFERENCE, "invoiceno"},
    {FIELD_REFERENCE, "invoicenumber"},
    {FIELD_REFERENCE, "reference"},
    {FIELD_DATE, "purchasedate"},
    {FIELD_DATE, "dateofpurchase"},
    {FIELD_DATE, "saledate"},
    {FIELD_DATE, "salesdate"},
    {FIELD_DATE, "selldate"},
    {FIELD_DATE, "dateofsale"},
    {FIELD_DATE, "orderdate"},
    {FIELD_DATE, "day"},
    {FIELD_LOCATION, "cuslocation"},
    {FIELD_LOCATION, "customerlocation"},
    {FIELD_LOCATION, "place"},
    {FIELD_LOCATION, "area"},
    {FIELD_AGE, "cusage"},
    {FIELD_AGE, "customerage"},
    {FIELD_AGE, "ageyears"},
    {FIELD_GENDER, "cusgender"},
    {FIELD_GENDER, "customergender"},
    {FIELD_GENDER, "sex"},
    {FIELD_HANDSET, "mobilename"},
    {FIELD_HANDSET, "mobile"},
    {FIELD_HANDSET, "mobilemodel"},
    {FIELD_HANDSET, "phone"},
    {FIELD_HANDSET, "phonename"},
    {FIELD_HANDSET, "phonemodel"},
    {FIELD_HANDSET, "handsetname"},
    {FIELD_HANDSET, "model"},
    {FIELD_HANDSET, "modelname"},
    {FIELD_HANDSET, "product"},
    {FIELD_HANDSET, "productname"},
    {FIELD_PRICE, "sellprice"},
    {FIELD_PRICE, "saleprice"},
    {FIELD_PRICE, "salesprice"},
    {FIELD_PRICE, "sellingprice"},
    {FIELD_PRICE, "amount"},
    {FIELD_FACEBOOK, "doesheshecomefromfacebookpage"},
    {FIELD_FACEBOOK, "comefromfacebook"},
    {FIELD_FACEBOOK, "comefromfacebookpage"},
    {FIELD_FACEBOOK, "camefromfacebook"},
    {FIELD_FACEBOOK, "camefromfacebookpage"},
    {FIELD_FACEBOOK, "customercomefromfacebook"},
    {FIELD_FACEBOOK, "customercamefromfacebook"},
    {FIELD_FACEBOOK, "fromfacebook"},
    {FIELD_FACEBOOK, "fromfacebookpage"},
    {FIELD_FACEBOOK, "isfromfacebook"},
    {FIELD_FACEBOOK, "isfromfacebookpage"},
    {FIELD_FACEBOOK, "facebookpage"},
    {FIELD_FOLLOWS, "doesheshefollowedourpage"},
    {FIELD_FOLLOWS, "doesheshefollowourpage"},
    {FIELD_FOLLOWS, "followedourpage"},
    {FIELD_FOLLOWS, "followsourpage"},
    {FIELD_FOLLOWS, "followspage"},
    {FIELD_FOLLOWS, "followedpage"},
    {FIELD_FOLLOWS, "isfacebookpagefollower"},
    {FIELD_FOLLOWS, "facebookpagefollower"},
    {FIELD_FOLLOWS, "ispagefollower"},
    {FIELD_FOLLOWS, "pagefollower"},
    {FIELD_FOLLOWS, "isfollower"},
    {FIELD_FOLLOWS, "follower"},
    {FIELD_RETURNING, "didheshebuyanymobilebefore"},
    {FIELD_RETURNING, "isreturningcustomer"},
    {FIELD_RETURNING, "returningcustomer"},
    {FIELD_RETURNING, "isreturning"},
    {FIELD_RETURNING, "boughtbefore"},
    {FIELD_RETURNING, "boughtanymobilebefore"},
    {FIELD_RETURNING, "previouscustomer"},
    {FIELD_HEARD, "didheshehearofourshopbefore"},
    {FIELD_HEARD, "didheshehearaboutourshopbefore"},
    {FIELD_HEARD, "customeralreadyknowaboutshop"},
    {FIELD_HEARD, "customeralreadyknowsaboutshop"},
    {FIELD_HEARD, "alreadyknowaboutshop"},
    {FIELD_HEARD, "knowsshop"},
    {FIELD_HEARD, "heardofshop"},
    {FIELD_HEARD, "heardofourshop"},
    {FIELD_HEARD, "heardofshopbefore"},
    {FIELD_HEARD, "heardaboutshop"},
};

const char *field_name(enum field field) {
    return table[field].name;
}

const char *field_header(enum field field) {
    return table[field].header;
}

bool field_by_name(const char *name, enum field *out) {
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (text_same(name, table[field].name)) {
            *out = (enum field)field;
            return true;
        }
    }
    return false;
}

static void append_field_names(struct buffer *text) {
    for (int field = 0; field < FIELD_COUNT; field++)
        buffer_printf(text, "%s%s", field == 0 ? "" : ", ", table[field].name);
}

/* ----------------------------------------------------------------------------------------- --map
 */

enum err column_map_add(struct column_map *map, const char *field_equals_header,
                        struct error *error) {
    const char *equals = strchr(field_equals_header, '=');
    if (equals == NULL) {
        error_set(error, ERR_USAGE, "--map '%s' has no '='", field_equals_header);
        error_hint(error, "write --map FIELD=HEADER, as in --map price='Sell Price'");
        return ERR_USAGE;
    }
    char *name = text_clean(field_equals_header, (size_t)(equals - field_equals_header));
    enum field field;
    bool known = field_by_name(name, &field);
    if (!known) {
        struct buffer fields = {0};
        append_field_names(&fields);
        error_set(error, ERR_USAGE, "--map: there is no field '%s'", name);
        error_hint(error, "the fields are %s", fields.data);
        buffer_free(&fields);
    } else {
        free(map->header[field]);
        map->header[field] = text_clean(equals + 1, strlen(equals + 1));
    }
    free(name);
    return known ? ERR_OK : ERR_USAGE;
}

void column_map_free(struct column_map *map) {
    for (int field = 0; field < FIELD_COUNT; field++)
        free(map->header[field]);
    *map = (struct column_map){0};
}

/* -------------------------------------------------------------------------------------- matching
 */

/* By letters and digits where there are ASCII ones, else by the whole text. */
static bool same_header(const char *a, const char *b) {
    char key_a[KEY_SIZE], key_b[KEY_SIZE];
    text_key(a, key_a, sizeof key_a);
    text_key(b, key_b, sizeof key_b);
    return text_same(a, b) || (*key_a != '\0' && strcmp(key_a, key_b) == 0);
}

static bool known_header(const char *header, enum field *field) {
    char key[KEY_SIZE];
    text_key(header, key, sizeof key);
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (same_header(header, table[i].name) || same_header(header, table[i].header)) {
            *field = (enum field)i;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (strcmp(key, synonyms[i].key) == 0) {
            *field = synonyms[i].field;
            return true;
        }
    }
    return false;
}

static void append_headers(struct buffer *text, char *const *headers, int count) {
    for (int i = 0; i < count && i < HEADERS_SHOWN; i++) {
        size_t length = text_clip(headers[i], HEADER_COLUMNS_SHOWN, NULL);
        buffer_printf(text, "%s'%.*s%s'", i == 0 ? "" : ", ", (int)length, headers[i],
                      headers[i][length] != '\0' ? "…" : "");
    }
    if (count > HEADERS_SHOWN)
        buffer_printf(text, " and %d more", count - HEADERS_SHOWN);
}

static enum err twice(const char *file, enum field field, const char *one, const char *other,
                      struct error *error) {
    error_set(error, ERR_INPUT, "%s: both '%.80s' and '%.80s' could be the column for %s", file,
              one, other, table[field].name);
    error_hint(error, "say which: --map %s=HEADER; rename one where they are spelt alike",
               table[field].name);
    return ERR_INPUT;
}

/* One answer would count as two. */
static enum err shared(const struct columns *columns, const char *file, int field, int column,
                       const char *header, struct error *error) {
    int other = 0;
    while (columns->at[other] != column)
        other++;
    error_set(error, ERR_INPUT, "%s: the column '%.80s' is mapped to both %s and %s", file, header,
              table[other].name, table[field].name);
    error_hint(error, "map it to one; the other is left unknown with --map %s=", table[field].name);
    return ERR_INPUT;
}

static enum err match_mapped(struct columns *columns, char *const *headers, int count,
                             const struct column_map *map, const char *file, bool *taken,
                             struct error *error) {
    for (int field = 0; map != NULL && field < FIELD_COUNT; field++) {
        const char *wanted = map->header[field];
        if (wanted == NULL || *wanted == '\0')
            continue;
        for (int i = 0; i < count; i++) {
            if (!same_header(wanted, headers[i]))
                continue;
            if (columns->at[field] >= 0)
                return twice(file, (enum field)field, headers[columns->at[field]], headers[i],
                             error);
            if (taken[i])
                return shared(columns, file, field, i, headers[i], error);
            columns->at[field] = i;
            taken[i] = true;
        }
        if (columns->at[field] < 0) {
            struct buffer text = {0};
            append_headers(&text, headers, count);
            error_set(error, ERR_INPUT, "%s has no column '%.80s' (--map %s); it has %s", file,
                      wanted, table[field].name, text.data);
            buffer_free(&text);
            return ERR_INPUT;
        }
    }
    return ERR_OK;
}

static enum err match_known(struct columns *columns, char *const *headers, int count,
                            const struct column_map *map, const char *file, const bool *taken,
                            struct error *error) {
    for (int i = 0; i < count; i++) {
        enum field field;
        if (taken[i] || !known_header(headers[i], &field) ||
            (map != NULL && map->header[field] != NULL))
            continue;
        if (columns->at[field] >= 0)
            return twice(file, field, headers[columns->at[field]], headers[i], error);
        columns->at[field] = i;
    }
    return ERR_OK;
}

/* Why nothing matched, where the first line gives it away. */
static const char *guess(char *const *headers, int count) {
    if (count == 1 && strchr(headers[0], ';') != NULL)
        return "its fields are separated by semicolons: save it with commas";
    const char *reason;
    day_number day;
    for (int i = 0; i < count; i++) {
        for (int format = 0; format < DATE_FORMAT_COUNT; format++) {
            if (date_parse(headers[i], (enum date_format)format, &day, &reason))
                return "its first line is a sale: put a line with the columns' names above it";
        }
    }
    return NULL;
}

static enum err refuse_missing(const struct columns *columns, char *const *headers, int count,
                               const bool *missing, const char *file, struct error *error) {
    struct buffer fields = {0}, found = {0}, example = {0};
    int matched = 0;
    for (int field = 0; field < FIELD_COUNT; field++) {
        matched += columns->at[field] >= 0;
        if (!missing[field])
            continue;
        buffer_printf(&fields, "%s%s", fields.length == 0 ? "" : ", ", table[field].name);
        if (example.length == 0 && table[field].required)
            buffer_printf(&example, "name it with --map %s=HEADER", table[field].name);
    }
    for (int field = 0; example.length == 0 && field < FIELD_COUNT; field++) {
        if (missing[field])
            buffer_printf(&example,
                          "name it with --map %s=HEADER, or leave it unknown with --map %s=",
                          table[field].name, table[field].name);
    }
    append_headers(&found, headers, count);
    error_set(error, ERR_INPUT, "%s has no column for %s; it has %s", file, fields.data,
              found.length != 0 ? found.data : "none");
    const char *why = matched == 0 ? guess(headers, count) : NULL;
    error_hint(error, "%s", why != NULL ? why : example.data);
    buffer_free(&fields);
    buffer_free(&found);
    buffer_free(&example);
    return ERR_INPUT;
}

enum err columns_match(struct columns *columns, char *const *headers, int count,
                       const struct column_map *map, bool match_required_only, const char *file,
                       struct error *error) {
    bool *taken = xcalloc((size_t)count, sizeof *taken);
    for (int field = 0; field < FIELD_COUNT; field++)
        columns->at[field] = -1;
    columns->count = count;
    enum err err = match_mapped(columns, headers, count, map, file, taken, error);
    if (err == ERR_OK)
        err = match_known(columns, headers, count, map, file, taken, error);
    free(taken);
    if (err != ERR_OK)
        return err;
    bool missing[FIELD_COUNT], any = false;
    for (int field = 0; field < FIELD_COUNT; field++) {
        bool waived = map != NULL && map->header[field] != NULL;
        bool optional = field == FIELD_REFERENCE || match_required_only || waived;
        missing[field] = columns->at[field] < 0 && (table[field].required || !optional);
        any |= missing[field];
    }
    return any ? refuse_missing(columns, headers, count, missing, file, error) : ERR_OK;
}

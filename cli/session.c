#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/slice/cube.h"
#include "tui/named.h"

const char filters_about[] =
    "Filters are FIELD OPERATOR VALUE with = != < <= > >= ~ !~, several of them joined by \"and\"; "
    "'a'|'b' means either. Fields: month, quarter, year, week, day, weekday, weekend, location, "
    "local, gender, age_band, brand, "
    "handset, price_band, facebook, follows, returning, heard, engagement, segment, shop, date, "
    "age, "
    "price. A value may be shortened as long as only one is meant: location=out. handset~pixel "
    "takes every handset with pixel in its name, those that come later too (location, brand, "
    "segment and shop likewise; !~ leaves them out); handset=pixel is the same where several have "
    "it. @NAME "
    "stands for the filters that F in the dashboard keeps under a name.\n";

/* Names of slices are the dashboard's; only who asks for one has them read. */
static enum err read_filters(const struct session *session, const char *text, struct slice *slice,
                             struct error *error) {
    if (strchr(text, '@') == NULL)
        return slice_parse(slice, session->facts, text, error);
    struct recall *names = recall_open(session->db_path);
    char *filters = named_expand(names, text, error);
    enum err code =
        filters == NULL ? ERR_INPUT : slice_parse(slice, session->facts, filters, error);
    free(filters);
    recall_close(names);
    return code;
}

/* Single sales, or filters that only these can pass. */
static bool are_of_sales(const struct facts *facts) {
    return facts->sales == NULL || (facts->cube != NULL && facts->cube->applied.count > 0);
}

static void say_left_out(const struct facts *facts) {
    char *shops = facts_sums_only(facts);
    if (shops != NULL) {
        char *names = text_printable(shops, strlen(shops));
        fprintf(stderr,
                "retail-pulse: this needs single sales; left out, for only sums of them are "
                "here: %s\n",
                names);
        free(names);
    }
    free(shops);
}

enum err session_open(struct session *session, const struct invocation *invocation,
                      const struct texts *where, struct error *error) {
    *session = (struct session){.db_path = invocation->db_path};
    enum err code = shop_open(invocation->db_path, &session->shop, error);
    if (code != ERR_OK)
        return code;
    shop_set_weekend(session->shop, invocation->weekend);
    session->facts = shop_facts(session->shop);
    code = session_slice(session, where, &session->slice, error);
    if (code == ERR_OK)
        code = shop_choose(session->shop, &session->slice, error);
    session->facts = shop_facts(session->shop);
    if (code == ERR_OK && !invocation->settings.quiet && are_of_sales(session->facts))
        say_left_out(session->facts);
    return code == ERR_OK
               ? slice_select(&session->slice, session->facts, &session->selection, error)
               : code;
}

void session_needs_sales(const struct session *session, const struct invocation *invocation) {
    if (!invocation->settings.quiet && !are_of_sales(session->facts))
        say_left_out(session->facts);
}

enum err session_slice(const struct session *session, const struct texts *filters,
                       struct slice *slice, struct error *error) {
    for (int i = 0; i < filters->count; i++) {
        enum err code = read_filters(session, filters->items[i], slice, error);
        if (code != ERR_OK) { /* what the user typed is wrong, not what the file holds */
            if (error != NULL && error->code == ERR_INPUT)
                error->code = ERR_USAGE;
            return code == ERR_INPUT ? ERR_USAGE : code;
        }
    }
    return ERR_OK;
}

void session_close(struct session *session) {
    selection_free(&session->selection);
    slice_free(&session->slice);
    if (session->shop != NULL)
        shop_close(session->shop);
    *session = (struct session){0};
}

struct reading session_reading(const struct session *session) {
    return (struct reading){.shop = session->shop,
                            .facts = session->facts,
                            .slice = &session->slice,
                            .selection = &session->selection};
}

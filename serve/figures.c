#include "serve/figures.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "report/impact.h"
#include "report/models.h"
#include "report/overview.h"
#include "report/sales.h"
#include "report/segments.h"
#include "serve/line.h"
#include "serve/routes.h"
#include "serve/server.h"

enum { WAITING_MOST = 64, SALES_PAGE = 50, SALES_PAGE_MOST = 10000 };

struct figures {
    char *db_path;
    uint8_t weekend;
    struct shop *shop; /* NULL: to be opened anew */
    struct slice slice;
    struct selection selection;
    struct line line;
    pthread_t thread;
};

/* ------------------------------------------------------------------ the shop */

static enum err be_current(struct figures *figures, struct error *error) {
    bool changed;
    enum err err = ERR_OK;
    if (figures->shop == NULL) {
        err = shop_open(figures->db_path, &figures->shop, error);
        if (err == ERR_OK)
            shop_set_weekend(figures->shop, figures->weekend);
        return err;
    }
    err = shop_refresh(figures->shop, &changed, error);
    if (err != ERR_OK) {
        shop_close(figures->shop);
        figures->shop = NULL;
    }
    return err;
}

static void forget_slice(struct figures *figures) {
    selection_free(&figures->selection);
    figures->selection = (struct selection){0};
    slice_free(&figures->slice);
    figures->slice = (struct slice){0};
}

static enum err read_filters(struct figures *figures, const struct request *request,
                             struct error *error) {
    enum err err = ERR_OK;
    const struct facts *facts = shop_facts(figures->shop);
    for (int i = 0; err == ERR_OK && i < request->parameter_count; i++) {
        const struct parameter *parameter = &request->parameters[i];
        if (strcmp(parameter->name, "where") == 0 && parameter->value[0] != '\0')
            err = slice_parse(&figures->slice, facts, parameter->value, error);
    }
    return err;
}

static enum err choose(struct figures *figures, const struct request *request,
                       struct reading *reading, struct error *error) {
    forget_slice(figures);
    enum err err = read_filters(figures, request, error);
    if (err == ERR_OK)
        err = shop_choose(figures->shop, &figures->slice, error);
    const struct facts *facts = shop_facts(figures->shop);
    if (err == ERR_OK)
        err = slice_select(&figures->slice, facts, &figures->selection, error);
    *reading = (struct reading){.shop = figures->shop,
                                .facts = facts,
                                .slice = &figures->slice,
                                .selection = &figures->selection};
    return err;
}

bool figures_reading(struct request *request, struct reading *reading) {
    struct error error = {0};
    if (choose(request->server->figures, request, reading, &error) == ERR_OK)
        return true;
    reply_error(&request->reply, &error);
    return false;
}

/* ------------------------------------------------------------------ the thread */

/* Another process may change the packs between a refresh and the reading of them: ERR_BUSY. */
static void answer_one(struct figures *figures, struct request *request) {
    enum { ATTEMPTS = 3 };
    struct error error = {0};
    enum err err = ERR_OK;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        err = be_current(figures, &error);
        reply_free(&request->reply);
        if (err == ERR_OK)
            request->route->handle(request);
        if (err == ERR_OK && request->reply.status != 503)
            return;
    }
    if (err != ERR_OK) {
        error.code =
            ERR_DATABASE; /* also where the file is gone: that is not the request's fault */
        reply_error(&request->reply, &error);
    }
}

static void *work(void *context) {
    struct figures *figures = context;
    for (struct request *request; (request = line_take(&figures->line)) != NULL;) {
        answer_one(figures, request);
        forget_slice(figures);
        request_answered(request);
    }
    return NULL;
}

enum err figures_start(const char *db_path, uint8_t weekend, struct figures **out,
                       struct error *error) {
    struct figures *figures = xcalloc(1, sizeof *figures);
    figures->db_path = xstrdup(db_path);
    figures->weekend = weekend;
    line_init(&figures->line, WAITING_MOST);
    *out = figures;
    if (pthread_create(&figures->thread, NULL, work, figures) == 0)
        return ERR_OK;
    line_destroy(&figures->line);
    free(figures->db_path);
    free(figures);
    *out = NULL;
    return error_set(error, ERR_FAILED, "cannot start a thread");
}

bool figures_put(struct figures *figures, struct request *request) {
    return line_put(&figures->line, request);
}

void figures_end(struct figures *figures) {
    if (figures == NULL)
        return;
    line_close(&figures->line);
    pthread_join(figures->thread, NULL);
    shop_close(figures->shop);
    line_destroy(&figures->line);
    free(figures->db_path);
    free(figures);
}

/* ------------------------------------------------------------------ the handlers */

void figures_overview(struct request *request) {
    struct reading reading;
    if (figures_reading(request, &reading))
        reply_document(&request->reply, report_overview(&reading), request->format);
}

static enum outcome outcome_of(const char *name, enum outcome otherwise) {
    for (int i = 0; name != NULL && i < OUTCOME_COUNT; i++) {
        if (strcmp(name, outcome_name((enum outcome)i)) == 0)
            return (enum outcome)i;
    }
    return otherwise;
}

void figures_impact(struct request *request) {
    struct reading reading;
    enum outcome outcome = outcome_of(request_parameter(request, "outcome"), OUTCOME_RETURNING);
    if (figures_reading(request, &reading))
        reply_document(&request->reply,
                       report_impact(&reading, impact_defaults(outcome), IMPACT_ALL),
                       request->format);
}

void figures_segments(struct request *request) {
    struct reading reading;
    struct error error = {0};
    const char *problem = NULL;
    if (!figures_reading(request, &reading))
        return;
    const struct segmentation *stored = shop_segmentation(reading.shop, &problem);
    if (stored == NULL) {
        reply_problem(&request->reply, 404, "%s; run: retail-pulse train segments",
                      problem != NULL ? problem : "no segments have been trained yet");
        return;
    }
    const struct segments_request wanted = {.stored = true};
    struct document *document = report_segments(&reading, stored, reading.facts, &wanted, &error);
    if (document != NULL)
        reply_document(&request->reply, document, request->format);
    else
        reply_error(&request->reply, &error);
}

void figures_models(struct request *request) {
    struct document *document;
    struct error error = {0};
    const char *target = request_parameter(request, "target");
    struct models_request wanted = {
        .target = MODELS_ALL, .algorithm = MODELS_ALL, .curve_points = DETAIL_POINTS_DATA};
    if (target != NULL)
        wanted.target = (int)outcome_of(target, OUTCOME_RETURNING);
    struct db *db = shop_db(request->server->figures->shop);
    if (report_models(db, &wanted, &document, &error) == ERR_OK)
        reply_document(&request->reply, document, request->format);
    else
        reply_error(&request->reply, &error);
}

void figures_sales(struct request *request) {
    struct reading reading;
    struct document *document;
    struct error error = {0};
    int64_t limit = SALES_PAGE, after = 0;
    const char *given = request_parameter(request, "limit");
    if (given != NULL &&
        (!number_parse_integer(given, &limit) || limit < 1 || limit > SALES_PAGE_MOST)) {
        reply_problem(&request->reply, 400, "limit is a whole number from 1 to %d",
                      SALES_PAGE_MOST);
        return;
    }
    given = request_parameter(request, "after");
    if (given != NULL && (!number_parse_integer(given, &after) || after < 0)) {
        reply_problem(&request->reply, 400, "after is the id of a sale");
        return;
    }
    if (!figures_reading(request, &reading))
        return;
    int64_t next = 0;
    const struct sales_request wanted = {
        .limit = (size_t)limit, .sort = ORDER_ID, .after_id = after, .keyset = true, .next = &next};
    if (report_sales(&reading, &wanted, &document, &error) != ERR_OK) {
        reply_error(&request->reply, &error);
        return;
    }
    reply_document(&request->reply, document, request->format);
    char id[NUMBER_TEXT_SIZE];
    snprintf(id, sizeof id, "%lld", (long long)next);
    if (next != 0) /* CSV has no place for it */
        reply_header(&request->reply, "X-Next-After", id);
}

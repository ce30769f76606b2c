#include "serve/routes.h"

#include <stdlib.h>
#include <string.h>

#include "serve/description.h"
#include "serve/figures.h"
#include "serve/predicting.h"
#include "serve/server.h"

static void health(struct request *request) {
    reply_json(&request->reply, 200,
               json_pack("{s:s, s:s, s:b}", "status", "ok", "version", RETAIL_PULSE_VERSION,
                         "takes_sales", request->server->till != NULL));
}

static const char *const outcomes[] = {"returning", "facebook", NULL};
static const char *const formats[] = {"json", "csv", NULL};

#define WHERE \
    { "where", "only these sales: 'location=Lakeside age>=40 month>=2025-01'", NULL, false, true }
#define FORMAT \
    { "format", "also as Accept: text/csv", formats, false, false }
#define END \
    { NULL, NULL, NULL, false, false }

static const struct parameter_spec of_slice[] = {WHERE, FORMAT, END};
static const struct parameter_spec of_impact[] = {
    {"outcome", "returning unless it is said", outcomes, false, false}, WHERE, FORMAT, END};
static const struct parameter_spec of_models[] = {
    {"target", "only models of this", outcomes, false, false}, FORMAT, END};
static const struct parameter_spec of_sales[] = {
    {"limit", "how many at most (50; no more than 10000)", NULL, true, false},
    {"after", "only sales after the one of this id: `next` of the page before", NULL, true, false},
    WHERE,
    FORMAT,
    END};
static const struct parameter_spec of_prediction[] = {FORMAT, END};

#define PREDICT_IMPACT "/api/predict-facebook-marketing-impact"
#define PREDICT_RETURNING "/api/predict-returning-customer"
#define PREDICT_CLUSTER "/api/predict-customer-cluster"

const struct route routes[] = {
    {"GET", "/health", "whether the server answers", .open = true, .answer = "status, version",
     .handle = health},
    {"POST", PREDICT_IMPACT, "does this customer come from the Facebook page?",
     .body = &body_impact, .answer = "0 or 1", .handle = predicting_facebook_impact},
    {"POST", PREDICT_RETURNING, "has this customer bought here before?", .body = &body_returning,
     .answer = "0 or 1", .handle = predicting_returning},
    {"POST", PREDICT_CLUSTER, "which kind of customer is this?", .body = &body_cluster,
     .answer = "the persona's name", .handle = predicting_cluster},
    {"POST", "/api/predict",
     "both outcomes with interval, base rate, verdict and reasons, the segment, similar sales",
     .csv = true, .body = &body_predict, .parameters = of_prediction,
     .answer = "as `predict --format json`", .handle = predicting_all},
    {"GET", "/api/overview", "key figures, months, places, handsets", .by = BY_FIGURES, .csv = true,
     .parameters = of_slice, .answer = "as `overview --format json`", .handle = figures_overview},
    {"GET", "/api/impact", "who differs in an outcome, and whether it is noise", .by = BY_FIGURES,
     .csv = true, .parameters = of_impact, .answer = "as `impact --format json`",
     .handle = figures_impact},
    {"GET", "/api/segments", "kinds of customer", .by = BY_FIGURES, .csv = true,
     .parameters = of_slice, .answer = "as `segments --format json`", .handle = figures_segments},
    {"GET", "/api/models", "trained models beside their trivial baselines", .by = BY_FIGURES,
     .csv = true, .parameters = of_models, .answer = "as `models --format json`",
     .handle = figures_models},
    {"GET", "/api/sales", "the sales themselves, a page at a time", .by = BY_FIGURES, .csv = true,
     .parameters = of_sales, .answer = "as `sales --format json`, with `next`",
     .handle = figures_sales},
    {"POST", "/api/sales", "one sale from the till, once for each Idempotency-Key or reference",
     .by = BY_TILL, .strict_type = true, .body = &body_sale, .answer = "id, created"},
    {"GET", "/openapi.json", "this list, for programs (OpenAPI 3.0)", .open = true,
     .answer = "the description", .handle = description_json},
    {"GET", "/", "this list, for people", .open = true, .answer = "a page",
     .handle = description_page},
};
const size_t route_count = sizeof routes / sizeof *routes;

const struct route *route_find(const char *method, const char *path, char allowed[ALLOWED_SIZE]) {
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    allowed[0] = '\0';
    for (size_t i = 0; i < route_count; i++) {
        if (strcmp(routes[i].path, path) != 0)
            continue;
        if (strcmp(routes[i].method, wanted) == 0)
            return &routes[i];
        strncat(allowed, allowed[0] != '\0' ? ", " : "", ALLOWED_SIZE - strlen(allowed) - 1);
        strncat(allowed, routes[i].method, ALLOWED_SIZE - strlen(allowed) - 1);
    }
    return NULL;
}

static const struct parameter_spec *find_spec(const struct route *route, const char *name) {
    const struct parameter_spec *spec = route->parameters;
    while (spec != NULL && spec->name != NULL && strcmp(spec->name, name) != 0)
        spec++;
    return spec != NULL && spec->name != NULL ? spec : NULL;
}

static bool is_choice(const struct parameter_spec *spec, const char *value) {
    bool is = spec->choices == NULL;
    for (int i = 0; !is && spec->choices[i] != NULL; i++)
        is = strcmp(spec->choices[i], value) == 0;
    return is;
}

bool route_check_parameters(struct request *request) {
    for (int i = 0; i < request->parameter_count; i++) {
        const struct parameter *given = &request->parameters[i];
        const struct parameter_spec *spec = find_spec(request->route, given->name);
        if (spec == NULL) {
            reply_problem(&request->reply, 400, "there is no parameter '%.64s' here", given->name);
            return false;
        }
        if (!is_choice(spec, given->value)) {
            reply_problem(&request->reply, 400, "%s cannot be '%.64s'", spec->name, given->value);
            return false;
        }
        for (int earlier = 0; !spec->repeated && earlier < i; earlier++) {
            if (strcmp(request->parameters[earlier].name, given->name) == 0) {
                reply_problem(&request->reply, 400, "%s was given twice", spec->name);
                return false;
            }
        }
    }
    return true;
}

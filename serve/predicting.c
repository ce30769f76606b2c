#include "serve/predicting.h"

#include "report/document.h"
#include "report/prediction.h"
#include "serve/body.h"
#include "serve/desk.h"
#include "serve/routes.h"
#include "serve/server.h"

/* False, the request answered, where the body is none. */
static bool read_customer(struct request *request, struct customer *customer) {
    json_t *details = body_read(request->route->body, &request->body, customer, NULL);
    if (details != NULL)
        reply_invalid(&request->reply, details);
    return details == NULL;
}

/* A bare 0 or 1. */
static void answer_label(struct request *request, enum outcome outcome) {
    struct predictor *predictor = desk_predictor(request->server->desk);
    struct customer customer;
    struct error error = {0};
    bool label;
    if (!read_customer(request, &customer))
        return;
    if (predictor_label(predictor, outcome, &customer, &label, &error) == ERR_OK)
        reply_json(&request->reply, 200, json_integer(label));
    else
        reply_problem(&request->reply, 503, "%s; run: retail-pulse train %s", error.message,
                      outcome_name(outcome));
}

void predicting_facebook_impact(struct request *request) {
    answer_label(request, OUTCOME_FACEBOOK);
}

void predicting_returning(struct request *request) {
    answer_label(request, OUTCOME_RETURNING);
}

void predicting_cluster(struct request *request) {
    struct customer customer;
    if (!read_customer(request, &customer))
        return;
    const char *segment = predictor_segment(desk_predictor(request->server->desk), &customer);
    if (segment != NULL)
        reply_json(&request->reply, 200, json_text(segment));
    else
        reply_problem(&request->reply, 503,
                      "no segments have been trained yet; run: retail-pulse train segments");
}

void predicting_all(struct request *request) {
    struct predictor *predictor = desk_predictor(request->server->desk);
    struct customer customer;
    struct prediction prediction;
    struct error error = {0};
    if (!read_customer(request, &customer))
        return;
    if (predictor_predict(predictor, &customer, &prediction, &error) != ERR_OK) {
        reply_error(&request->reply, &error);
        return;
    }
    reply_document(
        &request->reply,
        report_prediction(predictor_facts(predictor), &customer, &prediction, NULL, false),
        request->format);
}

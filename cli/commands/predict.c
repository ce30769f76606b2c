/* `retail-pulse predict`: one customer from flags; --batch hands over to cli/batch.c. */
#include "engine/learn/predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/batch.h"
#include "cli/customer_options.h"
#include "cli/session.h"
#include "engine/learn/customer_pairs.h"
#include "report/predict.h"
#include "report/prediction.h"

struct options {
    struct customer_options customer;
    const char *batch;
    int sweep; /* index into sweep_fields; −1: none */
    struct texts scenarios;
};

static const char *const sweep_fields[] = {"age",       "price",  "date",     "handset",
                                           "location",  "gender", "facebook", "follows",
                                           "returning", "heard",  NULL};

static void init(void *options) {
    ((struct options *)options)->sweep = -1;
}

#define CUSTOMER(symbol, name, argument, help)                           \
    {                                                                    \
        name, OPTION_TEXT,                                               \
            offsetof(struct options, customer) +                         \
                offsetof(struct customer_options, text[FIELD_##symbol]), \
            argument, help, 0, 0, NULL                                   \
    }

static const struct option_spec specs[] = {
    CUSTOMER(DATE, "date", "DATE", "day of the sale, yyyy-mm-dd"),
    CUSTOMER(LOCATION, "location", "PLACE", "where the customer lives"),
    CUSTOMER(AGE, "age", "YEARS", "1 to 130"),
    CUSTOMER(GENDER, "gender", "F|M|other", "the customer's gender"),
    CUSTOMER(HANDSET, "handset", "NAME", "the handset"),
    CUSTOMER(PRICE, "price", "AMOUNT", "its price"),
    CUSTOMER(FACEBOOK, "facebook", "yes|no", "came from the Facebook page"),
    CUSTOMER(FOLLOWS, "follows", "yes|no", "follows the page"),
    CUSTOMER(RETURNING, "returning", "yes|no", "bought here before"),
    CUSTOMER(HEARD, "heard", "yes|no", "had heard of the shop"),
    {"batch", OPTION_TEXT, offsetof(struct options, batch), "FILE",
     "many customers: CSV in (- is standard input), CSV out", 0, 0, NULL},
    {"sweep", OPTION_CHOICE, offsetof(struct options, sweep), "FIELD",
     "how the answer moves with one field", 0, 0, sweep_fields},
    {"scenario", OPTION_TEXTS, offsetof(struct options, scenarios), "FIELDS",
     "compare customers side by side: 'age=30 price=22000', again for each", 0, 0, NULL},
};

static enum err document_close(struct document *document, const struct invocation *invocation,
                               struct error *error) {
    struct look look = invocation_look(invocation);
    enum err code = document_print(document, &look, stdout, error);
    document_free(document);
    return code;
}

static enum err predict_one(const struct invocation *invocation, const struct customer *customer,
                            const struct facts *facts, struct predictor *predictor,
                            struct error *error) {
    const struct options *options = invocation->options;
    struct prediction prediction;
    struct sweep sweep = {.count = 0};
    enum field field;
    bool sweeping = options->sweep >= 0 && field_by_name(sweep_fields[options->sweep], &field);
    enum err code = predictor_predict(predictor, customer, &prediction, error);
    if (code == ERR_OK && sweeping)
        code = predictor_sweep(predictor, customer, field, &sweep, error);
    if (code != ERR_OK)
        return code;
    struct document *document = report_prediction(
        facts, customer, &prediction, sweeping ? &sweep : NULL, !invocation->settings.linear);
    sweep_free(&sweep);
    return document_close(document, invocation, error);
}

static enum err compare(const struct invocation *invocation, const struct customer *customers,
                        int count, const struct facts *facts, struct predictor *predictor,
                        struct error *error) {
    struct scenarios scenarios;
    enum err code = predictor_scenarios(predictor, customers, count, &scenarios, error);
    if (code != ERR_OK)
        return code;
    struct document *document = report_whatif(facts);
    json_t *warnings = json_array();
    scenarios_add(document, customers, &scenarios);
    for (int i = 0; code == ERR_OK && i < count; i++) {
        struct prediction prediction;
        code = predictor_predict(predictor, &customers[i], &prediction, error);
        for (int w = 0; code == ERR_OK && w < prediction.warning_count; w++) {
            document_sentence(document, "! %c: %s", 'A' + i, prediction.warnings[w]);
            json_array_append_new(warnings,
                                  json_pack("{s:o, s:o}", "name", json_sprintf("%c", 'A' + i),
                                            "warning", json_text(prediction.warnings[w])));
        }
    }
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        const char *problem = predictor_problem(predictor, (enum outcome)i);
        if (problem != NULL)
            document_sentence(document, "%s: %s; run: retail-pulse train %s",
                              outcome_title((enum outcome)i), problem,
                              outcome_name((enum outcome)i));
    }
    document_json(document, "warnings", warnings);
    if (code == ERR_OK)
        return document_close(document, invocation, error);
    document_free(document);
    return code;
}

/* What cannot be asked for together. */
static enum err check(const struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    if (options->batch != NULL && invocation->settings.format == FORMAT_JSON)
        return error_set(error, ERR_USAGE, "--batch writes CSV only");
    for (int field = 0; options->batch != NULL && field < FIELD_COUNT; field++)
        if (options->customer.text[field] != NULL)
            return error_set(error, ERR_USAGE,
                             "--batch takes its customers from the file: leave "
                             "--%s out",
                             field_name((enum field)field));
    int asked = (options->batch != NULL) + (options->sweep >= 0) + (options->scenarios.count > 0);
    if (asked > 1)
        return error_set(error, ERR_USAGE, "--batch, --sweep and --scenario: one at a time");
    if (options->scenarios.count > SCENARIOS_MAX)
        return error_set(error, ERR_USAGE, "%d scenarios: %d at most", options->scenarios.count,
                         SCENARIOS_MAX);
    return ERR_OK;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct customer customers[SCENARIOS_MAX];
    int count = options->scenarios.count;
    if (check(invocation, error) != ERR_OK ||
        customer_read(&customers[0], &options->customer, error) != ERR_OK)
        return ERR_USAGE;
    for (int i = count - 1; i >= 0; i--) { /* each changes what the flags give */
        customers[i] = customers[0];
        if (customer_read_pairs(&customers[i], options->scenarios.items[i], error) != ERR_OK)
            return ERR_USAGE;
    }
    struct shop *shop = NULL;
    struct predictor *predictor;
    enum err code = shop_open(invocation->db_path, &shop, error);
    if (code == ERR_OK)
        code = shop_predictor(shop, &predictor, error);
    if (code == ERR_OK && options->batch != NULL)
        code = batch_predict(options->batch, predictor, stdout, &invocation->set_aside, error);
    else if (code == ERR_OK && count > 0)
        code = compare(invocation, customers, count, shop_facts(shop), predictor, error);
    else if (code == ERR_OK)
        code = predict_one(invocation, &customers[0], shop_facts(shop), predictor, error);
    if (shop != NULL)
        shop_close(shop);
    return code;
}

const struct subcommand subcommand_predict = {
    .about = "A field left out is unknown. The answer is a probability with a 95% interval, beside "
             "the base rate (the share of all customers) and the model's verdict; why adds up in "
             "log odds.\n",
    .more = "--sweep asks the models about many values of one field, the others as they are, and "
            "marks where the past sales end. --scenario changes the customer that the flags give; "
            "a value runs to the next field, an empty one is unknown. Differences come with the "
            "interval of the difference itself, and describe the models' answers.\n\n"
            "--batch reads the columns that import reads; all but date, handset and price may be "
            "missing, and every field may be empty. It writes line, id, for each outcome "
            "probability, low, high and label, and the segment. Rows that cannot be read are told "
            "on standard error (exit code 3).\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};

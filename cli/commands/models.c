/* `retail-pulse models`: every trained model beside what needs no model. */
#include "report/models.h"

#include <stddef.h>
#include <stdio.h>

#include "cli/command.h"
#include "engine/learn/leaderboard.h"
#include "report/model_detail.h"

struct options {
    int target, algorithm; /* MODELS_ALL: all */
    bool detail;
    int64_t use; /* 0: none */
};

static const char *const target_names[] = {"returning", "facebook", NULL};
static const char *const algorithm_names[] = {
#define X(symbol, name, title) name,
    ALGORITHM_LIST(X)
#undef X
        NULL};

static const struct option_spec specs[] = {
    {"target", OPTION_CHOICE, offsetof(struct options, target), "OUTCOME", "only models of this", 0,
     0, target_names},
    {"algorithm", OPTION_CHOICE, offsetof(struct options, algorithm), "A",
     "only models of this kind", 0, 0, algorithm_names},
    {"detail", OPTION_FLAG, offsetof(struct options, detail), NULL,
     "of one model: curves, calibration, confusion, importance, split in time", 0, 0, NULL},
    {"use", OPTION_INTEGER, offsetof(struct options, use), "ID",
     "from now on predict by this stored model", 1, INT64_MAX, NULL},
};

static enum err use(const struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    char title[160] = "";
    if (invocation->settings.read_only) {
        error_set(error, ERR_READ_ONLY,
                  "--use would change the database, which --read-only refuses");
        return error_hint(error, "Leave --read-only out.");
    }
    enum err err = models_use(invocation->db_path, options->use, NULL, title, sizeof title, error);
    if (err == ERR_OK && !invocation->settings.quiet)
        fprintf(stderr, "In use from now on: %s\n", title);
    return err;
}

static enum err run(struct invocation *invocation, struct error *error) {
    const struct options *options = invocation->options;
    struct db *db = NULL;
    if (options->detail && options->target == MODELS_ALL) {
        error_set(error, ERR_USAGE, "--detail is of one model: it needs --target");
        return error_hint(error, "retail-pulse models --target returning --detail");
    }
    enum err code = options->use > 0 ? use(invocation, error) : ERR_OK;
    if (code == ERR_OK)
        code = db_open_reader(invocation->db_path, &db, error);
    struct document *document = NULL;
    bool text = invocation->settings.format == FORMAT_TEXT;
    struct models_request request = {.target = options->target,
                                     .algorithm = options->algorithm,
                                     .detail = options->detail,
                                     .curve_points =
                                         text ? DETAIL_POINTS_TEXT : DETAIL_POINTS_DATA};
    if (code == ERR_OK)
        code = report_models(db, &request, &document, error);
    if (code == ERR_OK)
        code = invocation_print(invocation, document, error);
    db_close(db);
    return code;
}

static void init(void *target) {
    *(struct options *)target = (struct options){.target = MODELS_ALL, .algorithm = MODELS_ALL};
}

const struct subcommand subcommand_models = {
    .about =
        "Figures are out of fold. \"Skill\" needs all of: the AUC's lower bound above 0.5, the "
        "permutation test's p below 0.05, the log loss below the base rate's by more than its "
        "uncertainty. What needs no model stands in the same table: a model below \"always the "
        "base rate\" is worse than none. The one in use (*) answers `predict` and the form.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .options_size = sizeof(struct options),
    .init = init,
    .run = run,
};

/* `retail-pulse doctor`: whether the database is whole, and what to do where it is not. */
#include "report/doctor.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "engine/doctor/diagnosis.h"

static enum err told(const struct diagnosis *diagnosis, struct error *error) {
    if (diagnosis_worst(diagnosis) != GRADE_BROKEN)
        return ERR_OK;
    error_set(error, ERR_DAMAGED, "%s is not whole", diagnosis->path);
    return error_hint(error, diagnosis_needs(diagnosis, REMEDY_SALVAGE)
                                 ? "retail-pulse doctor --repair saves what can be read into a "
                                   "new file; this one stays as it is"
                                 : "what is marked broken says what to do");
}

static enum err run(struct invocation *invocation, struct error *error) {
    struct progress_line line;
    struct progress_sink sink = progress_line_open(&line, invocation->settings.quiet);
    struct diagnosis diagnosis;
    interrupt_catch();
    enum err err = diagnose(invocation->db_path, &sink, &diagnosis, error);
    progress_line_erase(&line);
    if (err != ERR_OK)
        return err;
    err = invocation_print(invocation, report_diagnosis(&diagnosis), error);
    if (err == ERR_OK)
        err = told(&diagnosis, error);
    diagnosis_free(&diagnosis);
    return err;
}

const struct subcommand subcommand_doctor = {
    .about =
        "Looks at everything and changes nothing: the file, who may read and write it, room, log "
        "and lock; every page, table and reference; the imports against their sales; columns and "
        "sums against the sales, to the last digit; models by their checksums and by predictions "
        "that were stored with them. Each finding is fine, worth a look, or broken, with what to "
        "do. Exit code 0 where nothing is broken, 1 where something is.\n",
    .run = run,
};

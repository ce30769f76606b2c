/* What a subcommand is: its entry in the list, its options, how it is called. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cli/preferences.h"
#include "report/print.h"

/* X(symbol, name, summary, what it does to the database, whether it calls XGBoost in this process,
 * whether the list shows it) */
#define COMMAND_LIST(X)                                                                            \
    X(import, "import", "take sales files into the database", WRITES, false, true)                 \
    X(merge, "merge", "other shops' databases into this one", WRITES, false, true)                 \
    X(overview, "overview", "key figures, months, places, handsets", READS, false, true)           \
    X(explore, "explore", "any measure by one or two dimensions", READS, false, true)              \
    X(describe, "describe", "how numbers and categories are spread", READS, false, true)           \
    X(impact, "impact", "who differs in an outcome, and whether it is noise", READS, false, true)  \
    X(compare, "compare", "two slices side by side, and whether they differ", READS, false, true)  \
    X(segments, "segments", "kinds of customer", READS, false, true)                               \
    X(models, "models", "trained models beside their trivial baselines", READS, false, true)       \
    X(sales, "sales", "the sales themselves", READS, false, true)                                  \
    X(imports, "imports", "what was imported, and which rows were set aside", READS, false, true)  \
    X(log, "log", "who wrote what into the database, and when", READS, false, true)                \
    X(report, "report", "all of it as one document, for mail and paper", READS, false, true)       \
    X(train, "train", "train the models and the segments", WRITES, false, true)                    \
    X(predict, "predict", "what if this customer walks in?", READS, true, true)                    \
    X(score, "score", "write what the models make of each sale", WRITES, true, true)               \
    X(serve, "serve", "answer over HTTP: predictions, figures, the till's sales", READS, true,     \
      true)                                                                                        \
    X(rebuild, "rebuild", "make what is derived from the sales anew", WRITES, false, true)         \
    X(doctor, "doctor", "whether the database is whole, and what to do if not", READS, true, true) \
    X(backup, "backup", "a checked copy, while others work on", READS, false, true)                \
    X(sql, "sql", "ask in SQL, read-only, with the models as functions", READS, true, true)        \
    X(export, "export", "sales as CSV that can be imported again", READS, false, true)             \
    X(sample, "sample", "a synthetic shop as CSV, with known truth", READS, false, true)           \
    X(help, "help", "explain a command", READS, false, true)                                       \
    X(train_worker, "train-worker", "the process that trains", WRITES, true, false)

enum access { READS, WRITES };

enum option_kind {
    OPTION_FLAG,    /* bool */
    OPTION_TEXT,    /* const char * */
    OPTION_TEXTS,   /* struct texts: may be given again and again */
    OPTION_INTEGER, /* int64_t from `least` to `most` */
    OPTION_CHOICE   /* int: index into `choices` */
};

struct texts {
    const char **items;
    int count;
};

struct option_spec {
    const char *name; /* without the dashes */
    enum option_kind kind;
    size_t offset;        /* in the struct that it fills */
    const char *argument; /* what help calls its value; NULL for a flag */
    const char *help;     /* NULL: of the program's own use, and not told */
    int64_t least, most;
    const char *const *choices; /* NULL-terminated */
};

/* The options that every command has. */
struct settings {
    const char *db;           /* as given; NULL: the default */
    int format;               /* enum format */
    const char *weekend;      /* as given; NULL: the default */
    const char *restrictions; /* a settings file; NULL: none but the usual */
    const char *mode;         /* as given; NULL: the default */
    bool read_only, no_color, ascii, linear, quiet, help, version;
};

struct invocation {
    const struct command *command;
    struct settings settings;
    struct preferences preferences; /* of the user's file; the command line adds to them */
    char **argv;                    /* the whole command line as it was, for starting again */
    char *db_path;                  /* never NULL */
    uint8_t weekend;                /* days as bits; 0: the default */
    void *options;                  /* the command's own struct */
    char **operands;                /* what is left of the command line */
    int operand_count;
    bool set_aside; /* the command sets it: done, but some rows were set aside (exit code 3) */
};

/* What a subcommand's file says of it. */
struct subcommand {
    const char *operands; /* "FILE..."; NULL: it takes none */
    const char *about;    /* help: after the options */
    const char *more;     /* help: after that; NULL: nothing */
    const struct option_spec *options;
    size_t option_count;
    size_t options_size;
    void (*init)(void *options); /* defaults; NULL: all zero */
    enum err (*run)(struct invocation *invocation, struct error *error);
};

/* An entry of the list. */
struct command {
    const char *name;
    const char *summary;
    enum access access;
    bool uses_xgboost;
    bool shown;
    const struct subcommand *subcommand;
};

extern const struct command commands[];
extern const size_t command_count;

const struct command *command_find(const char *name);

#define X(symbol, ...) extern const struct subcommand subcommand_##symbol;
COMMAND_LIST(X)
#undef X

struct look invocation_look(const struct invocation *invocation);

/* Prints as the settings say, to standard output, and frees the document. */
enum err invocation_print(const struct invocation *invocation, struct document *document,
                          struct error *error);

#endif

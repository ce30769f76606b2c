#include "serve/till.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/intake/till.h"
#include "serve/line.h"
#include "serve/routes.h"

enum {
    WAITING_MOST = 1024,
    BATCH_MOST = 256,    /* sales in one transaction */
    LINGER_MS = 20,      /* the lock is kept so long for more sales to come, … */
    HOLD_MS = 4000,      /* … never longer than this at a stretch, … */
    LET_OTHERS_MS = 300, /* … after which an import that waits has its chance: it looks five times a
                            second */
    PATIENCE_MS = 5000, /* with another writer */
    PACK_FROM = 4096    /* sales: readers look at those that are not packed one by one */
};

struct till {
    char *db_path;
    struct line line;
    pthread_t thread;
    struct db *writer; /* NULL: others may write */
    int64_t held_since_ms;
    struct till_book book;
};

/* A sale that came in a request. */
struct posted {
    struct request *request;
    struct customer customer;
    struct body_sale_texts texts;
    struct till_entry entry;
};

/* ------------------------------------------------------------------ the writer's lock */

struct patience {
    const struct till *till;
    int64_t until_ms;
};

static bool wait_on(void *context, const struct progress *progress) {
    const struct patience *patience = context;
    (void)progress;
    return clock_elapsed_ms() < patience->until_ms;
}

static enum err hold(struct till *till, struct error *error) {
    if (till->writer != NULL)
        return ERR_OK;
    struct patience patience = {till, clock_elapsed_ms() + PATIENCE_MS};
    const struct progress_sink sink = {wait_on, &patience};
    enum err err = db_open_writer(till->db_path, &sink, &till->writer, error);
    till->held_since_ms = clock_elapsed_ms();
    if (err == ERR_CANCELLED)
        error_hint(error, "the sale was not stored; send it again with the same key");
    return err;
}

static void let_go(struct till *till) {
    struct error error; /* what is not packed now is packed by whoever writes next */
    if (till->writer == NULL)
        return;
    (void)till_pack(till->writer, PACK_FROM, &error);
    db_close(till->writer);
    till->writer = NULL;
}

/* ------------------------------------------------------------------ answers */

static void answer_stored(struct posted *posted) {
    struct reply *reply = &posted->request->reply;
    const struct till_entry *entry = &posted->entry;
    if (entry->outcome == TILL_CONFLICT) {
        reply_problem(reply, 409, "another sale is stored under this %s",
                      posted->request->key != NULL && !entry->reference_taken ? "key"
                                                                              : "reference");
        return;
    }
    bool added = entry->outcome == TILL_ADDED;
    reply_json(reply, added ? 201 : 200,
               json_pack("{s:I, s:b}", "id", (json_int_t)entry->sale_id, "created", added));
}

/* ------------------------------------------------------------------ a batch */

/* False, the request answered, where there is nothing to store. */
static bool read_posted(struct posted *posted, struct request *request) {
    posted->request = request;
    json_t *details =
        body_read(request->route->body, &request->body, &posted->customer, &posted->texts);
    if (details != NULL) {
        reply_invalid(&request->reply, details);
        return false;
    }
    const char *reference = posted->texts.reference[0] != '\0' ? posted->texts.reference : NULL;
    const char *key = request->key != NULL ? request->key : reference;
    if (key == NULL) {
        reply_problem(&request->reply, 400,
                      "a sale needs an Idempotency-Key header or a reference: without, it would "
                      "be stored twice when an answer is lost");
        return false;
    }
    posted->entry =
        (struct till_entry){.key = key, .reference = reference, .customer = &posted->customer};
    return true;
}

static bool is_of_one_sale(enum err err) {
    return err == ERR_INPUT || err == ERR_NOT_FOUND || err == ERR_DAMAGED;
}

static void store(struct till *till, struct posted *posted, int count) {
    struct till_entry entries[BATCH_MOST];
    struct error error = {0};
    bool singly = false; /* one that cannot be stored shall not keep the others out */
    for (int done = 0, taken; done < count; done += taken) {
        int left = singly ? 1 : count - done;
        for (int i = 0; i < left; i++)
            entries[i] = posted[done + i].entry;
        enum err err = hold(till, &error);
        if (err != ERR_OK)
            error.code = ERR_DATABASE; /* whatever it is, the sale is not to blame */
        else
            err = till_store(till->writer, &till->book, entries, left, &taken, &error);
        if (left > 1 && is_of_one_sale(err)) {
            singly = true;
            taken = 0;
            continue;
        }
        if (err != ERR_OK)
            taken = left;
        if (err == ERR_NOT_FOUND)
            error.code = ERR_DATABASE; /* of the database's inside, not of the address */
        for (int i = 0; i < taken; i++) {
            posted[done + i].entry = entries[i];
            if (err == ERR_OK)
                answer_stored(&posted[done + i]);
            else
                reply_error(&posted[done + i].request->reply, &error);
            request_answered(posted[done + i].request);
        }
    }
}

static void store_batch(struct till *till, struct request *first) {
    struct posted *posted = xcalloc(BATCH_MOST, sizeof *posted);
    int count = 0;
    for (struct request *request = first, *next; request != NULL; request = next) {
        next = request->next;
        if (read_posted(&posted[count], request))
            count++;
        else
            request_answered(request);
    }
    store(till, posted, count);
    free(posted);
}

static void *work(void *context) {
    struct till *till = context;
    for (;;) {
        struct request *batch =
            line_take_all(&till->line, BATCH_MOST, till->writer != NULL ? LINGER_MS : -1);
        if (batch != NULL) {
            store_batch(till, batch);
            if (till->writer != NULL && clock_elapsed_ms() - till->held_since_ms > HOLD_MS) {
                let_go(till);
                const struct timespec pause = {.tv_nsec = LET_OTHERS_MS * 1000000L};
                nanosleep(&pause, NULL);
            }
            continue;
        }
        let_go(till);
        if (line_is_closed(&till->line))
            return NULL;
    }
}

/* ------------------------------------------------------------------ begin and end */

enum err till_start(const char *db_path, struct till **out, struct error *error) {
    struct till *till = xcalloc(1, sizeof *till);
    till->db_path = xstrdup(db_path);
    line_init(&till->line, WAITING_MOST);
    *out = till;
    if (pthread_create(&till->thread, NULL, work, till) == 0)
        return ERR_OK;
    line_destroy(&till->line);
    free(till->db_path);
    free(till);
    *out = NULL;
    return error_set(error, ERR_FAILED, "cannot start a thread");
}

bool till_put(struct till *till, struct request *request) {
    return line_put(&till->line, request);
}

void till_end(struct till *till) {
    if (till == NULL)
        return;
    line_close(&till->line);
    pthread_join(till->thread, NULL);
    line_destroy(&till->line);
    free(till->db_path);
    free(till);
}

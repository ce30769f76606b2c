#include "serve/desk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/shop.h"

enum { REST_MS = 400, REST_TIMES = 10 };

/* What is loaded together, so that it belongs together. */
struct stock {
    struct shop *shop;
    struct predictor *predictor; /* the shop's */
};

struct desk {
    char *db_path;
    struct stock stock;
    bool loading;
    pthread_t loader;
    atomic_bool loaded;
    struct stock fresh; /* the loader's; no shop where it failed */
    int64_t began_ms, rests_until_ms;
};

static enum err stock_load(const char *db_path, struct stock *stock, struct error *error) {
    *stock = (struct stock){0};
    enum err err = shop_open(db_path, &stock->shop, error);
    if (err == ERR_OK)
        err = shop_predictor(stock->shop, &stock->predictor, error);
    if (err != ERR_OK) {
        shop_close(stock->shop);
        *stock = (struct stock){0};
    }
    return err;
}

static void *load(void *context) {
    struct desk *desk = context;
    struct error error; /* what there was stays; the next change is tried again */
    (void)stock_load(desk->db_path, &desk->fresh, &error);
    atomic_store(&desk->loaded, true);
    return NULL;
}

enum err desk_open(const char *db_path, struct desk **out, struct error *error) {
    struct desk *desk = xcalloc(1, sizeof *desk);
    *out = NULL;
    desk->db_path = xstrdup(db_path);
    enum err err = stock_load(db_path, &desk->stock, error);
    if (err == ERR_OK)
        *out = desk;
    else
        desk_close(desk);
    return err;
}

void desk_close(struct desk *desk) {
    if (desk == NULL)
        return;
    if (desk->loading) {
        pthread_join(desk->loader, NULL);
        shop_close(desk->fresh.shop);
    }
    shop_close(desk->stock.shop);
    free(desk->db_path);
    free(desk);
}

static void put_in_place(struct desk *desk) {
    pthread_join(desk->loader, NULL);
    desk->loading = false;
    int64_t now_ms = clock_elapsed_ms(), took_ms = now_ms - desk->began_ms;
    int64_t rest_ms = took_ms * REST_TIMES > REST_MS ? took_ms * REST_TIMES : REST_MS;
    desk->rests_until_ms = now_ms + rest_ms;
    if (desk->fresh.shop == NULL)
        return;
    shop_close(desk->stock.shop);
    desk->stock = desk->fresh;
    desk->fresh = (struct stock){0};
}

void desk_tick(struct desk *desk) {
    if (desk->loading && atomic_load(&desk->loaded))
        put_in_place(desk);
    if (desk->loading || clock_elapsed_ms() < desk->rests_until_ms ||
        !shop_is_changed(desk->stock.shop))
        return;
    atomic_store(&desk->loaded, false);
    desk->began_ms = clock_elapsed_ms();
    desk->loading = pthread_create(&desk->loader, NULL, load, desk) == 0;
}

struct predictor *desk_predictor(struct desk *desk) {
    return desk->stock.predictor;
}

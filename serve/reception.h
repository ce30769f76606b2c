/* What libmicrohttpd calls: a connection comes or goes, a request begins, goes on, is over. */
#ifndef SERVE_RECEPTION_H
#define SERVE_RECEPTION_H

#include <microhttpd.h>

void *reception_begin(void *server, const char *uri, struct MHD_Connection *connection);

enum MHD_Result reception_take(void *server, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *bytes,
                               size_t *length, void **own);

void reception_complete(void *server, struct MHD_Connection *connection, void **own,
                        enum MHD_RequestTerminationCode code);

void reception_visit(void *server, struct MHD_Connection *connection, void **own,
                     enum MHD_ConnectionNotificationCode code);

#endif

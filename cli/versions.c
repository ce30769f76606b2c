/* Asked at run time, for a library may be replaced under the program: each room tells of those that
 * only it may include. */
#include "cli/versions.h"

#include <jansson.h>
#include <nettle/version.h>

#include "db/figures.h"
#include "engine/versions.h"
#include "serve/serve.h"
#include "tui/terminal.h"

void versions_print(struct buffer *out) {
    buffer_text(out, "retail-pulse " RETAIL_PULSE_VERSION "\n");
    buffer_printf(out, "sqlite %s\n", db_sqlite_version());
    engine_versions(out);
    buffer_printf(out, "%s\n", terminal_curses_version());
    buffer_printf(out, "libmicrohttpd %s\n", serve_http_version());
    buffer_printf(out, "jansson %s\n", jansson_version_str());
    buffer_printf(out, "nettle %d.%d\n", nettle_version_major(), nettle_version_minor());
}

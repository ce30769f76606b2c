/* Which versions of the libraries that only the engine knows are in this process. */
#include "engine/versions.h"

#include <csv.h>
#include <gsl/gsl_version.h>
#include <xgboost/c_api.h>
#include <zlib.h>
#include <zstd.h>

void engine_versions(struct buffer *out) {
    int major, minor, patch;
    XGBoostVersion(&major, &minor, &patch);
    buffer_printf(out, "xgboost %d.%d.%d\n", major, minor, patch);
    buffer_printf(out, "gsl %s\n", gsl_version);
    buffer_printf(out, "libcsv %d.%d.%d\n", CSV_MAJOR, CSV_MINOR, CSV_RELEASE);
    buffer_printf(out, "zlib %s\n", zlibVersion());
    buffer_printf(out, "zstd %s\n", ZSTD_versionString());
}

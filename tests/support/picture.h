/* What an emulated terminal shows, as a picture: SVG that needs no font, script or file beside it.
 */
#ifndef TESTS_SUPPORT_PICTURE_H
#define TESTS_SUPPORT_PICTURE_H

#include "tests/support/pty.h"

/* The screen as SVG; `title` is what a screen reader says. The same screen gives the same bytes.
 * The caller frees. */
char *picture_svg(const struct pty *pty, const char *title);

#endif

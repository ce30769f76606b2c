/* Who runs this program. */
#ifndef BASE_USER_H
#define BASE_USER_H

/* The user's name, clean enough to be shown; "unknown" where the system has none. The caller frees
 * it. */
char *user_name(void);

#endif

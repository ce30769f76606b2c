/* Runs the built program and reads what it says. */
#ifndef TESTS_CLI_RUN_PROGRAM_H
#define TESTS_CLI_RUN_PROGRAM_H

#include <stdbool.h>

#include <jansson.h>

/* A database of its own in a folder of its own; program_end removes both. */
void program_begin(void);
void program_end(void);
const char *program_folder(void);

/* Runs `retail-pulse --db DATABASE ARGUMENTS` through the shell. The text lives until the next
 * call; `exit_code` may be NULL. */
const char *program_output(const char *arguments, int *exit_code);

/* The same, read as JSON; the test fails where it is none or the exit code is another than 0. The
 * caller releases it. */
json_t *program_json(const char *arguments);

/* A value by its path: "months[0].revenue", "tests[factor=location].p"; NULL where there is none.
 */
json_t *json_at(json_t *root, const char *path);

/* Fails the test unless every path exists: "months[].days" is a key of every element of an array
 * that has at least one. Paths are parted by spaces. */
void assert_json_has(json_t *root, const char *paths);

/* cmocka compares floats only. */
void assert_near(double value, double expected, double tolerance);

double json_number_at(json_t *root, const char *path); /* the test fails where it is no number */

#endif

/* Exact money: whole minor units (paisa, cents) in 64 bits; never a floating-point sum. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MONEY_MINOR 100    /* minor units in a major one */
#define MONEY_TEXT_SIZE 32 /* longest text that the functions below write, with its NUL */
#define MONEY_MAX_MINOR 100000000000000 /* a price beyond 10^12 is a slip of the keyboard */

/* Reads "17073.0", "17,073.50" or "17073" whatever the locale. On false, `reason` (static)
 * completes "price '…' …": not a number, not above zero, more than two decimals. */
bool money_parse(const char *text, int64_t *minor, const char **reason);
/* The same of a few digits and nothing else, as most prices are; false: money_parse shall look. */
bool money_parse_whole(const char *digits, size_t length, int64_t *minor);

void money_plain(int64_t minor, char text[MONEY_TEXT_SIZE]); /* "21682" or "17466.50", for CSV */
void money_grouped(int64_t minor,
                   char text[MONEY_TEXT_SIZE]);             /* "222,381,657", rounded to majors */
void money_short(double minor, char text[MONEY_TEXT_SIZE]); /* "222.4M", "75.7k", "12,702" */

/* The currency's sign as the settings have it, "" where none is set: stands before key figures,
 * and in the headings of the dashboard's columns, never in CSV or JSON. For the whole process, set
 * once. At most 7 bytes. */
void money_set_sign(const char *sign);
const char *money_sign(void);

/* "Revenue, Tk": a column's heading with the sign, where one is set. */
enum { MONEY_HEADING_SIZE = 48 };
const char *money_heading(const char *title, char text[MONEY_HEADING_SIZE]);

#endif

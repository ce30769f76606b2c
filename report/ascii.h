/* Text for terminals and mails that know no other characters. */
#ifndef REPORT_ASCII_H
#define REPORT_ASCII_H

/* Everything that is not ASCII: our own signs by their like, the data's letters by "?". Takes the
 * text over; the caller frees what comes back. */
char *text_in_ascii(char *text);

#endif

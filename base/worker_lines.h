/* What a worker writes into its pipe, a line each, fields apart by tabs:
 *
 *     progress DONE TOTAL UNIT PHASE
 *     note TEXT
 *     end CODE MESSAGE HINT
 */
#ifndef BASE_WORKER_LINES_H
#define BASE_WORKER_LINES_H

#define LINE_PROGRESS "progress"
#define LINE_NOTE "note"
#define LINE_END "end"

#endif

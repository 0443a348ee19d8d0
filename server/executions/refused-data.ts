/** Whether the database refused what was written, for good: who tries to write it again tries for ever. */
export { isDataRefused } from '#server/db/sql.ts';

/** What keeps the database from answering; null when the trouble is another. */
export { troubleOf } from '#server/db/trouble.ts';

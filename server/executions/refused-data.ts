/** Whether the database refused what was written, for good: who tries to write it again tries for ever. */
export { isDataRefused } from '#server/db/sql.ts';

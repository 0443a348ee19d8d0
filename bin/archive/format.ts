import { z } from 'zod';

/**
 * A back-up is a gzip of JSON lines: one `header`; `file` lines (secrets, packs); for each table one `table` line and
 * its rows as arrays of Postgres' own text forms (null = NULL); `sequence` lines; one `end` that counts the rows, so
 * that a cut-off archive is noticed before anything is changed.
 */
export const FORMAT_VERSION = 1;

const Header = z.object({
  kind: z.literal('header'),
  format: z.literal(FORMAT_VERSION),
  program: z.string(),
  /** Names of the migrations of the schema that the rows fit. */
  migrations: z.array(z.string()),
  created_at: z.string(),
});
const File = z.object({
  kind: z.literal('file'),
  path: z.string(),
  base64: z.string(),
  /** Absent in back-ups from before it was kept. */
  is_executable: z.boolean().optional(),
});
const Table = z.object({
  kind: z.literal('table'),
  name: z.string(),
  columns: z.array(z.string()),
});
const Sequence = z.object({
  kind: z.literal('sequence'),
  name: z.string(),
  value: z.string(),
  is_called: z.boolean(),
});
const End = z.object({ kind: z.literal('end'), rows: z.int() });
const Row = z.array(z.string().nullable());

export const ArchiveLine = z.union([
  Row,
  z.discriminatedUnion('kind', [Header, File, Table, Sequence, End]),
]);

export type ArchiveLine = z.output<typeof ArchiveLine>;
export type ArchiveHeader = z.output<typeof Header>;
export type ArchiveFile = z.output<typeof File>;
export type ArchiveRow = z.output<typeof Row>;
export type ArchiveTable = z.output<typeof Table>;

/** What a cell of a file of comma-separated values may hold; null is an empty cell. */
export type CsvCell = string | number | boolean | null;

/** A spreadsheet takes a text that begins so for a formula, and a formula can call a program or another host. */
const BEGINS_A_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Has to stand in quotes, after RFC 4180. */
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * One line after RFC 4180, its end included. A text that a spreadsheet would compute gets an apostrophe before it, which
 * makes it a text there and is seen by whoever reads the file.
 */
export const toCsvLine = (cells: readonly CsvCell[]): string =>
  `${cells.map(toCell).join(',')}\r\n`;

function toCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = BEGINS_A_FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

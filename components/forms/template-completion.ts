/** Where in a text a template is being written. */
export interface TemplateSpot {
  /** What stands between `{{` and the caret. */
  readonly typed: string;
  readonly from: number;
  readonly to: number;
}

/** The template around the caret; null when the caret is in plain text. */
export function templateAt(text: string, caret: number): TemplateSpot | null {
  const before = text.slice(0, caret);
  const open = before.lastIndexOf('{{');
  if (open === -1 || before.indexOf('}}', open) !== -1) return null;
  const inner = before.slice(open + 2);
  const typed = inner.trimStart();
  return { typed, from: caret - typed.length, to: caret };
}

const SHOWN_MAX = 12;

/** Paths that go on from what was typed, first those that begin with it, then those that contain it. */
export function completionsFor(typed: string, choices: readonly string[]): string[] {
  const wanted = typed.trim().toLowerCase();
  const begins = choices.filter((path) => path.toLowerCase().startsWith(wanted));
  const contains = choices.filter(
    (path) => !begins.includes(path) && path.toLowerCase().includes(wanted),
  );
  return [...begins, ...contains].filter((path) => path !== typed).slice(0, SHOWN_MAX);
}

/** The text with a path put in, closed if nothing closes it yet, and where the caret goes. */
export function complete(
  text: string,
  { from, to }: TemplateSpot,
  path: string,
): { text: string; caret: number } {
  const after = text.slice(to);
  const lead = text.slice(0, from).endsWith('{{') ? ' ' : '';
  // What is left of a word behind the caret belongs to the path that is replaced.
  const rest = after.replace(/^[\w.[\]"'-]*/, '');
  const closed = /^\s*\}\}/.test(rest);
  const inserted = `${lead}${path}${closed ? '' : ' }}'}`;
  const tail = closed ? rest.replace(/^\s*\}\}/, ' }}') : rest;
  const caret = from + inserted.length + (closed ? 3 : 0);
  return { text: text.slice(0, from) + inserted + tail, caret };
}

/** A text cut where templates begin and end, to tint them. */
export function templatePieces(text: string): { text: string; isTemplate: boolean }[] {
  return text
    .split(/(\{\{(?:(?!\}\})[^])*\}\})/)
    .map((piece, index) => ({ text: piece, isTemplate: index % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}

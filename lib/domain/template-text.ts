import { parsePath } from './json-path.ts';

/** A piece of a text with templates. */
export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly path: string; readonly steps: readonly string[] }
  | { readonly kind: 'key'; readonly ref: string; readonly source: string }
  | { readonly kind: 'problem'; readonly message: string };

export interface TemplateText {
  readonly pieces: readonly TemplatePiece[];
  /** The text is one template and nothing else: its value keeps its type. */
  readonly isPure: boolean;
}

const KEY_REF = /^[A-Za-z0-9_@.-]+$/;

/** A rule's texts are the same for every event, so their pieces are kept. */
const cache = new Map<string, TemplateText>();
const CACHE_ENTRIES_MAX = 2_000;
const CACHED_CHARS_MAX = 4_000;

/** Takes a text apart; one without `{{` is best not asked about at all. */
export function parseTemplateText(text: string): TemplateText {
  const known = cache.get(text);
  if (known) return known;
  const parsed = parse(text);
  if (text.length <= CACHED_CHARS_MAX) {
    if (cache.size >= CACHE_ENTRIES_MAX) cache.clear();
    cache.set(text, parsed);
  }
  return parsed;
}

function parse(text: string): TemplateText {
  const pieces: TemplatePiece[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    if (open === -1) break;
    if (open > at) pieces.push({ kind: 'text', text: text.slice(at, open) });
    const close = text.indexOf('}}', open + 2);
    if (close === -1) {
      pieces.push({
        kind: 'problem',
        message: 'A template is opened by `{{` and never closed by `}}`.',
      });
      at = text.length;
      break;
    }
    pieces.push(parseTemplate(text.slice(open + 2, close).trim(), text.slice(open, close + 2)));
    at = close + 2;
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
  const bare = pieces.filter((piece) => piece.kind !== 'text' || piece.text.trim() !== '');
  const isPure = bare.length === 1 && bare[0]?.kind !== 'text';
  return { pieces: isPure ? bare : pieces, isPure };
}

function parseTemplate(inner: string, source: string): TemplatePiece {
  if (inner === '') return { kind: 'problem', message: 'A template is empty: `{{ }}`.' };
  if (inner.startsWith('key.')) {
    const ref = inner.slice('key.'.length);
    if (KEY_REF.test(ref)) return { kind: 'key', ref, source };
    return {
      kind: 'problem',
      message: `\`${inner}\` names no key. Write \`key.\` and the key's ref.`,
    };
  }
  const steps = parsePath(inner);
  if (steps === null) {
    const message = `\`${inner}\` is no path. Templates are paths like \`event.payload.name\`; there are no filters.`;
    return { kind: 'problem', message };
  }
  const problem = problemOfNamespace(inner, steps);
  if (problem !== null) return { kind: 'problem', message: problem };
  return { kind: 'path', path: inner, steps };
}

function problemOfNamespace(path: string, [first, second]: readonly string[]): string | null {
  if (first === 'event' || first === 'system') return null;
  if (first === 'pack' && second === 'config') return null;
  return `\`${path}\` begins with no known namespace: use \`event\`, \`pack.config\`, \`system\` or \`key\`.`;
}

import type { EventContext } from './conditions/index.ts';
import { type JsonObject, type JsonValue, setOwn } from './json.ts';
import { childPath, readPath } from './json-path.ts';
import { escapeData, escapeKeyTemplates, textOf } from './key-templates.ts';
import { parseTemplateText, type TemplateText } from './template-text.ts';

export { isKeyTemplate, listKeyRefs, resolveKeys } from './key-templates.ts';

/** What a rule's parameters may refer to. */
export interface TemplateContext {
  /** Null where no event is at hand: its paths are missing then. */
  readonly event: EventContext | null;
  /** The rule's pack. */
  readonly pack: { readonly config: JsonObject };
  /** `timestamp`, `rule.id`, `rule.ref`. */
  readonly system: JsonObject;
}

export interface TemplateProblem {
  /** Of the parameter: `headers.Accept`. */
  readonly path: string;
  readonly message: string;
}

export interface RenderedTemplates {
  readonly value: JsonValue;
  /** Refs of the keys that the worker has to put in; their templates stand in the value as written. */
  readonly keys: string[];
  readonly problems: TemplateProblem[];
}

/**
 * Puts an event into a rule's parameters. A text that is exactly one template keeps the native type
 * (null when the path is missing); templates inside other text are written out ('' when missing).
 */
export function renderTemplates(value: JsonValue, context: TemplateContext): RenderedTemplates {
  const keys = new Set<string>();
  const problems: TemplateProblem[] = [];
  const walk = (item: JsonValue, path: string): JsonValue => {
    if (typeof item === 'string') {
      if (!item.includes('{{')) return item;
      const template = parseTemplateText(item);
      for (const piece of template.pieces) {
        if (piece.kind === 'key') keys.add(piece.ref);
        if (piece.kind === 'problem') problems.push({ path, message: piece.message });
      }
      return template.isPure ? renderPure(template, context) : renderMixed(template, context);
    }
    if (typeof item !== 'object' || item === null) return item;
    if (Array.isArray(item)) return item.map((child, i) => walk(child, childPath(path, i)));
    const copy: JsonObject = {};
    for (const [key, child] of Object.entries(item)) {
      setOwn(copy, key, walk(child, childPath(path, key)));
    }
    return copy;
  };
  const rendered = walk(value, '');
  return { value: rendered, keys: [...keys], problems };
}

function renderPure({ pieces }: TemplateText, context: TemplateContext): JsonValue {
  const [piece] = pieces;
  if (piece?.kind === 'key') return piece.source;
  if (piece?.kind !== 'path') return null;
  return escapeData(readPath(context, piece.steps) ?? null);
}

/** Text between two keys is escaped as a whole: braces may meet where two pieces do. */
function renderMixed({ pieces }: TemplateText, context: TemplateContext): string {
  let rendered = '';
  let data = '';
  for (const piece of pieces) {
    switch (piece.kind) {
      case 'text':
        data += piece.text;
        break;
      case 'path':
        data += textOf(readPath(context, piece.steps));
        break;
      case 'key':
        rendered += escapeKeyTemplates(data) + piece.source;
        data = '';
        break;
      case 'problem':
        break;
    }
  }
  return rendered + escapeKeyTemplates(data);
}

/** A template in a value: where it stands and what it says, `event.payload.host` or `key.pack.x.y`. */
export interface TemplatePath {
  readonly parameter: string;
  readonly template: string;
}

/** Every template in a value, for an editor; those with problems are left out. */
export function listTemplatePaths(value: JsonValue): TemplatePath[] {
  const found: TemplatePath[] = [];
  const walk = (item: JsonValue, parameter: string): void => {
    if (typeof item === 'string') {
      if (!item.includes('{{')) return;
      for (const piece of parseTemplateText(item).pieces) {
        if (piece.kind === 'path') found.push({ parameter, template: piece.path });
        if (piece.kind === 'key') found.push({ parameter, template: `key.${piece.ref}` });
      }
    } else if (Array.isArray(item)) {
      for (const [i, child] of item.entries()) walk(child, childPath(parameter, i));
    } else if (item !== null && typeof item === 'object') {
      for (const [key, child] of Object.entries(item)) walk(child, childPath(parameter, key));
    }
  };
  walk(value, '');
  return found;
}

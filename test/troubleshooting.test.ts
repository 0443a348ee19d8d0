import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import { AppError, ERROR_STATUS, type ErrorCode, helpOf, TROUBLESHOOTING } from '#lib/errors.ts';
import { errorAnswer } from '#server/http/error-answer.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const CODES = Object.keys(ERROR_STATUS) as ErrorCode[];

/** As GitHub makes anchors of headings. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');

const page = read(TROUBLESHOOTING);
/** Rows of tables, each with an anchor of its own. */
const rows = [...page.matchAll(/<a id="([^"]+)"><\/a>`([^`]+)`/g)].map(
  ([, id = '', text = '']) => ({
    id,
    text,
  }),
);
/** Sections, which have one by their heading. */
const sections = [...page.matchAll(/^#{2,} (.+)$/gm)].map(([, text = '']) => ({
  id: slug(text),
  text,
}));
const places = [...rows, ...sections];

/** What stands between the brackets of a call that begins at `from`. */
function insideOf(source: string, from: number): string {
  let depth = 1;
  let at = from;
  while (depth > 0 && at < source.length) {
    if (source[at] === '(') depth++;
    if (source[at] === ')') depth--;
    at++;
  }
  return source.slice(from, at - 1);
}

/** The message of every line that web or worker writes because something is not as it should be. */
const logged = globSync('{server,worker,app}/**/*.ts', {
  cwd: ROOT,
  exclude: ['**/generated/**', '**/*.test.ts'],
}).flatMap((file) => {
  const source = read(file);
  return [...source.matchAll(/\blog\.(?:warn|error)\(/g)].map((match) => {
    const inside = insideOf(source, match.index + match[0].length);
    return { file, text: [...inside.matchAll(/'([^'\n]*)'/g)].at(-1)?.[1] ?? '' };
  });
});

describe('the error codes of the API', () => {
  test.each(CODES)('%s has its place on the page', (code) => {
    expect(rows).toContainEqual({ id: helpOf(code).split('#')[1], text: code });
  });

  test.each(CODES)('%s is answered with a link to it', (code) => {
    const { headers, status } = errorAnswer(new AppError(code, 'No.'), 'request-0001');
    expect(status).toBe(ERROR_STATUS[code]);
    expect(headers.get('link')).toBe(`</${helpOf(code)}>; rel="help"`);
  });

  test('the link leads to a file that the web serves', () => {
    expect(read(`app/${TROUBLESHOOTING}/route.ts`)).toContain('TROUBLESHOOTING');
    expect(operations.map(({ path }) => path)).not.toContain(`/${TROUBLESHOOTING}`);
  });
});

describe('what web and worker log at warn or error', () => {
  test('is a constant sentence everywhere', () => {
    expect(logged.length).toBeGreaterThan(30);
    expect(logged.filter(({ text }) => text === '')).toEqual([]);
  });

  test('has its place on the page', () => {
    const missing = logged.filter(
      ({ text }) => !places.some((one) => one.text === text && one.id === slug(text)),
    );
    expect(missing).toEqual([]);
  });

  test('is all that the page explains besides the codes', () => {
    const known = new Set([...CODES, ...logged.map(({ text }) => text)]);
    expect(rows.map(({ text }) => text).filter((text) => !known.has(text))).toEqual([]);
  });
});

test('no two places have one name', () => {
  const ids = places.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRoot } from './paths.ts';
import { ANCHORS } from './problem.ts';

test('every sentence that the command line ends with has a place in docs/troubleshooting.md', () => {
  const text = readFileSync(inRoot('docs/troubleshooting.md'), 'utf8');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
  const explicit = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, anchor]) => anchor);
  expect(ANCHORS.filter((anchor) => ![...headings, ...explicit].includes(anchor))).toEqual([]);
});

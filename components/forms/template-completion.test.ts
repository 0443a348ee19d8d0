import { describe, expect, test } from 'vitest';
import { complete, completionsFor, templateAt, templatePieces } from './template-completion.ts';

const at = (marked: string) => {
  const caret = marked.indexOf('|');
  const text = marked.replace('|', '');
  return { text, spot: templateAt(text, caret) };
};

describe('templateAt', () => {
  test('knows what was typed since the braces opened', () => {
    expect(at('to {{ event.pay|').spot?.typed).toBe('event.pay');
    expect(at('{{|').spot?.typed).toBe('');
  });

  test('is null in plain text and behind a closed template', () => {
    expect(at('hello|').spot).toBeNull();
    expect(at('{{ a }} b|').spot).toBeNull();
  });
});

describe('complete', () => {
  const put = (marked: string, path: string) => {
    const { text, spot } = at(marked);
    if (spot === null) throw new Error('no template here');
    const done = complete(text, spot, path);
    return `${done.text.slice(0, done.caret)}|${done.text.slice(done.caret)}`;
  };

  test('closes an open template and puts the caret behind it', () => {
    expect(put('a {{ ev| b', 'event.id')).toBe('a {{ event.id }}| b');
    expect(put('{{|', 'event.id')).toBe('{{ event.id }}|');
  });

  test('replaces the whole path in one that is closed already', () => {
    expect(put('{{ event.pay|load.x }} z', 'event.id')).toBe('{{ event.id }}| z');
  });
});

describe('completionsFor', () => {
  test('puts what begins with it before what contains it, and hides what is complete', () => {
    const paths = ['key.pack.event', 'event.id', 'event.payload.host'];
    expect(completionsFor('event', paths)).toEqual([
      'event.id',
      'event.payload.host',
      'key.pack.event',
    ]);
    expect(completionsFor('event.id', paths)).toEqual([]);
  });
});

describe('templatePieces', () => {
  test('gives the text back when joined, with the templates marked', () => {
    const pieces = templatePieces('a {{ b }}{{ c }} d {{ e');
    expect(pieces.map(({ text }) => text).join('')).toBe('a {{ b }}{{ c }} d {{ e');
    expect(pieces.filter(({ isTemplate }) => isTemplate).map(({ text }) => text)).toEqual([
      '{{ b }}',
      '{{ c }}',
    ]);
  });
});
